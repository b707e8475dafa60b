import CLZ4
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
/// Large answers are packed with LZ4: the objects of a table are written alike, and packing them costs less than half the
/// processor time that writing them does (1.8 GB of tables: 0.8 to 0.3 s), in a file a tenth of the size.
///
/// The file has mode 0600 and no name: it is unlinked as soon as it is open, so that nothing stays behind, however
/// the console ends. Kept are the last two answers of each target (a source and a command) and those that are pinned;
/// when the limit is reached the oldest give way.
public actor Spool {
    private var layout: SpoolLayout
    private let file: Int32
    /// Room to pack in, from answer to answer.
    private var packing: [UInt8] = []
    /// Answers from this size on are packed.
    private static let worthPacking = 64 << 10

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
        guard file >= 0 else { return nil }
        let packed = pack(bytes)
        guard
            let room = layout.add(
                .init(source: source, command: command), length: packed ?? bytes.count, whole: bytes.count)
        else { return nil }
        guard write(packed == nil ? bytes : packing, packed ?? bytes.count, at: room.place) else {
            layout.remove(room.offset)
            return nil
        }
        return Evidence(offset: room.offset, length: bytes.count)
    }

    /// Packs an answer; how many bytes it then has, nil where they are not fewer.
    private func pack(_ bytes: [UInt8]) -> Int? {
        guard bytes.count >= Spool.worthPacking, bytes.count <= Int(LZ4_MAX_INPUT_SIZE) else { return nil }
        // What does not shrink to this is kept as it is.
        let room = bytes.count / 2
        if packing.count < room { packing = [UInt8](repeating: 0, count: room) }
        let count = bytes.withUnsafeBytes { from in
            packing.withUnsafeMutableBytes { to in
                LZ4_compress_fast(
                    from.assumingMemoryBound(to: CChar.self).baseAddress,
                    to.assumingMemoryBound(to: CChar.self).baseAddress, Int32(from.count), Int32(room), 1)
            }
        }
        return count > 0 ? Int(count) : nil
    }

    private func write(_ bytes: [UInt8], _ length: Int, at place: UInt64) -> Bool {
        var written = 0
        while written < length {
            let count = bytes[written..<length].withUnsafeBytes {
                pwrite(file, $0.baseAddress, $0.count, off_t(place) + off_t(written))
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return false }
            written += count
        }
        return true
    }

    /// Reads an answer back.
    public func read(_ evidence: Evidence) -> SpoolReading {
        guard let answer = layout.answers[evidence.offset], answer.whole == evidence.length else { return .gone }
        var bytes = [UInt8](repeating: 0, count: Int(clamping: answer.length))
        var done = 0
        while done < bytes.count {
            let count = bytes[done...].withUnsafeMutableBytes {
                pread(file, $0.baseAddress, $0.count, off_t(answer.place) + off_t(done))
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return .gone }
            done += count
        }
        return bytes.count == answer.whole ? .bytes(bytes) : Spool.unpacked(bytes, answer.whole)
    }

    private static func unpacked(_ bytes: [UInt8], _ whole: Int) -> SpoolReading {
        var result = [UInt8](repeating: 0, count: whole)
        let count = bytes.withUnsafeBytes { from in
            result.withUnsafeMutableBytes { to in
                LZ4_decompress_safe(
                    from.assumingMemoryBound(to: CChar.self).baseAddress,
                    to.assumingMemoryBound(to: CChar.self).baseAddress, Int32(from.count), Int32(to.count))
            }
        }
        return Int(count) == whole ? .bytes(result) : .gone
    }

    /// Names the answers that must stay, such as those behind open findings; the others may give way.
    public func pin(_ evidence: some Sequence<Evidence> & Sendable) {
        layout.pinned = Set(evidence.map(\.offset))
    }
}
