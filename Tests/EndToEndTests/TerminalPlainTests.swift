import Foundation
import Testing

/// `watch --plain`: a line per change, for logs, pipes and screen readers.
@Suite struct TerminalPlainTests {
    @Test(.timeLimit(.minutes(10)))
    func changesArriveAsLinesOfWords() throws {
        let folder = URL(filePath: "/tmp/bgpdeck-plain-\(UUID().uuidString.prefix(8))")
        try FileManager.default.createDirectory(
            at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appending(path: "lines")
        _ = FileManager.default.createFile(atPath: file.path, contents: nil)
        let process = Process()
        process.executableURL = URL(filePath: Program.path)
        process.arguments = ["watch", "--plain", "--demo", "figure-1", "--fault", "leaf-neighbor-shut@6"]
        process.environment = Program.environment(["XDG_RUNTIME_DIR": folder.path])
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = try FileHandle(forWritingTo: file)
        try process.run()
        func text() -> String { (try? String(contentsOf: file, encoding: .utf8)) ?? "" }
        #expect(waits(40) { text().contains("session-down") }, "\(text())")
        process.terminate()
        process.waitUntilExit()
        #expect(text().contains("watching demo figure-1: "))
        #expect(text().contains(/\d\d:\d\d:\d\d node-\d <-> leaf 10\d DOWN: leaf says \w+/), "\(text())")
        #expect(text().unicodeScalars.allSatisfy { $0.isASCII && $0 != "\u{1B}" }, "\(text())")
        #expect(waits { Processes.running(folder.path).isEmpty })
    }
}
