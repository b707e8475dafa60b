/// Makes inputs from inputs. The same seed makes the same inputs.
struct Mutator {
    private var state: UInt64

    init(seed: UInt64) { state = seed &* 0x9e37_79b9_7f4a_7c15 &+ 0x1234_5678 }

    /// A number below a bound (SplitMix64).
    mutating func number(below bound: Int) -> Int {
        state &+= 0x9e37_79b9_7f4a_7c15
        var value = (state ^ state >> 30) &* 0xbf58_476d_1ce4_e5b9
        value = (value ^ value >> 27) &* 0x94d0_49bb_1331_11eb
        return bound <= 1 ? 0 : Int(truncatingIfNeeded: (value ^ value >> 31) % UInt64(bound))
    }

    /// An input made of the seeds by one to six changes.
    mutating func input(from seeds: [[UInt8]]) -> [UInt8] {
        guard !seeds.isEmpty else { return [] }
        var bytes = seeds[number(below: seeds.count)]
        if number(below: 3) == 0 { bytes = Array(repeatElement(bytes, count: number(below: 4) + 2).joined()) }
        for _ in 0...number(below: 6) { change(&bytes, other: seeds[number(below: seeds.count)]) }
        return bytes
    }

    private mutating func change(_ bytes: inout [UInt8], other: [UInt8]) {
        switch number(below: 12) {
        case 0, 1: flip(&bytes)
        case 2: lines(&bytes) { lines, at, _ in lines.remove(at: at) }
        case 3: lines(&bytes) { lines, at, to in lines.insert(lines[at], at: to) }
        case 4: lines(&bytes) { lines, at, to in lines.swapAt(at, to) }
        case 5: bytes.removeLast(bytes.count - number(below: bytes.count + 1))
        case 6: splice(&bytes, other)
        case 7: longLine(&bytes)
        case 8: insert(&bytes)
        case 9: removeRange(&bytes)
        case 10: breakLine(&bytes)
        default: digits(&bytes)
        }
    }

    private mutating func flip(_ bytes: inout [UInt8]) {
        guard !bytes.isEmpty else { return }
        for _ in 0...number(below: 8) { bytes[number(below: bytes.count)] = UInt8(number(below: 256)) }
    }

    private mutating func lines(_ bytes: inout [UInt8], _ edit: (inout [ArraySlice<UInt8>], Int, Int) -> Void) {
        var lines = bytes.split(separator: 0x0a, omittingEmptySubsequences: false)
        let at = number(below: lines.count)
        edit(&lines, at, number(below: lines.count))
        bytes = Array(lines.joined(separator: [0x0a]))
    }

    private mutating func splice(_ bytes: inout [UInt8], _ other: [UInt8]) {
        let at = number(below: bytes.count + 1)
        let start = number(below: other.count + 1)
        let end = start + number(below: other.count - start + 1)
        bytes.insert(contentsOf: other[start..<end], at: at)
    }

    private mutating func longLine(_ bytes: inout [UInt8]) {
        let byte = [0x20, 0x31, 0x2c, 0x1b, 0x08, 0x0d, 0x2d, 0x41][number(below: 8)] as UInt8
        let lengths = [10, 100, 1000, 8192, 20_000]
        let at = number(below: bytes.count + 1)
        bytes.insert(contentsOf: repeatElement(byte, count: lengths[number(below: lengths.count)]), at: at)
    }

    private mutating func insert(_ bytes: inout [UInt8]) {
        let words = [
            "--More--", "\u{1b}[K", "\u{1b}[7m", "\r", "\u{8}", "\t", "Leaf203# ", "#", "ubest/mbest: 1/0", "via ",
            "99999999999999999999999", "[", "]", "%", "(", ")", "::", "\u{0}", "ß", "*", ",", "tag ", "rwVnid:", "\n",
        ]
        bytes.insert(contentsOf: words[number(below: words.count)].utf8, at: number(below: bytes.count + 1))
    }

    private mutating func removeRange(_ bytes: inout [UInt8]) {
        let start = number(below: bytes.count + 1)
        let end = min(bytes.count, start + number(below: 40))
        bytes.removeSubrange(start..<end)
    }

    private mutating func breakLine(_ bytes: inout [UInt8]) {
        bytes.insert(0x0a, at: number(below: bytes.count + 1))
    }

    private mutating func digits(_ bytes: inout [UInt8]) {
        guard !bytes.isEmpty else { return }
        let start = number(below: bytes.count)
        guard let at = bytes[start...].firstIndex(where: { (48...57).contains($0) }) else { return }
        bytes[at] = UInt8(48 + number(below: 10))
        if number(below: 3) == 0 { bytes.insert(contentsOf: repeatElement(57, count: number(below: 24)), at: at) }
    }
}
