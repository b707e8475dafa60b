import FoundationEssentials
import Glibc

/// Files that belong to the user alone: mode 0600, in folders of mode 0700.
enum PrivateFile {
    /// Writes a text to a file, which is replaced as a whole or not at all.
    static func write(_ text: String, to path: String) throws {
        let folder = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        let draft = path + ".new"
        guard
            FileManager.default.createFile(
                atPath: draft, contents: Data(text.utf8), attributes: [.posixPermissions: 0o600])
        else { throw CocoaError(.fileWriteUnknown) }
        guard rename(draft, path) == 0 else { throw CocoaError(.fileWriteUnknown) }
    }
}
