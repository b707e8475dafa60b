import Foundation
import Testing

@testable import Terminal

/// The one table of glyphs: everything drawn has a twin in ASCII.
@Suite struct GlyphTests {
    @Test func everyGlyphHasAnASCIITwinOfTheSameWidth() {
        #expect(Glyphs.unicode.all.count == Glyphs.ascii.all.count)
        for (glyph, twin) in zip(Glyphs.unicode.all, Glyphs.ascii.all) {
            #expect(twin.utf8.allSatisfy { (0x20..<0x7F).contains($0) }, "\(glyph)")
            #expect(Width.of(glyph) == Width.of(twin), "\(glyph)")
            #expect(glyph == twin || Glyphs.asciiTwin(of: glyph) != nil, "\(glyph)")
            #expect(Sanitiser.sanitised(glyph) == glyph)
        }
    }

    /// No emoji, which some terminals draw two columns wide, and no braille, which few fonts hold.
    @Test func glyphsAreLinesAndSigns() {
        for scalar in Glyphs.unicode.all.flatMap(\.unicodeScalars) {
            #expect(!scalar.properties.isEmojiPresentation, "\(scalar)")
            #expect(!(0x2800...0x28FF).contains(scalar.value), "\(scalar)")
        }
    }

    /// What rooms above write into texts themselves shows in ASCII too.
    @Test(arguments: ["Sources/Console", "Sources/Live", "Sources/Terminal/Widgets"])
    func noTextOfTheScreenHasAGlyphWithoutATwin(folder: String) throws {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent(folder)
        let files = try #require(FileManager.default.enumerator(at: root, includingPropertiesForKeys: nil))
        var read = 0
        for case let file as URL in files where file.pathExtension == "swift" {
            read += 1
            for line in try String(contentsOf: file, encoding: .utf8).split(separator: "\n") {
                let code = line.trimmingCharacters(in: .whitespaces)
                guard !code.hasPrefix("//") else { continue }
                let foreign = code.unicodeScalars.filter { !$0.isASCII }.map { String($0) }
                let twinless = foreign.filter { Glyphs.asciiTwin(of: $0) == nil }
                #expect(twinless == [], "\(file.lastPathComponent): \(code)")
            }
        }
        #expect(read > 3)
    }
}
