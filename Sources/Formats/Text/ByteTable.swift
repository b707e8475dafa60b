/// Stores each distinct text once and numbers them from 0 in the order of first appearance.
///
/// An open-addressing hash table over one arena of bytes: no object per text. The hash is salted, so that no input
/// can be made that is slow.
struct ByteTable {
    private var arena: [UInt8] = []
    private var ends: [Int] = []
    private var hashes: [UInt64] = []
    private var slots: [UInt32] = Array(repeating: 0, count: 64)
    private let salt = UInt64.random(in: .min ... .max)

    /// The number of distinct texts.
    var count: Int { ends.count }

    /// The number of a text that is already here.
    @inline(__always)
    func find(_ view: ByteView, _ range: Range<Int>) -> Int? {
        let hash = hash(view, range)
        var slot = Int(truncatingIfNeeded: hash) & (slots.count - 1)
        while slots[slot] != 0 {
            let number = Int(slots[slot]) - 1
            if hashes[number] == hash, equals(number, view, range) { return number }
            slot = (slot + 1) & (slots.count - 1)
        }
        return nil
    }

    /// The number of a text, which is stored if it is new.
    mutating func insert(_ view: ByteView, _ range: Range<Int>) -> Int {
        if let found = find(view, range) { return found }
        arena.append(contentsOf: view.buffer(range))
        ends.append(arena.count)
        hashes.append(hash(view, range))
        if ends.count * 2 > slots.count { grow() }
        place(ends.count - 1)
        return ends.count - 1
    }

    /// The bytes of a text.
    func withBytes<Result>(_ number: Int, _ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result {
        arena.withUnsafeBufferPointer { body(UnsafeBufferPointer(rebasing: $0[range(number)])) }
    }

    /// A text.
    func string(_ number: Int) -> String { withBytes(number) { String(decoding: $0, as: UTF8.self) } }

    private func range(_ number: Int) -> Range<Int> { (number == 0 ? 0 : ends[number - 1])..<ends[number] }

    private func equals(_ number: Int, _ view: ByteView, _ range: Range<Int>) -> Bool {
        let own = self.range(number)
        guard own.count == range.count else { return false }
        return withView(arena, { stored in equals(stored, own, view, range) }, empty: range.isEmpty)
    }

    private func equals(_ stored: ByteView, _ own: Range<Int>, _ view: ByteView, _ range: Range<Int>) -> Bool {
        var offset = 0
        while offset < own.count {
            let length = min(8, own.count - offset)
            let mine = stored.word(own.lowerBound + offset, length: length)
            guard mine == view.word(range.lowerBound + offset, length: length) else { return false }
            offset += 8
        }
        return true
    }

    @inline(__always)
    private func hash(_ view: ByteView, _ range: Range<Int>) -> UInt64 {
        var state = salt ^ UInt64(truncatingIfNeeded: range.count)
        var position = range.lowerBound
        while position < range.upperBound {
            let word = view.word(position, length: min(8, range.upperBound - position))
            let product = (state ^ word).multipliedFullWidth(by: 0x9e37_79b9_7f4a_7c15 ^ salt | 1)
            state = product.high ^ product.low &+ 0x2545_f491_4f6c_dd1d
            position += 8
        }
        return state ^ state >> 29
    }

    private mutating func place(_ number: Int) {
        var slot = Int(truncatingIfNeeded: hashes[number]) & (slots.count - 1)
        while slots[slot] != 0 { slot = (slot + 1) & (slots.count - 1) }
        slots[slot] = UInt32(truncatingIfNeeded: number + 1)
    }

    private mutating func grow() {
        slots = Array(repeating: 0, count: slots.count * 2)
        for number in 0..<(ends.count - 1) { place(number) }
    }
}
