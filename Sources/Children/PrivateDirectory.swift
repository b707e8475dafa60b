import Glibc

/// A fresh directory that only this user can enter, for sockets and the spool.
///
/// Its path is short, because a Unix socket's path holds at most 107 bytes.
public struct PrivateDirectory: Hashable, Sendable {
    /// The directory's absolute path.
    public let path: String

    /// Makes a directory of mode 0700 with a fresh name below `parent`; nil where the system refuses.
    public init?(under parent: String = "/tmp", prefix: String = "bgpdeck") {
        var name = Array("\(parent)/\(prefix).XXXXXX".utf8CString)
        guard mkdtemp(&name) != nil else { return nil }
        path = String(decoding: name.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        chmod(path, 0o700)
    }

    /// Removes the directory and the files in it; directories in it stay.
    public func remove() {
        guard let listing = opendir(path) else { return }
        while let entry = readdir(listing) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != ".", name != ".." { unlink("\(path)/\(name)") }
        }
        closedir(listing)
        rmdir(path)
    }
}
