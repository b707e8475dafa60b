/// Reads the bytes that BIRD's control socket sends, whatever the pieces they arrive in.
///
/// A reply is lines of `NNNN-text`, continued by lines that begin with one blank, and ends with the first line whose
/// code is followed by a blank. Lines that begin with `+` may stand anywhere and belong to no reply. Feed what was
/// read; after a ``Event/violation(_:)`` the stream is not BIRD's and everything later is ignored.
public struct BIRDReply: Sendable {
    /// What a piece of the stream completed.
    public enum Event: Hashable, Sendable {
        /// The server's welcome, once per connection: `BIRD v0.3.3+birdv1.6.8 ready.`
        case greeting(String)
        /// A complete reply.
        case reply(code: Int, text: [UInt8])
        /// A line of the daemon's log, sent after `echo`.
        case log(String)
        /// The stream is not BIRD's, or a reply is larger than allowed: why.
        case violation(String)
    }

    /// The longest line that is accepted, in bytes without its end.
    public let maximumLine: Int
    /// The largest reply that is accepted, in bytes.
    public let maximumReply: Int
    private var reply: [UInt8] = []
    private var line: [UInt8] = []
    private var isBroken = false

    /// A reader at the start of a connection. The limits are in bytes.
    public init(maximumLine: Int = 65_536, maximumReply: Int = 64 << 20) {
        self.maximumLine = maximumLine
        self.maximumReply = maximumReply
    }

    /// Whether a reply has begun and its last line has not come: closing now would cut it.
    public var isMidReply: Bool { !reply.isEmpty || !line.isEmpty }

    /// Takes the next bytes and returns what they completed. The `text` of a reply holds all its lines with codes and
    /// line ends, ready for ``BIRD``; its `code` is that of the last line (0 for `0000`, 8001 for
    /// `Network not in table`).
    public mutating func receive(_ bytes: some Collection<UInt8>) -> [Event] {
        var events: [Event] = []
        let isContiguous: Void? = bytes.withContiguousStorageIfAvailable { receive($0, &events) }
        if isContiguous == nil { Array(bytes).withUnsafeBufferPointer { receive($0, &events) } }
        return events
    }

    private mutating func receive(_ bytes: UnsafeBufferPointer<UInt8>, _ events: inout [Event]) {
        var start = 0
        while start < bytes.count, !isBroken {
            var end = start
            let limit = min(bytes.count, start + maximumLine - line.count)
            while end < limit, bytes[end] != 0x0a { end += 1 }
            let isLine = end < bytes.count && bytes[end] == 0x0a
            line.append(contentsOf: bytes[start..<(isLine ? end + 1 : end)])
            start = end + 1
            if isLine {
                if let event = endLine() { events.append(event) }
            } else if end < bytes.count {
                events.append(fail("a line is longer than \(maximumLine) bytes"))
            }
        }
    }

    private mutating func endLine() -> Event? {
        defer { line.removeAll(keepingCapacity: true) }
        switch line.first {
        case UInt8(ascii: "+"): return .log(BIRDReply.text(line.dropFirst()))
        case 0x20 where !reply.isEmpty: return keep()
        default: break
        }
        guard let code = BIRDReply.code(line) else {
            return fail("a line without a reply code: \(BIRDReply.text(line.prefix(80)))")
        }
        let isLast = line[4] == 0x20
        if isLast, code == 1, reply.isEmpty { return .greeting(BIRDReply.text(line.dropFirst(5))) }
        if let violation = keep() { return violation }
        guard isLast else { return nil }
        defer { reply = [] }
        return .reply(code: code, text: reply)
    }

    private mutating func keep() -> Event? {
        guard reply.count + line.count <= maximumReply else {
            return fail("a reply is larger than \(maximumReply) bytes")
        }
        reply.append(contentsOf: line)
        return nil
    }

    private mutating func fail(_ reason: String) -> Event {
        isBroken = true
        reply = []
        line = []
        return .violation(reason)
    }

    /// The code of `NNNN-text` or `NNNN text`, nil for any other line.
    private static func code(_ line: [UInt8]) -> Int? {
        guard line.count >= 6, line[4] == UInt8(ascii: "-") || line[4] == 0x20 else { return nil }
        return line.withUnsafeBufferPointer { ByteText($0, 0, 4).number }
    }

    private static func text(_ bytes: ArraySlice<UInt8>) -> String {
        bytes.withUnsafeBufferPointer { buffer in
            var end = buffer.count
            while end > 0, buffer[end - 1] == 0x0a || buffer[end - 1] == 0x0d { end -= 1 }
            return ByteText(buffer, 0, end).string
        }
    }
}
