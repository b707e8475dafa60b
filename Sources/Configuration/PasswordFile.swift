import Glibc

/// Why a password could not be had, in words; the password itself is never part of them.
public struct PasswordRefusal: Error, Hashable, Sendable, CustomStringConvertible {
    /// What is wrong and what to do.
    public let description: String

    init(_ description: String) { self.description = description }
}

/// A file that holds a password.
public enum PasswordFile {
    /// A key in PEM form is the longest secret.
    private static let limit = 16 << 10
    private static let passwordLimit = 4096

    /// The first line of the file.
    ///
    /// The file must be a regular one of mode 0600 or stricter that belongs to the user (or root); the check and the
    /// reading use one descriptor, so that nothing can change in between.
    ///
    /// - Throws: a ``PasswordRefusal`` that names the file and the remedy.
    public static func read(path: String) throws(PasswordRefusal) -> String {
        let text = try readAll(path: path, what: "password_file")
        var line = text.prefix { $0 != "\n" && $0 != "\r\n" }
        if line.last == "\r" { line.removeLast() }
        guard !line.isEmpty else { throw PasswordRefusal("password_file \(path) is empty") }
        guard line.utf8.count <= passwordLimit else {
            throw PasswordRefusal("password_file \(path) is too long (\(passwordLimit) bytes at most)")
        }
        return String(line)
    }

    /// All of a secret file's text, under the same conditions.
    static func readAll(path: String, what: String) throws(PasswordRefusal) -> String {
        let descriptor = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw PasswordRefusal("cannot open \(what) \(path): \(String(cString: strerror(errno)))")
        }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw PasswordRefusal("\(what) \(path) is not a regular file")
        }
        guard status.st_mode & 0o177 == 0 else {
            let mode = String(status.st_mode & 0o777, radix: 8)
            throw PasswordRefusal("\(what) \(path) has mode 0\(mode), others may read it; run: chmod 600 \(path)")
        }
        guard status.st_uid == geteuid() || status.st_uid == 0 else {
            throw PasswordRefusal("\(what) \(path) belongs to another user; make it your own")
        }
        guard let text = readText(descriptor), !text.isEmpty else {
            throw PasswordRefusal("\(what) \(path) is empty, too long (\(limit) bytes at most) or not UTF-8")
        }
        return text
    }

    private static func readText(_ descriptor: Int32) -> String? {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: limit)
        while bytes.count <= limit {
            let count = Glibc.read(descriptor, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { break }
            bytes += buffer.prefix(count)
        }
        guard bytes.count <= limit else { return nil }
        return String(validating: bytes, as: UTF8.self)
    }
}
