import Console
import Correlation
import Fabric
import Operations
import Terminal
import Testing

@Suite struct MarkTests {
    var driver = ConsoleDriver(.broken)

    @Test mutating func spaceMarksAndGoesOn() {
        driver.press("space", "space")
        #expect(driver.title("2 Nodes").contains("2 marked"))
        #expect(driver.state.subject == .node(NodeName("node-3")))
        #expect(driver.rows(with: "●node-").count == 2)
    }

    @Test mutating func aRangeMarksWhatIsPassed() {
        driver.press("v", "j", "j", "v", "j")
        #expect(driver.title("2 Nodes").contains("3 marked"))
    }

    @Test mutating func escapeEndsARangeBeforeAnythingElse() {
        driver.press("v", "j", "escape", "j")
        #expect(driver.state.tables[.nodes]?.marks.count == 2)
        #expect(driver.state.focus == .nodes)
    }

    @Test mutating func clearTakesAllAway() {
        driver.press("space", "u")
        #expect(!driver.text.contains("marked"))
        driver.press("u")
        #expect(driver.toast == "clear the marks: nothing is marked here")
    }

    @Test mutating func hintsCountTheMarkedNodes() {
        driver.press("space", "space")
        #expect(driver.hints.contains("drain (2)"))
    }

    @Test mutating func marksStayThroughFilterAndSort() {
        driver.press("space")
        driver.filter("node-5")
        driver.press("escape", "s")
        driver.type("node")
        driver.press("enter", "S")
        #expect(driver.title("2 Nodes").contains("1 marked"))
    }

    @Test mutating func severalMarkedNodesComeOneAfterTheOther() {
        driver.press("space", "space", "D")
        #expect(driver.text.contains("drain node-1 (1 of 2)"))
        #expect(driver.state.queue?.nodes == [NodeName("node-2")])
    }

    @Test mutating func cancellingGivesTheWholeQueueUp() {
        driver.press("space", "space", "D", "escape")
        #expect(driver.state.queue == nil)
        #expect(driver.state.overlay == nil)
    }

    @Test mutating func theNextPlanOpensWhenTheOneBeforeSucceeded() {
        driver.press("space", "space", "D")
        driver.state.overlay = nil
        driver.send(.operation(finished(.drain, "node-1", .succeeded)))
        #expect(driver.text.contains("drain node-2 (2 of 2)"))
        #expect(!driver.starts)
    }

    @Test mutating func afterAFailureTheRestIsNotTouched() {
        driver.press("space", "space", "D")
        driver.state.overlay = nil
        driver.send(.operation(finished(.drain, "node-1", .failed)))
        #expect(driver.toast == "drain not gone on with: node-2")
        #expect(driver.state.overlay == nil)
    }

    @Test mutating func whatTheUserTypesIsNotTakenAwayByTheNextPlan() {
        driver.press("space", "space", "D")
        driver.state.overlay = nil
        driver.press(":")
        driver.send(.operation(finished(.drain, "node-1", .succeeded)))
        #expect(driver.toast == "next was drain node-2: `:drain node-2` goes on")
    }

    private func finished(_ kind: OperationKind, _ node: String, _ outcome: OperationResult.Outcome) -> OperationView {
        OperationView(
            id: OperationID("1"), kind: kind, node: NodeName(node), startedAt: nil,
            phase: .finished(OperationResult(outcome: outcome, reason: "as seen", remains: "", inverse: nil, undo: "")),
            steps: [],
            facts: [], progress: [], remains: "")
    }
}
