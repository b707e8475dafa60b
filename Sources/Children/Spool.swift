public import Fabric
import Glibc

/// What a spool gives back for a place.
public enum SpoolReading: Hashable, Sendable {
    /// The answer's bytes.
    case bytes([UInt8])
    /// The answer is no longer kept.
    case gone
}

/// The private file that keeps raw answers for as long as the console runs: a full set of route tables is over a
/// gigabyte and has no place in memory.
///
/// The file has mode 0600 and no name: it is unlinked as soon as it is open, so that nothing stays behind, however
/// the console ends. Kept are the last two answers of each target (a source and a command) and those that are pinned;
/// when the limit is reached the oldest give way.
public actor Spool {
    private var layout: SpoolLayout
    private let file: Int32

    /// A spool in a directory, of at most `limit` bytes. Where the file cannot be made, nothing is kept and every
    /// place is ``SpoolReading/gone``.
    public init(directory: String, limit: UInt64 = 2 << 30) {
        layout = SpoolLayout(limit: limit)
        var name = Array("\(directory)/spool.XXXXXX".utf8CString)
        file = mkstemp(&name)
        if file >= 0 {
            _ = fcntl(file, F_SETFD, FD_CLOEXEC)
            unlink(name)
        }
    }

    deinit {
        if file >= 0 { close(file) }
    }

    /// Keeps an answer; nil where it cannot be kept: larger than the limit, disk full, no file.
    public func append(source: SourceID, command: String, bytes: [UInt8]) -> Evidence? {
        guard file >= 0, let room = layout.add(.init(source: source, command: command), length: bytes.count)
        else { return nil }
        var written = 0
        while written < bytes.count {
            let count = bytes[written...].withUnsafeBytes {
                pwrite(file, $0.baseAddress, $0.count, off_t(room.place) + off_t(written))
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else {
                layout.remove(room.offset)
                return nil
            }
            written += count
        }
        return Evidence(offset: room.offset, length: bytes.count)
    }

    /// Reads an answer back.
    public func read(_ evidence: Evidence) -> SpoolReading {
        guard let answer = layout.answers[evidence.offset], answer.length == UInt64(max(0, evidence.length))
        else { return .gone }
        var bytes = [UInt8](repeating: 0, count: evidence.length)
        var done = 0
        while done < bytes.count {
            let count = bytes[done...].withUnsafeMutableBytes {
                pread(file, $0.baseAddress, $0.count, off_t(answer.place) + off_t(done))
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return .gone }
            done += count
        }
        return .bytes(bytes)
    }

    /// Names the answers that must stay, such as those behind open findings; the others may give way.
    public func pin(_ evidence: some Sequence<Evidence> & Sendable) {
        layout.pinned = Set(evidence.map(\.offset))
    }
}
