/// Cuts what BIRD's control socket writes into replies.
///
/// A reply ends with the first line that has four digits and a blank; lines of four digits and `-`, and those that
/// begin with a blank, are followed by more; lines that begin with `+` are log text and end nothing (BIRD 1.6,
/// `doc/reply_codes`).
struct BIRDReplies: Sendable {
    private var bytes: [UInt8] = []
    private var lineStart = 0

    /// How many bytes of an unfinished reply are held.
    var pending: Int { bytes.count }

    /// Takes bytes, cut anywhere, and gives the replies that they complete, each with its last line end.
    mutating func take(_ new: some Sequence<UInt8>) -> [[UInt8]] {
        var replies: [[UInt8]] = []
        for byte in new {
            bytes.append(byte)
            guard byte == 0x0a else { continue }
            if Self.isLast(bytes[lineStart...]) {
                replies.append(bytes)
                bytes = []
            }
            lineStart = bytes.count
        }
        return replies
    }

    private static func isLast(_ line: ArraySlice<UInt8>) -> Bool {
        line.count >= 6 && line.prefix(4).allSatisfy { (48...57).contains($0) }
            && line[line.startIndex + 4] == 0x20
    }

    /// A reply's code: the four digits of its last line.
    static func code(of reply: [UInt8]) -> Int? {
        let body = reply.last == 0x0a ? reply.dropLast() : reply[...]
        let start = body.lastIndex(of: 0x0a).map { $0 + 1 } ?? body.startIndex
        let digits = body[start...].prefix(4)
        guard digits.count == 4, digits.allSatisfy({ (48...57).contains($0) }) else { return nil }
        return digits.reduce(0) { $0 * 10 + Int($1) - 48 }
    }
}
