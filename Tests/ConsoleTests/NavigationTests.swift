import Console
import Correlation
import Fabric
import Terminal
import Testing

@Suite struct NavigationTests {
    var driver = ConsoleDriver(.broken)

    @Test mutating func escapeGoesBackOneStepAtATimeAndNeverQuits() {
        driver.press("enter", "enter", "enter")
        #expect(driver.state.subject == .node(NodeName("node-1")))
        #expect(driver.status.contains("nodes › node-1 › leaf-101 › node-1 › sessions"))
        driver.press("escape")
        #expect(driver.state.subject == .leaf(LeafID(101)))
        driver.press("escape")
        #expect(driver.state.subject == .node(NodeName("node-1")))
        #expect(driver.state.focus == .detail)
        driver.press("escape")
        #expect(driver.state.focus == .nodes)
        driver.press("escape", "escape", "escape")
        #expect(!driver.quits)
        #expect(driver.toast == "one step back: nothing to go back from; q quits")
    }

    @Test mutating func escapeLeavesZoomFilterAndProblemsOneByOne() {
        driver.press("e")
        driver.filter("node-5")
        driver.press("z", "escape")
        #expect(!driver.state.isZoomed)
        driver.press("escape")
        #expect(driver.state.filters[.nodes] == nil)
        driver.press("escape")
        #expect(!driver.state.onlyProblems)
    }

    @Test mutating func theLastViewAndBackAgain() {
        driver.press("-")
        #expect(driver.toast.contains("there was no other view yet"))
        driver.command("sessions")
        driver.press("-")
        #expect(driver.state.main == .nodes)
        driver.press("-")
        #expect(driver.state.main == .sessions)
        driver.press("3", "-")
        #expect(driver.state.focus == .nodes)
        #expect(driver.state.main == .sessions)
    }

    @Test(arguments: [("1", Pane.racks), ("2", .nodes), ("3", .leaves), ("4", .findings), ("5", .log)])
    mutating func digitsLeadToPanes(_ key: String, _ pane: Pane) {
        driver.press(key)
        #expect(driver.state.focus == pane)
    }

    @Test mutating func tabWalksAroundAndBack() {
        driver.press("tab", "tab", "backtab")
        #expect(driver.state.focus == .leaves)
        for _ in Pane.allCases { driver.press("tab") }
        #expect(driver.state.focus == .leaves)
    }

    @Test mutating func aSecondTwoBringsTheNodesBack() {
        driver.command("services")
        driver.press("2")
        #expect(driver.state.main == .nodes)
    }

    @Test(arguments: [
        ("G", "node-6"), ("j", "node-2"), ("down", "node-2"), ("pgdn", "node-6"), ("ctrl-d", "node-4"),
        ("end", "node-6"),
    ])
    mutating func movesDown(_ key: String, _ node: String) {
        driver.press(key)
        #expect(driver.state.subject == .node(NodeName(node)))
        driver.press("g")
        #expect(driver.state.subject == .node(NodeName("node-1")))
    }

    @Test mutating func enterOnAPrefixLeadsToTheLeafsRouteForIt() {
        driver.press("enter", "right", "enter")
        #expect(driver.state.leafTab == .routes)
        #expect(driver.rows(with: "▸10.").count == 1)
        driver.press("escape")
        #expect(driver.state.nodeTab == .prefixes)
    }

    @Test mutating func enterOnAPeerAndOnARouteLeadsToTheNode() {
        driver.command("leaf 104")
        driver.press("G", "enter")
        #expect(driver.state.subject == .node(NodeName("node-6")))
        driver.press("escape", "right", "enter")
        if case .node = driver.state.subject {} else { Issue.record("a route leads nowhere") }
    }

    @Test mutating func enterOnAFindingShowsItAndOnceMoreItsSubject() {
        driver.press("4", "enter")
        #expect(driver.text.contains("What to do"))
        driver.press("enter")
        #expect(driver.state.subject == .node(NodeName("node-5")))
        driver.press("escape")
        #expect(driver.text.contains("What to do"))
    }

    @Test mutating func enterWhereNothingIsSelectedSaysSo() {
        driver.filter("nothing-like-this")
        driver.press("enter")
        #expect(driver.toast == "open what is selected: nothing is selected here")
    }

    @Test mutating func tabsGoAroundWithArrowsAndLetters() {
        driver.press("right", "l", "h")
        #expect(driver.state.nodeTab == .prefixes)
        driver.press("left", "left")
        #expect(driver.state.nodeTab == .events)
    }

    @Test mutating func aClickOnATabOpensItAndOnAHintDoesIt() {
        let y = driver.screen.rows.firstIndex { $0.contains("[sessions]") } ?? 0
        let row = driver.screen.rows[y]
        let x = row.firstRange(of: "services").map { row.distance(from: row.startIndex, to: $0.lowerBound) } ?? 0
        driver.click(x, y)
        #expect(driver.state.nodeTab == .services)
        let hint = driver.hints.firstRange(of: "? help").map {
            driver.hints.distance(from: driver.hints.startIndex, to: $0.lowerBound)
        }
        driver.click(hint ?? 0, driver.state.size.height - 1)
        #expect(driver.text.contains("help: "))
    }

    @Test mutating func aClickOnARowSelectsIt() {
        let y = driver.screen.rows.firstIndex { $0.contains(" node-4 ") } ?? 0
        driver.click(60, y)
        #expect(driver.state.subject == .node(NodeName("node-4")))
    }

    @Test mutating func theWheelMoves() {
        driver.send(.input(.mouse(MouseEvent(.wheelDown, at: .zero))))
        #expect(driver.state.subject == .node(NodeName("node-2")))
    }

    @Test mutating func zoomGivesThePaneTheScreen() {
        driver.press("z")
        #expect(driver.text.contains("2 Nodes"))
        #expect(!driver.text.contains("1 Racks"))
    }

    @Test mutating func theFirstScreenSaysHowToGoOn() {
        #expect(driver.status.contains("enter opens, / filters, ctrl-p finds anything, ? helps"))
        for word in ["enter open", "/ filter", "? help", "q quit"] { #expect(driver.hints.contains(word)) }
        driver.press("j")
        #expect(!driver.status.contains("helps"))
    }
}
