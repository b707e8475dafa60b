import Foundation

/// Standard input, output and error.
enum Standard {
    static func output(_ text: String) { output(Array(text.utf8)) }

    /// Writes all bytes; a reader that went away ends the program quietly, as in `bgpdeck sessions | head`.
    static func output(_ bytes: [UInt8]) { write(bytes, to: FileHandle.standardOutput) }

    static func error(_ line: String) { write(Array((line + "\n").utf8), to: FileHandle.standardError) }

    private static func write(_ bytes: [UInt8], to handle: FileHandle) {
        do { try handle.write(contentsOf: Data(bytes)) } catch { Leaving.now(0) }
    }

    /// The bytes of a file, or of standard input.
    ///
    /// - Throws: ``RunFailure`` that names the file and why it cannot be read.
    static func input(_ file: String?) throws -> [UInt8] {
        do {
            guard let file else { return Array(try FileHandle.standardInput.readToEnd() ?? Data()) }
            let handle = try FileHandle(forReadingFrom: URL(filePath: file))
            defer { try? handle.close() }
            return Array(try handle.readToEnd() ?? Data())
        } catch {
            throw RunFailure(message: "bgpdeck: cannot read \(file ?? "standard input"): \(error.localizedDescription)")
        }
    }
}
