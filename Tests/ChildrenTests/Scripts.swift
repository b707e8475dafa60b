import Children
import Glibc

/// A folder of small programs that stand in for ssh and its like, removed with the value that made it.
final class Scripts: Sendable {
    let folder: PrivateDirectory

    init() throws { folder = try existing(PrivateDirectory(prefix: "bgpdeck-test")) }

    deinit { folder.remove() }

    /// Writes a program for the POSIX shell and gives its path.
    func add(_ name: String, _ body: String) throws -> String {
        let path = "\(folder.path)/\(name)"
        let file = open(path, O_CREAT | O_WRONLY | O_TRUNC | O_CLOEXEC, 0o700)
        guard file >= 0 else { throw Missing() }
        let bytes = Array("#!/bin/sh\n\(body)\n".utf8)
        let written = bytes.withUnsafeBytes { write(file, $0.baseAddress, $0.count) }
        close(file)
        guard written == bytes.count else { throw Missing() }
        return path
    }
}

struct Missing: Error {}

func existing<T>(_ value: T?) throws -> T {
    guard let value else { throw Missing() }
    return value
}

func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

/// Whether a process is there and is not a zombie.
func isAlive(_ process: Int32) -> Bool {
    guard let file = fopen("/proc/\(process)/stat", "r") else { return false }
    defer { fclose(file) }
    var line = [CChar](repeating: 0, count: 512)
    guard fgets(&line, 512, file) != nil else { return false }
    let words = String(decoding: line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    return words.split(separator: ")").last?.hasPrefix(" Z") == false
}

/// Whether a process goes away within five seconds: a signal takes effect a moment after it was sent.
func goesAway(_ process: Int32) async -> Bool {
    let start = ContinuousClock.now
    while isAlive(process) {
        if ContinuousClock.now - start > .seconds(5) { return false }
        await Task.yield()
    }
    return true
}
