/// Cuts a stream of bytes into lines as they become complete.
public struct LineSplitter: Sendable {
    private var rest: [UInt8] = []
    private let limit: Int

    /// A splitter; a line longer than `limit` bytes is handed over in pieces.
    public init(limit: Int = 64 << 10) { self.limit = max(1, limit) }

    /// Takes bytes and gives the lines that they complete, without `\n` and a `\r` before it.
    public mutating func take(_ bytes: [UInt8]) -> [[UInt8]] {
        var lines: [[UInt8]] = []
        for byte in bytes {
            if byte == 0x0a {
                lines.append(finish())
            } else {
                rest.append(byte)
                if rest.count == limit { lines.append(finish()) }
            }
        }
        return lines
    }

    /// Gives what stands after the last line end, nil where nothing does.
    public mutating func last() -> [UInt8]? { rest.isEmpty ? nil : finish() }

    private mutating func finish() -> [UInt8] {
        if rest.last == 0x0d { rest.removeLast() }
        defer { rest.removeAll(keepingCapacity: true) }
        return rest
    }
}
