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

    /// What is left over goes first to columns whose text was cut; seen widths never shrink.
    @Test func columnsGrowToTheTextSeenAndStay() {
        let columns = [
            TableColumn("a", title: "A", minWidth: 3), TableColumn("b", title: "B", minWidth: 3, rank: 1),
            TableColumn("c", title: "C", minWidth: 3, weight: 1),
        ]
        let rows = { (text: String) in
            LazyTableRows<Int>(count: 9, id: { $0 }, row: { _ in TableRow([[TextSpan(text)], [TextSpan(text)], []]) })
        }
        var state = TableState<Int>()
        state.learnWidths(of: columns, rows: rows("twelve chars"), page: 5)
        state.learnWidths(of: columns, rows: rows("x"), page: 5)
        #expect(state.widths == ["a": 12, "b": 12])
        let widths = { (room: Int) in columns.placed(x: 0, width: room, wanted: state.widths).map(\.width) }
        #expect(widths(40) == [12, 12, 14])
        #expect(widths(20) == [3, 12, 3])
        #expect(widths(11) == [3, 3, 3])
        state.learnWidths(of: columns, rows: rows(String(repeating: "y", count: 99)), page: 5)
        #expect(state.widths["a"] == 40)
    }
}

@Suite struct TreeTests {
    private let roots = [
        TreeNode(
            "r1", row: { TableRow([["rack-1"], ["2/2"]]) },
            children: {
                [
                    TreeNode("n1", row: { TableRow([["node-1"], ["1/1"]]) }),
                    TreeNode("n2", row: { TableRow([["node-2"]]) }),
                ]
            }),
        TreeNode("r2", row: { TableRow([["rack-2"], ["0/1"]]) }, children: { [] }),
    ]

    private func texts(_ rows: TreeRows<String>) -> [String] {
        (0..<rows.count).map { rows.row(at: $0).cells.first?.plain ?? "" }
    }

    @Test func closedThingsHideWhatIsBelowThem() {
        #expect(texts(TreeRows(roots, open: [])) == ["▹ rack-1", "▹ rack-2"])
        let rows = TreeRows(roots, open: ["r1"])
        #expect(texts(rows) == ["▿ rack-1", "    node-1", "    node-2", "▹ rack-2"])
        #expect((0..<rows.count).map(rows.id(at:)) == ["r1", "n1", "n2", "r2"])
        #expect(rows.row(at: 1).cells.count == 2)
        #expect(rows.bare(at: 1).cells.first?.plain == "node-1")
    }

    @Test func everyRowKnowsWhatIsAboveIt() {
        let rows = TreeRows(roots, open: ["r1", "r2"])
        #expect((0..<4).map { rows.parent(of: $0) } == [nil, 0, 0, nil])
        #expect((0..<4).map { rows.hasChildren(at: $0) } == [true, false, false, true])
        #expect(rows.parent(of: 9) == nil && !rows.hasChildren(at: 9))
    }

    @Test func theSelectionFollowsItsRowWhenAnotherOpensAboveIt() {
        var state = TableState<String>(selected: "r2")
        state.reconcile(rows: TreeRows(roots, open: []), page: 9)
        #expect(state.index == 1)
        state.reconcile(rows: TreeRows(roots, open: ["r1"]), page: 9)
        #expect((state.selected, state.index) == ("r2", 3))
    }

    /// Closed parts are never made, however large they are.
    @Test func whatIsClosedIsNotAskedFor() {
        var asked = 0
        let root = TreeNode(
            0, row: { TableRow([]) },
            children: {
                asked += 1
                return []
            })
        _ = TreeRows([root], open: [])
        #expect(asked == 0)
        _ = TreeRows([root], open: [0])
        #expect(asked == 1)
    }
}

@Suite struct SparklineTests {
    @Test(arguments: [
        ([1, 2, 3.0] as [Double?], "3"), ([nil, 2.25], "2.3"), ([-0.5], "-0.5"), ([4, nil], "?"), ([], "?"),
        ([.infinity], "?"),
        ([128_000], "128000"),
    ])
    func theNewestValueStandsThereAsANumber(values: [Double?], number: String) {
        #expect(Sparkline(values).number == number)
        for form in Sparkline.Form.allCases {
            for glyphs in [Glyphs.unicode, .ascii] {
                var buffer = CellBuffer(Size(width: 12, height: 1), glyphs: glyphs)
                Sparkline(values, form: form, unit: " p").draw(in: buffer.bounds, of: &buffer)
                #expect(buffer.row(0).hasSuffix(number + " p"))
            }
        }
    }

    @Test func brailleHoldsTwoValuesInACellAndIsBarsInASCII() {
        let values: [Double?] = [0, 3, 1, 2]
        var buffer = CellBuffer(Size(width: 6, height: 1))
        Sparkline(values, form: .braille).draw(in: buffer.bounds, of: &buffer)
        #expect(buffer.row(0) == "  \u{28F8}\u{28F4} 2")
        var ascii = CellBuffer(Size(width: 6, height: 1), glyphs: .ascii)
        Sparkline(values, form: .braille).draw(in: ascii.bounds, of: &ascii)
        #expect(ascii.row(0) == "_#-o 2")
    }
}
