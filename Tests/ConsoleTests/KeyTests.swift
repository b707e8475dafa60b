import Console
import Correlation
import Fabric
import FoundationEssentials
import Operations
import Terminal
import Testing

@Suite struct KeyTests {
    var driver = ConsoleDriver(.broken)

    @Test mutating func enterGoesInAndEscapeOut() {
        driver.press("down", "enter")
        #expect(driver.state.focus == .detail)
        #expect(driver.state.subject == .node(NodeName("node-2")))
        driver.press("escape")
        #expect(driver.state.focus == .nodes)
    }

    @Test mutating func theDetailFollowsTheSelection() {
        driver.press("j", "j")
        #expect(driver.state.subject == .node(NodeName("node-3")))
        driver.press("3")
        #expect(driver.state.subject == .leaf(LeafID(101)))
    }

    @Test mutating func theSelectionStaysWithItsRowWhenTheOrderChanges() {
        driver.press("G")
        #expect(driver.state.subject == .node(NodeName("node-6")))
        driver.press("s")
        driver.type("node")
        driver.press("enter", "S")
        #expect(driver.state.subject == .node(NodeName("node-6")))
        #expect(driver.screen.rows[3].contains("node-6"))
    }

    @Test mutating func filtersAsOneTypes() {
        driver.press("/")
        driver.type("rack:2 state:!up")
        #expect(driver.rows(with: "rack-2  ").isEmpty == false)
        driver.press("enter")
        #expect(driver.text.contains("(1 of 6)") || driver.text.contains("(3 of 6)"))
        driver.press("escape")
        #expect(driver.text.contains("Nodes (6)"))
    }

    @Test mutating func escapeInAFilterBringsTheOldOneBack() {
        driver.press("/")
        driver.type("node-3")
        driver.press("enter", "/")
        driver.type("xyz")
        driver.press("escape")
        #expect(driver.state.filters[.nodes] == "node-3")
    }

    @Test mutating func onlyProblems() {
        driver.press("e")
        #expect(driver.text.contains("ONLY PROBLEMS"))
        #expect(driver.text.contains("(1 of 6)"))
        driver.press("e")
        #expect(driver.text.contains("Nodes (6)"))
    }

    @Test mutating func longestMatchOnALeaf() {
        driver.command("show route for 10.96.0.80")
        #expect(driver.state.focus == .detail)
        #expect(driver.text.contains("10.96.0.80/32"))
        driver.command("show route for 10.96.7.7")
        #expect(driver.text.contains("10.96.0.0/16"))
        driver.command("show route for banana")
        #expect(driver.text.contains("'banana' is not an address"))
    }

    @Test mutating func freezeHoldsThePictureWhilePollingGoesOn() {
        driver.press("f")
        driver.show(.figure1())
        #expect(driver.text.contains("FROZEN"))
        #expect(driver.text.contains("1 newer"))
        #expect(driver.text.contains("DOWN"))
        driver.press("f")
        #expect(!driver.text.contains("DOWN"))
    }

    @Test mutating func evidenceAsksForTheRawText() {
        driver.press("i")
        guard case .readEvidence(_, let pieces)? = driver.effects.first else {
            Issue.record("no evidence was asked for")
            return
        }
        #expect(pieces.contains { $0.source == .node(NodeName("node-1")) })
        driver.send(.evidence(title: "node-1", lines: ["raw \u{1b}[31mline"]))
        #expect(driver.text.contains("raw "))
        driver.press("escape")
        #expect(!driver.text.contains("raw "))
    }

    @Test mutating func unknownKeysAndCommandsAreSaid() {
        driver.press("ctrl-t")
        #expect(driver.text.contains("ctrl-t does nothing here"))
        driver.command("frobnicate")
        #expect(driver.text.contains("no command begins with 'frobnicate'"))
    }

