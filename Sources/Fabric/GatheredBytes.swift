/// Bytes that come in pieces, put together once.
///
/// A routing table of a large leaf is tens of megabytes; an array that grows piece by piece holds two to three times
/// that while it moves.
public struct GatheredBytes: Sendable {
    private var pieces: [[UInt8]] = []
    /// How many bytes there are.
    public private(set) var count = 0

    /// None.
    public init() {}

    /// Makes room for bytes that are known to come.
    public mutating func expect(_ count: Int) {
        var room: [UInt8] = []
        room.reserveCapacity(count)
        pieces.append(room)
    }

    /// Adds a piece behind the others.
    public mutating func append(_ piece: some Collection<UInt8>) {
        guard !piece.isEmpty else { return }
        count += piece.count
        if let last = pieces.indices.last, pieces[last].capacity - pieces[last].count >= piece.count {
            pieces[last] += piece
        } else {
            pieces.append(Array(piece))
        }
    }

    /// All bytes; none are left here.
    public mutating func take() -> [UInt8] {
        if pieces.count == 1, let only = pieces.popLast() {
            count = 0
            return only
        }
        var all: [UInt8] = []
        all.reserveCapacity(count)
        for index in pieces.indices {
            all += pieces[index]
            pieces[index] = []
        }
        self = GatheredBytes()
        return all
    }
}
