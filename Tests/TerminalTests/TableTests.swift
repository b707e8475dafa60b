import Testing

@testable import Terminal

@Suite struct TableTests {
    private func rows(_ names: [String]) -> LazyTableRows<String> {
        LazyTableRows(names, id: { $0 }, row: { TableRow([[TextSpan($0)]]) })
    }

    @Test func selectionFollowsItsRow() {
        var state = TableState<String>()
        state.move(.down, rows: rows(["a", "b", "c"]), page: 2)
        #expect(state.selected == "b")
        state.reconcile(rows: rows(["b", "c", "a"]), page: 2)
        #expect((state.selected, state.index) == ("b", 0))
        state.reconcile(rows: rows(["c", "a"]), page: 2)
        #expect(state.selected == "c")
        state.reconcile(rows: rows([]), page: 2)
        #expect(state.selected == nil)
        state.move(.last, rows: rows([]), page: 0)
        #expect(state.selected == nil)
    }

    @Test(arguments: [
        (ScrollMotion.last, "99", 90), (.first, "0", 0), (.pageDown, "60", 51), (.halfPageUp, "45", 45),
        (.up, "49", 49),
    ])
    func movesKeepTheSelectionInView(motion: ScrollMotion, selected: String, offset: Int) {
        let rows = rows((0..<100).map(String.init))
        var state = TableState<String>()
        state.select(index: 59, rows: rows, page: 10)
        state.select(index: 50, rows: rows, page: 10)
        state.move(motion, rows: rows, page: 10)
        #expect((state.selected, state.offset) == (selected, offset))
    }

    @Test func rangesMarkWhatTheyPass() {
        let rows = rows(["a", "b", "c", "d"])
        var state = TableState<String>()
        state.reconcile(rows: rows, page: 4)
        state.toggleRange()
        state.move(.down, rows: rows, page: 4)
        state.move(.down, rows: rows, page: 4)
        #expect(state.marks == ["a", "b", "c"])
        state.toggleMark()
        #expect(state.marks == ["a", "b"])
        state.clearMarks()
        state.move(.down, rows: rows, page: 4)
        #expect(state.marks.isEmpty)
    }

    @Test func onlyVisibleRowsAreFormatted() {
        nonisolated(unsafe) var formatted = 0
        let rows = LazyTableRows<Int>(count: 100_000, id: { $0 }) { index in
            formatted += 1
            return TableRow([[TextSpan("\(index)")]])
        }
        var buffer = CellBuffer(Size(width: 20, height: 11))
        let table = TableView(columns: [TableColumn("n", title: "N")], rows: rows)
        table.draw(in: buffer.bounds, of: &buffer, state: TableState(selected: 5))
        #expect(formatted == 10)
    }

    @Test func columnsOfLowRankLeaveFirst() {
        let columns = [
            TableColumn("a", title: "A", minWidth: 5, rank: 2), TableColumn("b", title: "B", minWidth: 5),
            TableColumn("c", title: "C", minWidth: 5, rank: 1),
        ]
        #expect(columns.placed(x: 0, width: 17).map(\.column.id) == ["a", "b", "c"])
        #expect(columns.placed(x: 0, width: 16).map(\.column.id) == ["a", "c"])
        #expect(columns.placed(x: 0, width: 10).map(\.column.id) == ["a"])
    }

    @Test func theMouseFindsRowsAndHeads() {
        let table = TableView(columns: [TableColumn("a", title: "A", minWidth: 4)], rows: rows(["x", "y"]))
        let rect = Rect(x: 0, y: 0, width: 10, height: 5)
        #expect(table.column(at: Point(x: 2, y: 0), in: rect)?.id == "a")
        #expect(table.rowIndex(at: Point(x: 2, y: 2), in: rect, state: TableState()) == 1)
        #expect(table.rowIndex(at: Point(x: 2, y: 3), in: rect, state: TableState()) == nil)
    }
}