    @Test mutating func servicesInPlaceOfNodesAndBack() {
        driver.command("services")
        #expect(driver.text.contains("2 Services"))
        driver.press("-")
        #expect(driver.text.contains("2 Nodes"))
        driver.press("-")
        #expect(driver.text.contains("2 Services"))
        driver.press("escape")
        #expect(driver.text.contains("2 Nodes"))
    }

    @Test mutating func tabCompletesACommand() {
        driver.press(":")
        driver.type("drain node-")
        driver.press("tab")
        driver.type("5")
        driver.press("enter")
        #expect(driver.text.contains("drain node-5"))
    }

    @Test mutating func readOnlyShowsThePlanAndHowToUnlock() {
        driver.press("D")
        #expect(driver.text.contains("drain node-1"))
        driver.press("tab", "tab", "tab", "tab", "enter")
        #expect(!driver.effects.contains { if case .start = $0 { true } else { false } })
    }

    @Test mutating func enterPressedTooEarlyDoesNothing() {
        driver.send(.access(.changes(until: nil)))
        driver.press("D", "enter")
        #expect(!driver.effects.contains { if case .start = $0 { true } else { false } })
    }

    @Test mutating func unlockWantsTheWord() {
        driver.command("unlock")
        driver.press("backtab")
        driver.type("nope")
        driver.press("tab", "tab", "enter")
        #expect(driver.effects.isEmpty)
        driver.press("escape")
        driver.command("unlock")
        driver.press("backtab")
        driver.type("unlock")
        driver.press("tab", "tab", "enter")
        #expect(driver.effects.contains { if case .unlock = $0 { true } else { false } })
    }

    @Test mutating func aPasteIsNeverACommand() {
        driver.send(.input(.paste("Dq:quit\n")))
        #expect(driver.effects.isEmpty)
        #expect(driver.state.overlay == nil)
    }

    @Test mutating func quitAsksWhileAnOperationRuns() {
        driver.press("q")
        #expect(driver.effects.contains { if case .quit = $0 { true } else { false } })
    }
}

@Suite struct KeyMapTests {
    @Test func everyDefaultKeyCanBeReadAndNoneIsDoubled() {
        let (map, problems) = KeyMap.make(overrides: [:])
        #expect(problems.isEmpty)
        for action in ActionRegistry.all { #expect(map.keys[action.id]?.isEmpty == false, "\(action.id) has no key") }
    }

    @Test func overridesReplaceTheDefault() {
        let (map, problems) = KeyMap.make(overrides: ["poll": ["f5"]])
        #expect(problems.isEmpty)
        let f5 = KeyChord(text: "f5").flatMap { map.actions[$0] }
        let r = KeyChord(text: "r").flatMap { map.actions[$0] }
        #expect(f5 == "poll")
        #expect(r == nil)
    }

    @Test func conflictsUnknownActionsAndUnreadableKeysAreTold() {
        let (map, problems) = KeyMap.make(overrides: ["poll": ["q"], "nonsense": ["x"], "freeze": ["hyper-7"]])
        #expect(problems.count == 3)
        #expect(map.actions[KeyChord("q")] != nil)
        #expect(map.keys["freeze"] == [KeyChord("f")])
    }

    @Test func capitalLettersAloneChangeTheWorld() {
        for action in ActionRegistry.all where action.group == .change && action.id != "abort" {
            #expect(action.keys.allSatisfy { $0.typed?.isUppercase == true }, "\(action.id)")
        }
    }
}

@Suite struct RowFilterTests {
    static let builder = FabricBuilder.broken

    @Test(arguments: [
        ("node-5", 1), ("NODE-5", 0), ("!node-5", 5), ("rack:rack-2", 3), ("rack:!rack-2", 3), ("state:down", 1),
        ("health:ok", 5), ("rack-1 node-2", 1), ("", 6), ("   ", 6), (":", 0), ("!", 6),
    ])
    func keeps(_ text: String, _ count: Int) {
        let picture = Self.builder.picture()
        let rows = NodesView.view.arranged(
            picture.nodes, filter: RowFilter(text), onlyProblems: false, sort: nil)
        #expect(rows.count == count)
    }
}
