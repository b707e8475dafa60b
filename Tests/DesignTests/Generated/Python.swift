import Foundation

/// Readers other than ours: Python's json, and PyYAML where it is installed.
enum Python {
    /// Runs a script on a text; nil where there is no Python, or the script says that it cannot run (status 3).
    static func run(_ script: String, on text: String) throws -> String? {
        guard
            let path = ["/usr/bin/python3", "/usr/local/bin/python3"].first(where: FileManager.default.isExecutableFile)
        else { return nil }
        let file = FileManager.default.temporaryDirectory.appending(path: "bgpdeck-design-\(UUID().uuidString)")
        try Data(text.utf8).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        let process = Process()
        process.executableURL = URL(filePath: path)
        process.arguments = ["-c", script, file.path]
        let output = Pipe()
        process.standardOutput = output
        process.standardError = output
        process.standardInput = FileHandle.nullDevice
        try process.run()
        let bytes = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        if process.terminationStatus == 3 { return nil }
        let told = String(decoding: bytes, as: UTF8.self)
        guard process.terminationStatus == 0 else { throw PythonFailure(text: told) }
        return told
    }

    struct PythonFailure: Error {
        var text: String
    }

    /// Why a test that needs them did not look.
    static let absent = "not checked: python3 or its module is not installed here"
}
