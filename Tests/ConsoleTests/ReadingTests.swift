import Console
import Correlation
import Fabric
import FoundationEssentials
import Terminal
import Testing

/// Texts: search, evidence, copy, files.
@Suite struct ReadingTests {
    var driver = ConsoleDriver(.broken)

    private static let lines = (1...100).map { "line \($0)\($0 % 30 == 0 ? " Needle" : "")" }

    private mutating func read() {
        driver.send(.evidence(title: "node-1", lines: Self.lines))
    }

    @Test mutating func searchJumpsAsOneTypesAndGoesOn() {
        read()
        driver.press("/")
        driver.type("needle")
        #expect(driver.text.contains("line 30 Needle"))
        driver.press("enter", "n")
        #expect(driver.text.contains("line 60 Needle"))
        #expect(driver.toast.contains("2 of 3"))
        driver.press("n", "n")
        #expect(driver.toast.contains("1 of 3, around the end"))
        driver.press("N")
        #expect(driver.toast.contains("3 of 3, around the end"))
    }

    @Test mutating func searchIsSmartAboutCase() {
        read()
        driver.filter("NEEDLE")
        #expect(driver.toast.contains("'NEEDLE' is nowhere in this text"))
    }

    @Test mutating func escapeLeavesTheSearchThenTheText() {
        read()
        driver.press("/")
        driver.type("line 9")
        driver.press("escape")
        #expect(driver.text.contains("evidence: node-1"))
        driver.press("escape")
        #expect(!driver.text.contains("evidence: node-1"))
    }

    @Test mutating func theWordIsMarked() {
        read()
        driver.filter("needle")
        let marked = (0..<driver.state.size.height).flatMap { driver.screen.cells(row: $0) }.count {
            $0.role == .textMatch
        }
        #expect(marked == "needle".count)
    }

    @Test mutating func nWithoutAWordSaysWhatToDo() {
        driver.press("n")
        #expect(driver.toast == "next match: nothing is looked for; / in a text sets a word")
    }

    @Test mutating func theLogIsSearched() {
        driver.send(.logged((1...50).map { LogLine(at: driver.state.now, level: .info, text: "entry \($0)") }))
        driver.press("5")
        driver.filter("entry 7")
        #expect(driver.text.contains("entry 7"))
    }

    @Test mutating func helpIsSearched() {
        driver.press("?")
        driver.filter("suspend")
        #expect(driver.text.contains("suspend to the shell"))
        driver.press("?")
        #expect(driver.state.overlay == nil)
    }

    @Test mutating func aTextIsCopiedAndWritten() {
        read()
        driver.press("y")
        #expect(driver.copied == [Self.lines.joined(separator: "\n")])
        driver.press("ctrl-s")
        #expect(driver.dumped.first?.text.hasPrefix("line 1\n") == true)
    }

    @Test mutating func otherKeysInATextSayWhatWorks() {
        read()
        driver.press("D")
        #expect(driver.toast.contains("D does nothing here"))
        #expect(driver.text.contains("evidence: node-1"))
    }

    @Test mutating func copyOffersRowViewCommandAndCells() {
        driver.press("y")
        for title in [
            "row", "view as table", "view as JSON", "view as CSV", "the command that prints this", "cell NODE",
        ] {
            #expect(driver.text.contains(title))
        }
    }

    private mutating func copy(_ choice: String) -> String {
        driver.press("y")
        driver.type(choice)
        driver.press("enter")
        return driver.copied.last ?? ""
    }

    @Test mutating func copiesACellAndSaysHowManyBytes() {
        #expect(copy("cell NODE") == "node-1")
        #expect(driver.toast == "copied 6 bytes: NODE (by OSC 52, where the terminal allows it)")
    }

    @Test mutating func copiesTheRow() {
        #expect(copy("row").hasPrefix("node-1\track-1\t65201"))
    }

    @Test mutating func copiesTheViewAsItIsFiltered() {
        driver.filter("node-5")
        #expect(copy("view as JSON").hasPrefix("[{\"node\":\"node-5\""))
        #expect(copy("view as CSV").split(separator: "\r\n").count == 2)
        #expect(copy("view as table").hasPrefix("NODE"))
    }

    @Test(arguments: [
        ("nodes --rack rack-2", "bgpdeck nodes --rack rack-2 --context fab2"),
        ("sessions /leaf:104", "bgpdeck sessions --leaf 104 --context fab2"),
        ("node node-5", "bgpdeck sessions --node node-5 --context fab2"),
        ("leaf 103", "bgpdeck sessions --leaf 103 --context fab2"),
        ("prefixes --prefix 10.96.0.80", "bgpdeck prefixes --prefix 10.96.0.80 --context fab2"),
    ])
    mutating func copiesTheCommandThatPrintsThis(_ command: String, _ line: String) {
        driver.command(command)
        #expect(copy("the command") == line)
    }

    @Test mutating func aNameThatAShellWouldReadIsQuoted() {
        driver.state.label.source = ["--config", "it's here.yaml"]
        #expect(copy("the command") == "bgpdeck nodes --config 'it'\\''s here.yaml'")
    }

    @Test mutating func moreThanATerminalTakesIsCutAndSaid() {
        driver.send(.evidence(title: "big", lines: [String(repeating: "é", count: 50_000)]))
        driver.press("y")
        #expect(driver.copied.first?.utf8.count == 74_994)
        #expect(driver.toast.contains("the first 74994 of 100000 bytes"))
    }

    @Test mutating func filesInThreeForms() {
        for choice in ["the screen as text", "the view as CSV", "the view as JSON"] {
            driver.press("ctrl-s")
            driver.type(choice)
            driver.press("enter")
        }
        #expect(driver.dumped.map(\.name) == ["screen.txt", "nodes.csv", "nodes.json"])
        #expect(driver.dumped[0].text.contains("2 Nodes (6)"))
        #expect(driver.dumped[1].text.hasPrefix("node,rack,as,"))
    }
}
