import Glibc

/// Reads files of one folder and nothing outside of it, up to a number of bytes in all.
struct CaptureFiles {
    struct Failure: Error {
        var message: String
    }

    let folder: String
    /// How many bytes may still be read.
    private(set) var remaining: Int

    init(folder: String, remaining: Int) {
        self.folder = folder
        self.remaining = remaining
    }

    /// The bytes of a file that is named relative to the folder.
    mutating func read(_ name: String, limit: Int?) -> Result<[UInt8], Failure> {
        let parts = name.split(separator: "/", omittingEmptySubsequences: false)
        guard !name.hasPrefix("/"), !parts.contains(".."), !name.utf8.contains(0) else {
            return failure("file '\(shown(name))' leads out of the folder; name files inside it")
        }
        guard let root = CaptureFiles.resolve(folder) else {
            return failure("cannot open folder \(shown(folder)): \(CaptureFiles.lastError)")
        }
        guard let place = CaptureFiles.resolve(folder + "/" + name) else {
            return failure("cannot open \(shown(name)) in \(shown(folder)): \(CaptureFiles.lastError)")
        }
        guard place == root || place.hasPrefix(root == "/" ? root : root + "/") else {
            return failure("\(shown(name)) is a link that leads out of the folder; copy the file into it")
        }
        return contents(of: place, name: name, limit: min(limit ?? .max, remaining))
    }

    private mutating func contents(of place: String, name: String, limit: Int) -> Result<[UInt8], Failure> {
        let descriptor = open(place, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOFOLLOW)
        guard descriptor >= 0 else { return failure("cannot open \(shown(name)): \(CaptureFiles.lastError)") }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            return failure("\(shown(name)) is not a regular file")
        }
        guard status.st_size <= limit else {
            return failure(
                "\(shown(name)) has \(status.st_size) bytes, at most \(limit) more are read from one folder; "
                    + "split the folder, or capture selected prefixes only")
        }
        let bytes = CaptureFiles.readAll(descriptor, count: Int(status.st_size))
        remaining -= bytes.count
        return .success(bytes)
    }

    /// The file's bytes as they were when it was opened; fewer where it shrinks meanwhile.
    private static func readAll(_ descriptor: Int32, count: Int) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            while filled < count, let base = buffer.baseAddress {
                let got = Glibc.read(descriptor, base + filled, count - filled)
                if got < 0, errno == EINTR { continue }
                guard got > 0 else { break }
                filled += got
            }
        }
    }

    private static func resolve(_ path: String) -> String? {
        guard let real = realpath(path, nil) else { return nil }
        defer { free(real) }
        return String(cString: real)
    }

    private static var lastError: String { String(cString: strerror(errno)) }

    private func failure(_ message: String) -> Result<[UInt8], Failure> { .failure(Failure(message: message)) }

    private func shown(_ text: String) -> String {
        String(text.unicodeScalars.prefix(120).map { $0.value < 32 || $0.value == 127 ? "·" : Character($0) })
    }
}
