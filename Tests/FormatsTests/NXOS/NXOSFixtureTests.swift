import Fabric
import Testing

@testable import Formats

@Suite struct NXOSFixtureTests {
    @Test(arguments: NXOSFixture.all)
    func documentIsExact(_ fixture: NXOSFixture) {
        let parsed = fixture.document(fixture.bytes("txt"))
        #expect(oneLine(parsed.value) == oneLine(fixture.bytes("json")))
        let expected = String(decoding: fixture.bytes("diagnostics"), as: UTF8.self)
        let found = parsed.diagnostics.map { $0.description + "\n" }.joined()
        #expect(found == expected)
        #expect(!parsed.isRefused)
    }

    @Test(arguments: NXOSFixture.all)
    func lineEndsDoNotMatter(_ fixture: NXOSFixture) {
        let bytes = fixture.bytes("txt")
        let expected = fixture.document(bytes)
        let feeds = String(decoding: bytes, as: UTF8.self).replacing("\r\n", with: "\n").replacing("\r\r\n", with: "\n")
        let variants = [
            feeds, feeds.replacing("\n", with: "\r\n"), feeds.replacing("\n", with: "\r\r\n"),
            feeds.replacing("\n", with: "   \n"), "\u{feff}" + feeds,
            String(feeds.reversed().drop { $0 == "\n" }.reversed()),
        ]
        for variant in variants {
            let parsed = fixture.document(Array(variant.utf8))
            #expect(parsed.value == expected.value)
            #expect(parsed.diagnostics.map(\.line) == expected.diagnostics.map(\.line))
        }
    }

    @Test(arguments: NXOSFixture.all)
    func bothPathsAgree(_ fixture: NXOSFixture) {
        let bytes = Array(repeatElement(fixture.bytes("txt") + [0x0a], count: 12).joined())
        for cut in [0, 1, 7, 100, 333] {
            let input = Array(bytes.dropLast(cut))
            let fast = document(input, summary: fixture.isSummary, fast: true)
            let slow = document(input, summary: fixture.isSummary, fast: false)
            #expect(fast.0 == slow.0)
            #expect(fast.1 == slow.1)
        }
    }

    private func document(_ bytes: [UInt8], summary: Bool, fast: Bool) -> (String, [Diagnostic]) {
        withView(
            bytes,
            { view in
                var writer = JSONWriter()
                var diagnostics: [Diagnostic]
                if summary {
                    var parser = SummaryParser(view, usesFastPath: fast)
                    let parsed = parser.run()
                    NXOS.writeSummary(parsed.value, into: &writer)
                    diagnostics = parsed.diagnostics
                } else {
                    var parser = RouteParser(view, usesFastPath: fast)
                    let parsed = parser.run()
                    NXOS.writeRoutes(parsed.value, into: &writer)
                    diagnostics = parsed.diagnostics
                }
                return (String(decoding: writer.bytes, as: UTF8.self), diagnostics)
            }, empty: ("", []))
    }
}
