import Console
import Correlation
import Fabric
import Terminal
import Testing

@Suite struct FinderTests {
    var driver = ConsoleDriver(.broken)

    private mutating func find(_ text: String) {
        driver.press("ctrl-p")
        driver.type(text)
    }

    @Test mutating func goesToANode() {
        find("node-5")
        driver.press("enter")
        #expect(driver.state.subject == .node(NodeName("node-5")))
        #expect(driver.state.focus == .detail)
    }

    @Test mutating func goesToALeafARackAndAService() {
        find("leaf-103")
        driver.press("enter")
        #expect(driver.state.subject == .leaf(LeafID(103)))
        find("rack rack-2")
        driver.press("enter")
        #expect(driver.state.subject == .rack("rack-2"))
        find("service default/web")
        driver.press("enter")
        #expect(driver.state.main == .services)
        #expect(driver.state.filters[.services] == "service:=default/web")
    }

    @Test mutating func goesToAView() {
        find("view sess")
        driver.press("enter")
        #expect(driver.state.main == .sessions)
    }

    @Test mutating func performsAnAction() {
        find("zoom")
        driver.press("enter")
        #expect(driver.state.isZoomed)
    }

    @Test mutating func changesTheTheme() {
        find("theme light")
        driver.press("enter")
        #expect(driver.effects.contains { if case .theme("light") = $0 { true } else { false } })
    }

    @Test mutating func whatCannotBeDoneStaysWithItsReason() {
        find("abort")
        #expect(driver.text.contains("no operation is running"))
        driver.press("enter")
        #expect(driver.toast == "no operation is running")
        #expect(driver.state.overlay != nil)
    }

    @Test mutating func escapeLeaves() {
        find("zoo")
        driver.press("escape")
        #expect(driver.state.overlay == nil)
        #expect(!driver.state.isZoomed)
    }

    @Test mutating func nothingMatchesIsSaid() {
        find("qqqqzzzz")
        #expect(driver.text.contains("nothing matches"))
        driver.press("enter")
        #expect(driver.state.overlay != nil)
    }

    @Test mutating func keysStandBesideTheActions() {
        find("only problems")
        #expect(driver.rows(with: "only problems").contains { $0.contains(" e") })
    }

    @Test func everyActionIsListed() {
        let palette = driver.state.finder("")
        for action in ActionRegistry.all where action.id != "interrupt" {
            #expect(palette.items.contains { $0.id == "action:\(action.id)" }, "\(action.id)")
        }
    }
}
