import Fabric
import Simulator

/// The rows of a table as managed objects: parents with children, both rendered from fragments that were made once.
protocol TableSection: Sendable {
    var key: TableKey { get }
    /// Where each parent's children begin; one more entry than parents.
    var starts: [UInt32] { get }
    /// A property of a row; nil for one that its class does not have.
    func value(_ property: String, parent: Int, child: Int?) -> String?
    /// The bytes that a row needs at most.
    func size(parent: Int, child: Int?, isNested: Bool) -> Int
    /// Writes a row without its closing braces `}}`.
    func write(parent: Int, child: Int?, isNested: Bool, to cursor: inout ByteCursor)
}

extension TableSection {
    /// The number of parents.
    var count: Int { starts.count - 1 }
    /// The number of children of all parents.
    var childCount: Int { Int(starts.last ?? 0) }

    /// The children of a parent.
    func children(of parent: Int) -> Range<Int> { Int(starts[parent])..<Int(starts[parent + 1]) }

    /// The parent of a child.
    func parent(of child: Int) -> Int {
        var low = 0
        var high = count
        while low + 1 < high {
            let middle = (low + high) / 2
            if Int(starts[middle]) <= child { low = middle } else { high = middle }
        }
        return low
    }
}

/// A place in raw memory to which bytes are appended.
struct ByteCursor {
    let base: UnsafeMutableRawBufferPointer
    private(set) var count = 0

    init(_ base: UnsafeMutableRawBufferPointer) { self.base = base }

    @inline(__always)
    mutating func append(_ bytes: [UInt8]) {
        bytes.withUnsafeBytes { source in
            UnsafeMutableRawBufferPointer(rebasing: base[count...]).copyMemory(from: source)
        }
        count += bytes.count
    }

    @inline(__always)
    mutating func append(_ bytes: [UInt8], _ range: Range<Int>) {
        bytes.withUnsafeBytes { source in
            UnsafeMutableRawBufferPointer(rebasing: base[count...])
                .copyMemory(from: UnsafeRawBufferPointer(rebasing: source[range]))
        }
        count += range.count
    }

    @inline(__always)
    mutating func append(_ byte: UInt8) {
        base[count] = byte
        count += 1
    }
}

/// The texts of many prefixes in one run of bytes.
struct PrefixTexts: Sendable {
    private(set) var bytes: [UInt8] = []
    private var ends: [UInt32] = []

    init(_ prefixes: [IPPrefix]) {
        bytes.reserveCapacity(prefixes.count * 16)
        ends.reserveCapacity(prefixes.count)
        for prefix in prefixes {
            bytes.append(contentsOf: prefix.description.utf8)
            ends.append(UInt32(bytes.count))
        }
    }

    subscript(_ index: Int) -> Range<Int> { (index == 0 ? 0 : Int(ends[index - 1]))..<Int(ends[index]) }

    func text(_ index: Int) -> String { String(decoding: bytes[self[index]], as: UTF8.self) }
}
