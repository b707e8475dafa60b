// Foundation reads the environment and files here; no product code depends on it.
import Foundation
public import Terminal
public import Testing

/// Compares a buffer with a golden screen, and records an issue with a readable difference where they differ.
///
/// The file `Goldens/NAME.txt` beside the test's file holds two aligned blocks: the glyphs, then a letter for the role
/// of each cell with a legend, so that goldens do not change with a theme's colours. With `UPDATE_GOLDENS=1` in the
/// environment the file is written instead.
///
/// - Parameters:
///   - buffer: The screen.
///   - name: The file's name without ending.
///   - testFile: The path of the test's source file.
///   - location: Where the issue is shown.
public func expectGolden(
    _ buffer: CellBuffer, named name: String, in testFile: String = #filePath,
    sourceLocation location: SourceLocation = #_sourceLocation
) {
    let folder = URL(fileURLWithPath: testFile).deletingLastPathComponent().appendingPathComponent("Goldens")
    let file = folder.appendingPathComponent(name + ".txt")
    let actual = goldenText(buffer)
    if ProcessInfo.processInfo.environment["UPDATE_GOLDENS"] == "1" {
        do {
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            try actual.write(to: file, atomically: true, encoding: .utf8)
        } catch {
            Issue.record("cannot write \(file.path): \(error)", sourceLocation: location)
        }
        return
    }
    guard let expected = try? String(contentsOf: file, encoding: .utf8) else {
        Issue.record(
            "no golden \(file.path); look at this screen and write it with UPDATE_GOLDENS=1:\n\(actual)",
            sourceLocation: location)
        return
    }
    guard expected != actual else { return }
    let lines = { (text: String) in text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init) }
    let difference = DiffView(from: lines(expected), to: lines(actual)).lines.map(\.spans.plain)
    Issue.record(
        "\(name) differs from its golden (- golden, + now):\n\(difference.joined(separator: "\n"))",
        sourceLocation: location)
}

/// The two blocks of a golden file: glyphs, and a letter for each cell's role and attributes with a legend.
///
/// Ordinary text without attributes is a dot. A wide grapheme is followed by its second column in the block of roles
/// only.
public func goldenText(_ buffer: CellBuffer) -> String {
    let letters = Array("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")
    var legend: [String] = []
    let styles = (0..<buffer.size.height).map { y in
        String(
            buffer.cells(row: y).map { cell -> Character in
                let style = styleName(cell)
                guard style != Role.text.name else { return "." }
                let index = legend.firstIndex(of: style) ?? legend.count
                if index == legend.count { legend.append(style) }
                return index < letters.count ? letters[index] : "?"
            })
    }
    let header = "\(buffer.size.width)x\(buffer.size.height)"
    let glyphs = buffer.rows.map { "|\($0)|" }
    let roles = styles.map { "|\($0)|" }
    let names = zip(letters, legend).map { "\($0) \($1)" }
    return ([header] + glyphs + roles + names).joined(separator: "\n") + "\n"
}

private func styleName(_ cell: Cell) -> String {
    Attributes.names.reduce(cell.role.name) { cell.attributes.contains($1.attribute) ? "\($0)+\($1.name)" : $0 }
}
