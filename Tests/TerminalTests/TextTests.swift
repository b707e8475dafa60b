import Foundation
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

/// The width table against a witness that was not made from it.
@Suite struct WidthTableTests {
    /// Medial vowels and final consonants of Hangul have width 1 in Unicode's table, but join the syllable before.
    private static let hangulParts: ClosedRange<UInt32> = 0x1160...0x11FF

    @Test func everyAssignedCharacterIsAsWideAsUnicodeSays() throws {
        let witness = try Self.witness()
        #expect(witness.count > 500)
        var next = witness.makeIterator()
        var stretch = next.next()
        var differing: [String] = []
        for value in UInt32(0xA0)...0x10FFFF {
            while let now = stretch, now.range.upperBound < value { stretch = next.next() }
            guard let scalar = Unicode.Scalar(value), !Self.hangulParts.contains(value) else { continue }
            let isInside = stretch.map { $0.range.contains(value) } == true
            guard let expected = isInside ? stretch?.columns : 1 else { continue }
            if Width.of(scalar) != expected { differing.append(String(value, radix: 16)) }
        }
        #expect(differing == [])
    }

    /// Stretches of characters with their columns; nil for unassigned ones.
    private static func witness() throws -> [(range: ClosedRange<UInt32>, columns: Int?)] {
        let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("Fixtures/widths-unicode-14.txt")
        let lines = try String(contentsOf: file, encoding: .utf8).split(separator: "\n").filter { !$0.hasPrefix("#") }
        return try lines.map { line in
            let parts = line.split(whereSeparator: { "- ".contains($0) }).map(String.init)
            let first = try #require(UInt32(parts[0], radix: 16))
            let last = try #require(UInt32(parts[1], radix: 16))
            return (first...last, parts.count > 2 ? Int(parts[2]) : nil)
        }
    }
}

@Suite struct SanitiserTests {
    @Test(arguments: [
        ("plain", "plain"), ("a\u{1B}[31mb", "a·b"), ("a\u{1B}]0;title\u{07}b", "a·b"),
        ("a\u{1B}]52;c;eA==\u{1B}\\b", "a·b"), ("a\u{1B}]0;never closed", "a·0;never closed"),
        ("\u{9B}2Jx", "·x"), ("a\nb\tc\rd\0e", "a·b·c·d·e"), ("a\u{202E}b\u{2066}c", "a·b·c"),
        ("x\u{200D}y\u{FE0F}z", "x·y·z"), ("\u{7F}", "·"), ("\u{1B}", "·"), ("\u{1B}c!", "·!"), ("\u{FEFF}a", "·a"),
        ("🇩🇪 ok", "·· ok"), ("1\u{FE0F}\u{20E3}", "1··"), ("a\u{E0067}b", "a·b"), ("a\u{3164}b", "a·b"),
        ("x\u{AD}y", "x·y"), ("\u{61C}a\u{200F}", "·a·"), ("naïve 作", "naïve 作"), ("\r\n", "··"),
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
