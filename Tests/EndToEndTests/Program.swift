import Foundation

/// The program under test, as a user starts it: the executable beside the test bundle.
enum Program {
    /// What a finished run left.
    struct Run {
        var status: Int32
        var output: String
        var errors: String

        /// Standard output as JSON.
        func json() throws -> Any { try JSONSerialization.jsonObject(with: Data(output.utf8)) }

        /// Standard output as a list of JSON objects.
        func rows() throws -> [[String: Any]] { try json() as? [[String: Any]] ?? [] }
    }

    /// The folder of the package.
    static let package = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// The executable's path.
    static let path: String = {
        let bundle = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent()
        let candidates = [bundle, package.appending(path: ".build/debug")].map { $0.appending(path: "bgpdeck").path }
        return candidates.first(where: FileManager.default.isExecutableFile) ?? candidates[1]
    }()

    /// A home of its own, so that no test reads or writes the user's files.
    static let home: String = {
        let path = FileManager.default.temporaryDirectory.appending(path: "bgpdeck-tests-\(getpid())").path
        try? FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        return path
    }()

    /// The environment of the program: its own home, a UTF-8 locale, nothing of the tester's.
    static func environment(_ more: [String: String] = [:]) -> [String: String] {
        var values = [
            "PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin", "HOME": home, "LC_ALL": "C.UTF-8",
            "TMPDIR": FileManager.default.temporaryDirectory.path,
        ]
        if let library = ProcessInfo.processInfo.environment["LD_LIBRARY_PATH"] { values["LD_LIBRARY_PATH"] = library }
        return values.merging(more) { _, new in new }
    }

    /// Runs the program to its end; one that has not ended in two minutes is killed and has the status 137.
    static func run(_ arguments: [String], input: Data = Data(), environment: [String: String] = [:]) throws -> Run {
        let process = Process()
        process.executableURL = URL(filePath: path)
        process.arguments = arguments
        process.environment = Program.environment(environment)
        process.currentDirectoryURL = package
        let (input0, output, errors) = (Pipe(), Pipe(), Pipe())
        process.standardInput = input0
        process.standardOutput = output
        process.standardError = errors
        try process.run()
        let writer = Thread {
            try? input0.fileHandleForWriting.write(contentsOf: input)
            try? input0.fileHandleForWriting.close()
        }
        writer.start()
        let collected = Collector(errors.fileHandleForReading)
        let watchdog = DispatchWorkItem { kill(process.processIdentifier, SIGKILL) }
        DispatchQueue.global().asyncAfter(deadline: .now() + 120, execute: watchdog)
        let bytes = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        watchdog.cancel()
        return Run(
            status: process.terminationReason == .exit ? process.terminationStatus : 128 + process.terminationStatus,
            output: String(decoding: bytes, as: UTF8.self), errors: collected.text())
    }
}

/// Reads a pipe to its end beside the caller.
private final class Collector: Sendable {
    private let queue = DispatchQueue(label: "collector")
    private let box = Box()

    private final class Box: @unchecked Sendable { var data = Data() }

    init(_ handle: FileHandle) {
        let box = box
        queue.async { box.data = (try? handle.readToEnd()) ?? Data() }
    }

    func text() -> String { queue.sync { String(decoding: box.data, as: UTF8.self) } }
}
