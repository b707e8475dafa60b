import Fabric

/// Prefixes in order, each once: IPv4 as words, which compare and sort fastest, and the others behind them.
struct PrefixList: Sendable {
    private(set) var v4: [UInt64] = []
    private(set) var others: [IPPrefix] = []

    init() {}

    init(_ prefixes: some Sequence<IPPrefix>) {
        for prefix in prefixes { append(prefix) }
        settle()
    }

    /// How many there are.
    var count: Int { v4.count + others.count }

    /// Every prefix, IPv4 first.
    var all: [IPPrefix] { v4.map { IPPrefix(v4Key: $0) } + others }

    /// Adds one; ``settle()`` puts it in order.
    mutating func append(_ prefix: IPPrefix) {
        if let key = prefix.v4Key { v4.append(key) } else { others.append(prefix) }
    }

    /// Adds the prefixes of routes.
    mutating func append(prefixesOf routes: [NodeRoute]) {
        v4.reserveCapacity(v4.count + routes.count)
        for place in routes.indices { append(routes[place].prefix) }
    }

    /// Adds keys of IPv4 prefixes that are in order.
    mutating func append(v4Keys: some Sequence<UInt64>) { v4.append(contentsOf: v4Keys) }

    /// The prefixes that are not in another list.
    func without(_ other: PrefixList) -> [IPPrefix] {
        var rest: [IPPrefix] = []
        PrefixList.visit(v4, missingIn: other.v4) { rest.append(IPPrefix(v4Key: $0)) }
        PrefixList.visit(others, missingIn: other.others) { rest.append($0) }
        return rest
    }

    private static func visit<Key: Comparable>(_ keys: [Key], missingIn other: [Key], _ visit: (Key) -> Void) {
        var place = 0
        for key in keys {
            while place < other.count, other[place] < key { place += 1 }
            if place == other.count || other[place] != key { visit(key) }
        }
    }

    /// Sorts, and takes out what stands twice.
    mutating func settle() {
        PrefixList.settle(&v4)
        PrefixList.settle(&others)
    }

    private static func settle<Key: Comparable>(_ keys: inout [Key]) {
        guard !zip(keys, keys.dropFirst()).allSatisfy({ $0 < $1 }) else { return }
        keys.sort()
        var kept = 0
        for index in keys.indices where index == 0 || keys[index] != keys[kept - 1] {
            keys[kept] = keys[index]
            kept += 1
        }
        keys.removeLast(keys.count - kept)
    }
}

/// Where an array's elements lie: two arrays with one place hold the same, as long as both are kept.
struct StoragePlace: Hashable {
    private let address: UInt
    private let count: Int

    init<Element>(_ array: [Element]) {
        address = array.withUnsafeBufferPointer { UInt(bitPattern: $0.baseAddress) }
        count = array.count
    }
}
