import Children
import Fabric
import FoundationEssentials
import Glibc

struct Missing: Error {}

func existing<T>(_ value: T?) throws -> T {
    guard let value else { throw Missing() }
    return value
}

func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

/// A folder of small programs that stand in for ssh, kubectl and calicoctl, removed with the value that made it.
final class FakeTools: Sendable {
    let folder: PrivateDirectory

    init() throws { folder = try existing(PrivateDirectory(prefix: "bgpdeck-test")) }

    deinit { folder.remove() }

    /// Writes a program for the POSIX shell and gives its path.
    func add(_ name: String, _ body: String) throws -> String {
        let path = "\(folder.path)/\(name)"
        try write(path, "#!/bin/sh\n\(body)\n", mode: 0o700)
        return path
    }

    /// A stand-in for ssh: `$host` is the host, `$line` the remote command, `$session` set for a terminal session.
    func ssh(_ body: String) throws -> SSHSettings {
        let path = try add(
            "ssh",
            """
            session=; host=; line=
            while [ $# -gt 0 ]; do
              case "$1" in
                -tt) session=1;;
                --) host=$2; line=$3; break;;
                -o|-l|-p|-i|-J|-F|-L) shift;;
              esac
              shift
            done
            echo "$host $line" >> '\(folder.path)/calls'
            \(body)
            """)
        return SSHSettings(tool: [path])
    }

    /// What was called, a line each.
    func calls() -> [String] {
        guard let data = try? Data(contentsOf: URL(filePath: "\(folder.path)/calls")) else { return [] }
        return text(Array(data)).split(separator: "\n").map(String.init)
    }

    func write(_ path: String, _ content: String, mode: mode_t = 0o600) throws {
        let file = open(path, O_CREAT | O_WRONLY | O_TRUNC | O_CLOEXEC, mode)
        guard file >= 0 else { throw Missing() }
        let bytes = Array(content.utf8)
        let written = bytes.withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) }
        close(file)
        guard written == bytes.count else { throw Missing() }
    }
}

let someTime: @Sendable () -> Date = { Date(timeIntervalSince1970: 1_768_039_200) }
