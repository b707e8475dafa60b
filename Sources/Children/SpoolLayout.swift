import Fabric

/// Which answer lies where in the spool file, and which give way: pure bookkeeping.
///
/// An answer's public offset is a number that never comes again, so that a place whose bytes gave way is known to be
/// gone; the place in the file is kept beside it.
struct SpoolLayout {
    struct Target: Hashable {
        var source: SourceID
        var command: String
    }

    struct Answer {
        var target: Target
        /// Where it lies in the file, and how many bytes of the file it takes.
        var place: UInt64
        var length: UInt64
        /// How many bytes it has; more than it takes where it is packed.
        var whole: Int
    }

    let limit: UInt64
    let kept: Int
    private(set) var answers: [UInt64: Answer] = [:]
    private var byTarget: [Target: [UInt64]] = [:]
    private var order: [UInt64] = []
    private var holes: [(place: UInt64, length: UInt64)] = []
    private var end: UInt64 = 0
    private var nextOffset: UInt64 = 0
    var pinned: Set<UInt64> = []

    init(limit: UInt64, kept: Int = 2) {
        self.limit = limit
        self.kept = kept
    }

    /// Makes room for an answer; nil where it exceeds the limit or what is pinned leaves no room.
    ///
    /// - Parameter length: how many bytes of the file it takes.
    /// - Parameter whole: how many bytes it has.
    mutating func add(_ target: Target, length: Int, whole: Int) -> (offset: UInt64, place: UInt64)? {
        let length = UInt64(max(0, length))
        guard length <= limit else { return nil }
        let former = (byTarget[target] ?? []).filter { !pinned.contains($0) }
        for offset in former.dropLast(kept - 1) { remove(offset) }
        while true {
            if let place = take(length) {
                let offset = nextOffset
                nextOffset += UInt64(max(1, whole))
                answers[offset] = Answer(target: target, place: place, length: length, whole: whole)
                byTarget[target, default: []].append(offset)
                order.append(offset)
                return (offset, place)
            }
            guard let oldest = order.first(where: { !pinned.contains($0) }) else { return nil }
            remove(oldest)
        }
    }

    private mutating func take(_ length: UInt64) -> UInt64? {
        if let index = holes.firstIndex(where: { $0.length >= length }) {
            let place = holes[index].place
            if holes[index].length == length {
                holes.remove(at: index)
            } else {
                holes[index] = (place + length, holes[index].length - length)
            }
            return place
        }
        guard end + length <= limit else { return nil }
        defer { end += length }
        return end
    }

    mutating func remove(_ offset: UInt64) {
        guard let answer = answers.removeValue(forKey: offset) else { return }
        byTarget[answer.target]?.removeAll { $0 == offset }
        if byTarget[answer.target]?.isEmpty == true { byTarget[answer.target] = nil }
        order.removeAll { $0 == offset }
        guard answer.length > 0 else { return }
        var hole = (place: answer.place, length: answer.length)
        if let before = holes.firstIndex(where: { $0.place + $0.length == hole.place }) {
            hole = (holes[before].place, holes[before].length + hole.length)
            holes.remove(at: before)
        }
        if let after = holes.firstIndex(where: { $0.place == hole.place + hole.length }) {
            hole.length += holes[after].length
            holes.remove(at: after)
        }
        if hole.place + hole.length == end {
            end = hole.place
        } else {
            holes.append(hole)
        }
    }
}
