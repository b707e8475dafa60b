import Testing

@testable import Terminal

@Suite struct WidthTests {
    @Test(arguments: [
        ("a", 1), ("作", 2), ("e\u{301}", 1), ("\u{301}", 1), ("한", 2), ("ｱ", 1), ("Ａ", 2), ("א", 1), ("─", 1), ("", 0),
    ])
    func columns(text: String, columns: Int) {
        #expect(Width.of(text) == columns)
    }

    @Test func marksBeyondWhatACellHoldsAreDropped() {
        let stacked = "a" + String(repeating: "\u{301}", count: 40)
        #expect(Graphemes.of(stacked).count == 1)
        #expect(Graphemes.of(stacked).first?.text.unicodeScalars.count == 5)
    }
}

@Suite struct SanitiserTests {
    @Test(arguments: [
        ("plain", "plain"), ("a\u{1B}[31mb", "a·b"), ("a\u{1B}]0;title\u{07}b", "a·b"),
        ("a\u{1B}]52;c;eA==\u{1B}\\b", "a·b"), ("a\u{1B}]0;never closed", "a·0;never closed"),
        ("\u{9B}2Jx", "·x"), ("a\nb\tc\rd\0e", "a·b·c·d·e"), ("a\u{202E}b\u{2066}c", "a·b·c"),
        ("x\u{200D}y\u{FE0F}z", "x·y·z"), ("\u{7F}", "·"), ("\u{1B}", "·"), ("\u{1B}c!", "·!"), ("\u{FEFF}a", "·a"),
        ("naïve 作", "naïve 作"), ("\r\n", "··"),
    ])
    func replaces(text: String, clean: String) {
        #expect(Sanitiser.sanitised(text) == clean)
    }

    @Test func noScalarOfTheFirstPlaneCanMoveTheCursor() {
        for value in (0..<0x3000 as Range<UInt32>) {
            guard let scalar = Unicode.Scalar(value) else { continue }
            let clean = Sanitiser.sanitised("x" + String(scalar))
            #expect(clean.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control })
            #expect(clean.unicodeScalars.allSatisfy { $0.properties.generalCategory != .format })
        }
    }
}

@Suite struct CellBufferTests {
    @Test func textIsCutWithAnEllipsis() {
        var buffer = CellBuffer(Size(width: 6, height: 3))
        #expect(buffer.put("abcdefgh", at: .zero) == 6)
        #expect(buffer.put("abc", at: Point(x: 0, y: 1), maxWidth: 2) == 2)
        #expect(buffer.put("作作作作", at: Point(x: 0, y: 2)) == 5)
        #expect(buffer.rows == ["abcde…", "a…    ", "作作… "])
        var ascii = CellBuffer(Size(width: 3, height: 1), glyphs: .ascii)
        ascii.put("abcdef", at: .zero)
        #expect(ascii.row(0) == "ab~")
    }

    @Test func noHalfOfAWideGraphemeRemains() {
        var buffer = CellBuffer(Size(width: 4, height: 1))
        buffer.put("作作", at: .zero)
        buffer.put("x", at: Point(x: 1, y: 0))
        #expect(buffer.row(0) == " x作")
        buffer.put("作", at: Point(x: 1, y: 0))
        #expect(buffer.row(0) == " 作 ")
        buffer.put("作", at: Point(x: 3, y: 0))
        #expect(buffer.row(0) == " 作…")
    }

    @Test func whatLiesOutsideIsCut() {
        var buffer = CellBuffer(Size(width: 3, height: 1))
        buffer.put("abcde", at: Point(x: -2, y: 0))
        buffer.put("no", at: Point(x: 0, y: 1))
        buffer.put("no", at: Point(x: 9, y: 0))
        buffer.fill(Rect(x: 5, y: 5, width: 9, height: 9), role: .mark)
        buffer.box(Rect(x: -4, y: -4, width: 2, height: 2))
        #expect(buffer.row(0) == "cde")
    }

    @Test func rowsAreComparedOneByOne() {
        let empty = CellBuffer(Size(width: 3, height: 3))
        var other = empty
        other.put("x", at: Point(x: 1, y: 1))
        #expect(other.rowsDiffering(from: empty) == [1])
        #expect(other.rowsDiffering(from: nil) == [0, 1, 2])
        other.restyle(Rect(x: 0, y: 2, width: 1, height: 1), role: .mark)
        #expect(other.rowsDiffering(from: empty) == [1, 2])
    }

    @Test func splitsCoverTheRectangle() {
        let rect = Rect(x: 2, y: 1, width: 11, height: 7)
        #expect(rect.columns(weights: [1, 2, 1]).reduce(0) { $0 + $1.width } == 11)
        #expect(rect.rows(weights: [0, 3]).map(\.height) == [0, 7])
        #expect(rect.split(top: 99).rest.isEmpty)
        #expect(rect.split(bottom: 2).bottom == Rect(x: 2, y: 6, width: 11, height: 2))
        #expect(rect.split(right: 3).right == Rect(x: 10, y: 1, width: 3, height: 7))
    }
}
