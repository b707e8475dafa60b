import Foundation

/// Standard input, output and error.
enum Standard {
    /// The most bytes that are read at once from a file or standard input: 4 GiB.
    static let inputLimit = 4 << 30

    static func output(_ text: String) { output(Array(text.utf8)) }

    /// Writes all bytes; a reader that went away ends the program quietly, as in `bgpdeck sessions | head`.
    static func output(_ bytes: [UInt8]) { write(bytes, to: FileHandle.standardOutput) }

    static func error(_ line: String) { write(Array((line + "\n").utf8), to: FileHandle.standardError) }

    private static func write(_ bytes: [UInt8], to handle: FileHandle) {
        do { try handle.write(contentsOf: Data(bytes)) } catch { exit(0) }
    }

    /// The bytes of a file, or of standard input.
    ///
    /// - Throws: ``RunFailure`` that names the file and why it cannot be read.
    static func input(_ file: String?) throws -> [UInt8] {
        do {
            guard let file else { return Array(try FileHandle.standardInput.readToEnd() ?? Data()) }
            return Array(try Data(contentsOf: URL(filePath: file), options: .mappedIfSafe))
        } catch {
            throw RunFailure(message: "bgpdeck: cannot read \(file ?? "standard input"): \(error.localizedDescription)")
        }
    }
}
