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

    /// A run in a folder of its own, whose output goes where the test says.
    private func start(_ arguments: [String], in folder: URL, output: Any) throws -> Process {
        try FileManager.default.createDirectory(
            at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        let process = Process()
        process.executableURL = URL(filePath: Program.path)
        process.arguments = arguments
        process.environment = Program.environment(["XDG_RUNTIME_DIR": folder.path])
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        return process
    }

    private func leftovers(_ folder: URL) -> [String] {
        (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    }

    @Test(.timeLimit(.minutes(10)), arguments: [SIGTERM, SIGINT, SIGHUP])
    func aSignalLeavesNothingBehind(_ number: Int32) throws {
        let folder = URL(filePath: "/tmp/bgpdeck-plain-\(UUID().uuidString.prefix(8))")
        defer { try? FileManager.default.removeItem(at: folder) }
        let pipe = Pipe()
        let process = try start(["watch", "--plain", "--demo", "figure-1"], in: folder, output: pipe)
        let first = pipe.fileHandleForReading.availableData
        #expect(String(decoding: first, as: UTF8.self).contains("watching demo figure-1: "))
        #expect(leftovers(folder).count == 1)
        kill(process.processIdentifier, number)
        process.waitUntilExit()
        #expect(process.terminationReason == .exit)
        #expect(process.terminationStatus == 128 + number)
        #expect(leftovers(folder).isEmpty)
        #expect(waits { Processes.running(folder.path).isEmpty })
    }

    /// What is begun before there is anything to see ends with a signal too: the folder, and the fabric's process, which
    /// takes its time to make the largest fabric.
    @Test(.timeLimit(.minutes(10)), arguments: [SIGTERM, SIGINT])
    func aSignalWhileTheWorldIsBuiltLeavesNothingBehind(_ number: Int32) throws {
        let folder = URL(filePath: "/tmp/bgpdeck-plain-\(UUID().uuidString.prefix(8))")
        defer { try? FileManager.default.removeItem(at: folder) }
        let process = try start(["nodes", "--demo", "design-max"], in: folder, output: FileHandle.nullDevice)
        #expect(waits(60) { !Processes.running(folder.path + "/bgpdeck-").isEmpty })
        kill(process.processIdentifier, number)
        process.waitUntilExit()
        #expect(process.terminationReason == .exit)
        #expect(process.terminationStatus == 128 + number)
        #expect(leftovers(folder).isEmpty)
        #expect(waits { Processes.running(folder.path).isEmpty })
    }

    /// `bgpdeck watch --plain | head -1`: the next change finds no reader, and that is no error.
    @Test(.timeLimit(.minutes(10)))
    func aReaderThatLeavesEndsTheRunQuietly() throws {
        let folder = URL(filePath: "/tmp/bgpdeck-plain-\(UUID().uuidString.prefix(8))")
        defer { try? FileManager.default.removeItem(at: folder) }
        let pipe = Pipe()
        let process = try start(
            ["watch", "--plain", "--demo", "figure-1", "--fault", "leaf-neighbor-shut@5"], in: folder, output: pipe)
        _ = pipe.fileHandleForReading.availableData
        try pipe.fileHandleForReading.close()
        #expect(waits(60) { !process.isRunning })
        #expect(process.terminationReason == .exit && process.terminationStatus == 0)
        #expect(leftovers(folder).isEmpty)
        #expect(waits { Processes.running(folder.path).isEmpty })
    }
}
