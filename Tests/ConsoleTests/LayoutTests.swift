import Console
import Correlation
import Fabric
import FoundationEssentials
import Terminal
import Testing

@Suite struct LayoutTests {
    @Test func wideHasAllPanesAtOnce() {
        let driver = ConsoleDriver(.broken, columns: 120, rows: 36)
        for title in ["1 Racks", "2 Nodes", "3 Leaves", "4 Findings", "5 Log", "[sessions]"] {
            #expect(driver.text.contains(title))
        }
    }

    @Test(arguments: [80, 100, 119])
    func middleHasATabStripAndTheDetailBelow(_ columns: Int) {
        let driver = ConsoleDriver(.broken, columns: columns, rows: 30)
        #expect(driver.screen.rows[1].contains("[2 Nodes]"))
        #expect(driver.text.contains("[sessions]"))
        #expect(!driver.text.contains("╭ 1 Racks"))
    }

    @Test(arguments: [(79, 30), (60, 16)])
    func narrowHasOnePaneAtATime(_ columns: Int, _ rows: Int) {
        var driver = ConsoleDriver(.broken, columns: columns, rows: rows)
        #expect(driver.text.contains("╭ 2 Nodes"))
        #expect(!driver.text.contains("[sessions]"))
        driver.press("enter")
        #expect(driver.text.contains("[sessions]"))
        #expect(!driver.text.contains("╭ 2 Nodes"))
    }

    @Test(arguments: [(59, 16), (60, 15), (20, 4), (120, 5)])
    func tooSmallStillSaysHowManySessionsAreDown(_ columns: Int, _ rows: Int) {
        let driver = ConsoleDriver(.broken, columns: columns, rows: rows)
        #expect(driver.screen.rows[0].hasPrefix("1 of 12 sessions do"))
    }

    @Test func tooSmallBeforeTheFirstFactsCallsNothingDown() {
        let state = AppState(
            label: FabricLabel(context: "x", vrf: nil, isSimulated: false), size: Size(width: 40, height: 5),
            now: FabricBuilder.now)
        #expect(render(state, glyphs: .unicode).buffer.rows[0].hasPrefix("waiting for the first answers"))
    }

    /// Every overlay, and the panes without one.
    static let overlays: [[String]] = [
        [], ["?"], ["ctrl-p"], ["/"], [":"], ["s"], ["y"], ["ctrl-s"], ["D"], ["5", "/"], ["enter", "z"],
        ["4", "enter"],
        ["f"], ["space", "v"],
    ]

    @Test(arguments: overlays.indices)
    func nothingLeavesTheScreenAtAnySize(_ index: Int) {
        var driver = ConsoleDriver(.broken)
        for key in Self.overlays[index] { driver.press(key) }
        for columns in [1, 2, 7, 29, 59, 60, 79, 80, 119, 120, 210] {
            for rows in [1, 2, 5, 15, 16, 22, 24, 70] {
                driver.resize(columns, rows)
                let frame = render(driver.state, glyphs: .unicode)
                #expect(frame.buffer.size == Size(width: columns, height: rows))
                if let cursor = frame.cursor {
                    #expect((0..<columns).contains(cursor.x) && (0..<rows).contains(cursor.y), "\(columns)x\(rows)")
                }
            }
        }
    }

    @Test mutating func aStormOfSizesKeepsFocusAndSelection() {
        var driver = ConsoleDriver(.broken)
        driver.press("j", "j", "enter", "right")
        for step in 0..<200 { driver.resize(1 + step * 7 % 210, 1 + step * 3 % 70) }
        driver.resize(120, 36)
        #expect(driver.state.subject == .node(NodeName("node-3")))
        #expect(driver.state.nodeTab == .prefixes)
    }

    @Test(arguments: [(120, 36), (80, 24), (60, 16), (30, 8)])
    func keysWorkAtEverySize(_ columns: Int, _ rows: Int) {
        var driver = ConsoleDriver(.broken, columns: columns, rows: rows)
        driver.press("j", "enter", "escape", "4", "G", "tab", "z", "z", "e", "/", "x", "escape", "?", "escape")
        #expect(!driver.quits)
        driver.press("q")
        #expect(driver.quits)
    }
}
