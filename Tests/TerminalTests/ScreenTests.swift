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

    @Test func noSizeIsTooSmall() {
        for width in 1...40 {
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

    private func edges(_ buffer: CellBuffer) -> String {
        (0..<buffer.size.height).map { y in
            (buffer[Point(x: 0, y: y)]?.text ?? "") + (buffer[Point(x: buffer.size.width - 1, y: y)]?.text ?? "")
        }.joined()
    }
}
