import Console
import Correlation
import Fabric
import Terminal
import Testing

@Suite struct SortTests {
    var driver = ConsoleDriver(.broken)

    private mutating func sort(by title: String) {
        driver.press("s")
        driver.type(title)
        driver.press("enter")
    }

    @Test mutating func theMenuSortsAndMarkerAndNameStandInTheTitle() {
        sort(by: "health")
        #expect(driver.names.first == "node-5")
        #expect(driver.title("2 Nodes").contains("by HEALTH ▲"))
        #expect(!driver.rows(with: "HEALTH▲").isEmpty)
    }

    @Test mutating func reverseTurnsItAround() {
        sort(by: "node")
        driver.press("S")
        #expect(driver.names == ["node-6", "node-5", "node-4", "node-3", "node-2", "node-1"])
        #expect(driver.title("2 Nodes").contains("by NODE ▼"))
    }

    @Test mutating func reverseWithoutASortSaysWhy() {
        driver.press("S")
        #expect(driver.toast == "reverse the sort: no sort is set; s sets one")
    }

    @Test mutating func theMenuTellsThePresentSortAndTakesItAway() {
        sort(by: "node")
        driver.press("s")
        #expect(driver.text.contains("sorts now; S reverses"))
        driver.type("as it comes")
        driver.press("enter")
        #expect(driver.state.sorts[.nodes] == nil)
    }

    @Test mutating func aClickOnAHeadSortsAndOnceMoreReverses() {
        let y = driver.screen.rows.firstIndex { $0.contains("│ NODE") } ?? 0
        let x = driver.screen.rows[y].firstRange(of: "│ NODE").map {
            driver.screen.rows[y].distance(from: driver.screen.rows[y].startIndex, to: $0.lowerBound) + 3
        }
        driver.click(x ?? 0, y)
        #expect(driver.state.sorts[.nodes] == TableSort("node"))
        driver.click(x ?? 0, y)
        #expect(driver.state.sorts[.nodes] == TableSort("node", descending: true))
        #expect(driver.names.first == "node-6")
    }

    @Test mutating func eachViewRemembersItsOwnAndSaysSo() {
        sort(by: "node")
        driver.press("3")
        sort(by: "leaf")
        #expect(driver.remembered?.sorts.keys.sorted() == ["leaves", "nodes"])
    }

    @Test mutating func whatIsRememberedComesBackAndWhatIsUnknownIsLeftOut() {
        var memory = ConsoleMemory()
        sort(by: "health")
        if let remembered = driver.remembered { memory = remembered }
        memory.sorts["nonsense"] = memory.sorts["nodes"]
        memory.sorts["leaves"]?.column = "gone"
        var next = ConsoleDriver(.broken)
        next.state.memory = memory
        #expect(next.names.first == "node-5")
        #expect(next.state.sorts.count == 1)
    }

    @Test mutating func rowsDoNotMoveUnderTheCursorWhileKeysArePressed() {
        driver.show(.figure1())
        sort(by: "health")
        driver.press("j")
        let before = driver.names
        driver.show(FabricBuilder.broken.later(1))
        #expect(driver.names == before)
        driver.tick(4)
        #expect(driver.names.first == "node-5")
    }

    @Test mutating func aNewSortIsNotHeldBack() {
        driver.press("j")
        driver.show(FabricBuilder.broken.later(1))
        sort(by: "health")
        #expect(driver.names.first == "node-5")
    }

    @Test mutating func aLeafsRoutesSortToo() {
        driver.command("leaf 101")
        driver.press("right")
        sort(by: "age")
        driver.press("S")
        #expect(driver.title("leaf-101").contains("by AGE ▼"))
    }

    @Test mutating func textHasNoSort() {
        driver.press("5", "s")
        #expect(driver.toast == "sort by…: this pane is text; / searches in it")
    }
}
