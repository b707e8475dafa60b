import Commands
import Console
// Foundation reads and writes the documents here; no product code depends on it.
import Foundation
import Testing

/// README and manual page say what the registry and the argument parser say. With `UPDATE_GOLDENS=1` in the
/// environment they are written instead.
@Suite struct ManualTests {
    private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()
    private static let isUpdating = ProcessInfo.processInfo.environment["UPDATE_GOLDENS"] == "1"

    @Test func theManualPageIsAsGenerated() throws {
        let file = Self.root.appendingPathComponent(".readme/bgpdeck.1")
        if Self.isUpdating { try Manual.page.write(to: file, atomically: true, encoding: .utf8) }
        let committed = try String(contentsOf: file, encoding: .utf8)
        #expect(committed == Manual.page, "write it with: swift run bgpdeck manual > .readme/bgpdeck.1")
    }

    @Test func theManualPageHoldsEveryCommandKeyAndOption() {
        let page = Manual.page.replacing("\\-", with: "-")
        for word in ["watch", "demo", "drain", "config check", "--allow-changes", "--watch-for", "--output"] {
            #expect(page.contains(word), "\(word)")
        }
        for action in ActionRegistry.all where action.id != "interrupt" {
            #expect(
                page.contains(action.id == "sort" ? "sort by..." : action.title.replacing("…", with: "...")),
                "\(action.id)")
        }
        for command in CommandCatalog.all where ActionRegistry.action(command.name) == nil {
            #expect(page.contains(":" + command.name), "\(command.name)")
        }
        #expect(!page.contains("simulator-host"))
        #expect(!page.contains("stand-in"))
    }

    @Test func theReadmesTableOfKeysIsTheRegistrys() throws {
        let file = Self.root.appendingPathComponent("README.md")
        var readme = try String(contentsOf: file, encoding: .utf8)
        let begin = try #require(readme.range(of: "| | Keys |\n"))
        let end = try #require(readme.range(of: "\n\n", range: begin.lowerBound..<readme.endIndex))
        let block = begin.lowerBound..<end.lowerBound
        if Self.isUpdating {
            readme.replaceSubrange(block, with: KeyTable.markdown.dropLast())
            try readme.write(to: file, atomically: true, encoding: .utf8)
        } else {
            #expect(
                readme[block] == KeyTable.markdown.dropLast(), "the table of keys is stale; UPDATE_GOLDENS=1 writes it")
        }
    }
}
