import Console
import Correlation
import Fabric
import Terminal
import Testing

/// Racks that open into their leaves and nodes.
@Suite struct RackTreeTests {
    var driver = ConsoleDriver(.broken)

    /// The first words of the rows of pane 1, without frame, marker and sign.
    private var rows: [String] {
        let screen = driver.screen.rows
        guard let top = screen.firstIndex(where: { $0.hasPrefix("╭ 1 ") }) else { return [] }
        return screen[(top + 2)...].prefix { $0.hasPrefix("│") }.compactMap { row in
            row.split(whereSeparator: { " │▸▹▿┃".contains($0) }).first.map(String.init)
        }
    }

    @Test mutating func rightOpensARackAndLeftClosesIt() {
        driver.press("1")
        #expect(rows == ["rack-1", "rack-2"])
        driver.press("right")
        #expect(rows == ["rack-1", "leaf-101", "leaf-102", "node-1", "node-2", "node-3", "rack-2"])
        #expect(driver.title("Racks").contains("(2)"))
        driver.press("left")
        #expect(rows == ["rack-1", "rack-2"])
    }

    @Test mutating func aSmallScreenShowsWhatIsInARackToo() {
        driver.send(.input(.resize(Size(width: 80, height: 24))))
        driver.press("1", "right")
        #expect(rows == ["rack-1", "leaf-101", "leaf-102", "node-1", "node-2", "node-3", "rack-2"])
    }

    @Test mutating func whatIsInARackIsLedToLikeAnywhere() {
        driver.press("1", "l", "l")
        #expect(driver.state.subject == .leaf(LeafID(101)))
        driver.press("j", "j")
        #expect(driver.state.subject == .node(NodeName("node-1")))
        driver.press("D")
        #expect(driver.text.contains("drain node-1"))
        driver.press("escape", "enter")
        #expect(driver.state.focus == .detail)
        driver.press("escape", "h")
        #expect(driver.state.subject == .rack("rack-1"))
        #expect(rows.count == 7)
        driver.press("h")
        #expect(rows == ["rack-1", "rack-2"])
    }

    @Test mutating func partsTellTheirSessionsAndHealth() {
        driver.press("1", "j", "l")
        let node = driver.rows(with: "    node-5").first ?? ""
        #expect(node.contains("1/2") && node.contains("DEGRADED"))
        let leaf = driver.rows(with: "    leaf-104").first ?? ""
        #expect(leaf.contains("2/3") && leaf.contains("DEGRADED"))
        #expect(driver.rows(with: "▿ rack-2").count == 1)
    }

    @Test mutating func filterAndSortAreOfTheRacks() {
        driver.press("1", "l")
        driver.filter("rack-1")
        #expect(rows.first == "rack-1" && !rows.contains("rack-2"))
        #expect(driver.title("Racks").contains("(1 of 2)"))
        driver.press("escape", "s")
        driver.type("health")
        driver.press("enter")
        #expect(rows.first == "rack-2")
        #expect(rows.firstIndex(of: "leaf-101") == 2)
    }

    @Test mutating func aCopiedCellHasNoSignOfTheTree() {
        driver.press("1", "y")
        driver.type("cell RACK")
        driver.press("enter")
        #expect(driver.copied == ["rack-1"])
    }

    @Test mutating func anOpenRackStaysOpenWithNewFacts() {
        driver.press("1", "l", "j", "j", "j")
        driver.show(FabricBuilder.broken.later(5))
        #expect(driver.state.subject == .node(NodeName("node-1")))
        #expect(rows.count == 7)
    }
}
