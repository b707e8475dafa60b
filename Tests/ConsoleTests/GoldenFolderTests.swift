// Foundation lists a folder here; no product code depends on it.
import Foundation
import Testing

/// Every golden is used, and by the name that stands in a test.
@Suite struct GoldenFolderTests {
    @Test func noGoldenIsUnused() throws {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        let files = try FileManager.default.contentsOfDirectory(atPath: folder.path)
        let sources = try files.filter { $0.hasSuffix(".swift") }.map {
            try String(contentsOf: folder.appendingPathComponent($0), encoding: .utf8)
        }.joined()
        let goldens = try FileManager.default.contentsOfDirectory(
            atPath: folder.appendingPathComponent("Goldens").path)
        for golden in goldens where golden != ".gitkeep" {
            #expect(golden.hasSuffix(".txt"), "\(golden) is no golden")
            #expect(sources.contains("\"\(golden.dropLast(4))\""), "\(golden) is used by no test")
        }
    }
}
