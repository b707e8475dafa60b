import Foundation

/// A program run to its end, its output read from files so that no pipe can fill up.
struct Child {
    var status: Int32
    var output: String
    var errors: String

    /// Standard output as a list of JSON objects; empty where it is none.
    var rows: [[String: Any]] { json as? [[String: Any]] ?? [] }

    /// Standard output as JSON; an empty object where it is none.
    var json: Any { (try? JSONSerialization.jsonObject(with: Data(output.utf8))) ?? [String: Any]() }

    /// Runs a program; after `limit` seconds it is killed, and its status is that of the signal. Meanwhile `watch` is
    /// called every few milliseconds with its process id.
    static func run(
        _ program: String, _ arguments: [String], environment: [String: String] = [:], limit: TimeInterval = 120,
        watch: (pid_t) -> Void = { _ in }
    ) throws -> Child {
        let folder = FileManager.default.temporaryDirectory.appending(path: "bgpdeck-lab-test-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let files = ["output", "errors"].map { folder.appending(path: $0) }
        for file in files { _ = FileManager.default.createFile(atPath: file.path, contents: nil) }
        let process = Process()
        process.executableURL = URL(filePath: program)
        process.arguments = arguments
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { _, new in new }
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = try FileHandle(forWritingTo: files[0])
        process.standardError = try FileHandle(forWritingTo: files[1])
        try process.run()
        let deadline = Date(timeIntervalSinceNow: limit)
        while process.isRunning, Date() < deadline {
            watch(process.processIdentifier)
            usleep(5000)
        }
        if process.isRunning { kill(process.processIdentifier, SIGKILL) }
        process.waitUntilExit()
        let texts = try files.map { String(decoding: try Data(contentsOf: $0), as: UTF8.self) }
        return Child(status: process.terminationStatus, output: texts[0], errors: texts[1])
    }
}
