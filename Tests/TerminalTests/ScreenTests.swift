import TestSupport
import Testing

@testable import Terminal

@MainActor @Suite struct ScreenTests {
    @Test(arguments: [Size(width: 60, height: 12), Size(width: 23, height: 7)])
    func widgetsLookAsAgreed(size: Size) {
        for widget in Screens.widgets {
            var buffer = CellBuffer(size)
            widget.draw(buffer.bounds, &buffer)
            expectGolden(buffer, named: "\(widget.name)-\(size.width)x\(size.height)")
        }
    }

    @Test func asciiScreensHoldOnlyASCII() {
        for widget in Screens.widgets {
            var buffer = CellBuffer(Size(width: 60, height: 12), glyphs: .ascii)
            widget.draw(buffer.bounds, &buffer)
            let drawn = (0..<12).flatMap { buffer.cells(row: $0).map(\.text) }
            let foreign = drawn.filter { $0.unicodeScalars.contains { !$0.isASCII } }
            // Text from outside stays as it is; only what widgets draw is ASCII.
            #expect(Set(foreign).isSubset(of: ["作", "業", "e\u{301}", "·"]), "\(widget.name)")
        }
    }

    /// From 1x1 up to where the widest widget changes its shape.
    @Test func noSizeIsTooSmall() {
        for width in Array(1...24) + [40, 79, 80, 119, 120, 121] {
            for height in 1...12 {
                for widget in Screens.widgets {
                    var buffer = CellBuffer(Size(width: width + 2, height: height + 2))
                    widget.draw(Rect(x: 1, y: 1, width: width, height: height), &buffer)
                    let frame = buffer.row(0) + buffer.row(height + 1) + edges(buffer)
                    #expect(frame.allSatisfy { $0 == " " }, "\(widget.name) leaves \(width)x\(height)")
                    for y in 0..<height + 2 { #expect(Width.of(buffer.row(y)) == width + 2) }
                }
            }
        }
    }

    @Test func nothingIsDrawnOutsideTheBuffer() {
        for widget in Screens.widgets {
            var buffer = CellBuffer(Size(width: 10, height: 4))
            widget.draw(Rect(x: -3, y: -2, width: 40, height: 20), &buffer)
            widget.draw(Rect(x: 8, y: 3, width: 40, height: 20), &buffer)
            widget.draw(Rect(x: 80, y: 30, width: 0, height: 0), &buffer)
            #expect(buffer.rows.allSatisfy { Width.of($0) == 10 }, "\(widget.name)")
        }
    }

    @Test func aDifferenceStandsSideBySideWhereThereIsRoom() {
        var buffer = CellBuffer(Size(width: 122, height: 7))
        Screens.difference.draw(in: buffer.bounds, of: &buffer)
        expectGolden(buffer, named: "diff-122x7")
        #expect(Screens.difference.lineCount(width: 122) == 6)
        #expect(Screens.difference.lineCount(width: 80) == 7)
    }

    /// Help that is too high for the screen uses its width before it scrolls.
    @Test func helpTakesTwoColumnsWhereOneIsTooHigh() {
        let sections = ["Move", "Find", "Change"].map { title in
            HelpSection(title, (1...5).map { Hint("\($0)", "\(title.lowercased()) \($0)") })
        }
        let help = HelpOverlay(title: "Keys", sections: sections)
        var buffer = CellBuffer(Size(width: 60, height: 16))
        help.draw(in: buffer.bounds, of: &buffer)
        expectGolden(buffer, named: "help-columns-60x16")
        var narrow = CellBuffer(Size(width: 20, height: 16))
        help.draw(in: narrow.bounds, of: &narrow)
        #expect(!narrow.rows.contains { $0.contains("change 5") })
    }

    /// Whatever comes from outside, no cell holds a scalar that commands, reorders or joins, and columns stay.
    @Test(arguments: Screens.hostileTexts)
    func hostileTextIsTamedInEveryWidget(text: String) {
        for widget in Screens.widgets(with: text) {
            for size in [Size(width: 50, height: 9), Size(width: 130, height: 4), Size(width: 7, height: 3)] {
                var buffer = CellBuffer(size)
                widget.draw(buffer.bounds, &buffer)
                for y in 0..<size.height {
                    let cells = buffer.cells(row: y)
                    #expect(cells.reduce(0) { $0 + Int($1.width) } == size.width, "\(widget.name)")
                    #expect(Width.of(buffer.row(y)) == size.width, "\(widget.name)")
                    #expect(cells.flatMap(\.text.unicodeScalars).allSatisfy(Self.isHarmless), "\(widget.name)")
                }
            }
        }
    }

    private static func isHarmless(_ scalar: Unicode.Scalar) -> Bool {
        let forbidden: [ClosedRange<UInt32>] = [
            0...0x1F, 0x7F...0x9F, 0x200B...0x200F, 0x202A...0x202E, 0x2060...0x206F, 0xFE00...0xFE0F,
            0xFEFF...0xFEFF, 0x1F1E6...0x1F1FF, 0x1F3FB...0x1F3FF, 0xE0000...0xE01EF,
        ]
        return !forbidden.contains { $0.contains(scalar.value) }
    }

    /// A page of rows is formatted for a frame, however many there are.
    @Test(arguments: [50, 4800])
    func aFrameCostsThePageAndNotTheTable(count: Int) {
        let meter = Meter()
        let rows = LazyTableRows<Int>(
            count: count, id: { $0 },
            row: { index in
                meter.formatted += 1
                return TableRow([[TextSpan("row \(index)")]])
            })
        var buffer = CellBuffer(Size(width: 40, height: 21))
        var state = TableState<Int>()
        state.select(index: count / 2, rows: rows, page: 20)
        let table = TableView(columns: [TableColumn("n", title: "N")], rows: rows)
        for _ in 0..<3 {
            meter.formatted = 0
            state = table.draw(in: buffer.bounds, of: &buffer, state: state)
            #expect(meter.formatted == 20)
        }
        meter.formatted = 0
        state.learnWidths(of: table.columns, rows: rows, page: 20)
        #expect(meter.formatted == 20)
    }

    /// What the terminal is sent is in proportion to what changed.
    @Test func oneChangedCellIsOneRunOfOneRow() {
        let frame = { (state: TextSpan) -> CellBuffer in
            var buffer = CellBuffer(Size(width: 200, height: 60))
            let rows = LazyTableRows(
                Array(0..<58), id: { $0 }, row: { TableRow([[TextSpan("node-\($0)")], [$0 == 30 ? state : "UP"]]) })
            let columns = [TableColumn("node", title: "NODE", weight: 1), TableColumn("state", title: "STATE")]
            TableView(columns: columns, rows: rows).draw(in: buffer.bounds, of: &buffer, state: TableState())
            return buffer
        }
        let before = frame("UP")
        #expect(frame("UP").changes(from: before).isEmpty)
        #expect(frame("DN").changes(from: before).map(\.row) == [31])
        #expect(frame("DN").changes(from: before).map(\.columns.count) == [2])
        #expect(frame(TextSpan("UP", .sessionUp)).changes(from: before).map(\.columns.count) == [2])
        #expect(before.changes(from: nil).count == 60)
        #expect(before.changes(from: CellBuffer(Size(width: 80, height: 60))).allSatisfy { $0.columns == 0..<200 })
    }

    private final class Meter {
        var formatted = 0
    }

    private func edges(_ buffer: CellBuffer) -> String {
        (0..<buffer.size.height).map { y in
            (buffer[Point(x: 0, y: y)]?.text ?? "") + (buffer[Point(x: buffer.size.width - 1, y: y)]?.text ?? "")
        }.joined()
    }
}
