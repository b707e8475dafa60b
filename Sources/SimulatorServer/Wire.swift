import FoundationEssentials

/// What a stand-in asks of the simulated fabric's process.
struct Request: Codable, Sendable, Hashable {
    /// `ssh`, `calicoctl`, `kubectl`, `birdcl`, `bird` (a control socket brought here) or `control`.
    var role: String
    var arguments: [String]
}

/// The frames between a stand-in and the fabric's process: one byte of kind, four of length (big-endian), the bytes.
enum Frame {
    enum Kind: UInt8, Sendable {
        /// The first frame of a connection: a ``Request`` as JSON.
        case request = 1
        /// Bytes of standard input, and its end.
        case input = 2
        case inputEnd = 3
        case output = 4
        case errors = 5
        /// The exit status in four bytes; the last frame.
        case exit = 6
        /// How many bytes of output follow, in four bytes: told of large answers, so that their reader makes room once.
        case length = 7
    }

    /// No frame holds more: a larger one ends the connection.
    static let limit = 4 << 20
    /// Answers are cut into frames of this size.
    static let chunk = 64 << 10

    static func bytes(_ kind: Kind, _ payload: some Collection<UInt8>) -> [UInt8] {
        [kind.rawValue] + number(payload.count) + payload
    }

    /// A text in as many frames as it needs, behind its length where it is large.
    static func bytes(_ kind: Kind, text: String) -> [UInt8] {
        var copy = text
        return copy.withUTF8 { all in
            let isLarge = kind == .output && all.count > 1 << 20
            return (isLarge ? bytes(.length, number(all.count)) : []) + bytes(kind, all: all)
        }
    }

    /// Bytes in as many frames as they need.
    static func bytes(_ kind: Kind, all: UnsafeBufferPointer<UInt8>) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(all.count + 5 * (all.count / chunk + 1))
        for start in stride(from: 0, to: all.count, by: chunk) {
            let piece = all[start..<min(start + chunk, all.count)]
            result.append(kind.rawValue)
            result.append(contentsOf: number(piece.count))
            result.append(contentsOf: piece)
        }
        return result
    }

    static func exit(_ status: Int32) -> [UInt8] { bytes(.exit, number(Int(UInt32(bitPattern: status)))) }

    private static func number(_ value: Int) -> [UInt8] {
        (0..<4).map { UInt8(truncatingIfNeeded: value >> (24 - 8 * $0)) }
    }
}

/// Takes frames out of bytes that arrive in pieces of any size.
struct FrameReader: Sendable {
    private var buffer: [UInt8] = []
    /// Whether the bytes cannot be frames: an unknown kind, or one too long.
    private(set) var isBroken = false

    mutating func append(_ bytes: some Sequence<UInt8>) { buffer += bytes }

    mutating func next() -> (kind: Frame.Kind, payload: [UInt8])? {
        guard !isBroken, buffer.count >= 5 else { return nil }
        let length = buffer[1...4].reduce(0) { $0 << 8 | Int($1) }
        guard let kind = Frame.Kind(rawValue: buffer[0]), length <= Frame.limit else {
            isBroken = true
            return nil
        }
        guard buffer.count >= 5 + length else { return nil }
        let payload = Array(buffer[5..<5 + length])
        buffer.removeFirst(5 + length)
        return (kind, payload)
    }

    static func status(_ payload: [UInt8]) -> Int32 { Int32(bitPattern: number(payload)) }

    /// A length, none where it is beyond what an answer can have.
    static func length(_ payload: [UInt8]) -> Int {
        let length = Int(number(payload))
        return length <= 1 << 30 ? length : 0
    }

    private static func number(_ payload: [UInt8]) -> UInt32 { payload.prefix(4).reduce(0) { $0 << 8 | UInt32($1) } }
}
