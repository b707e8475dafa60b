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

    /// Every prefix, IPv4 first.
    var all: [IPPrefix] { v4.map { IPPrefix(v4Key: $0) } + others }

    /// Adds one; ``settle()`` puts it in order.
    mutating func append(_ prefix: IPPrefix) {
        if let key = prefix.v4Key { v4.append(key) } else { others.append(prefix) }
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

/// What a node advertises: the prefixes, and for each which of the printed times it has.
struct AdvertisedList: Sendable {
    let prefixes: PrefixList
    /// The distinct times as printed.
    let times: [String]
    /// For each prefix the number of its time: IPv4 first.
    let timeNumbers: [Int]
    /// Prefixes that came from another node alone, through the mesh.
    let copies: Set<IPPrefix>

    init(_ routes: [NodeRoute]) {
        var list = PrefixList(routes.lazy.map(\.prefix))
        list.settle()
        prefixes = list
        var copies = Set(routes.lazy.filter(\.isFromMesh).map(\.prefix))
        if !copies.isEmpty { copies.subtract(routes.lazy.filter { !$0.isFromMesh }.map(\.prefix)) }
        self.copies = copies
        let total = list.v4.count + list.others.count
        if let first = routes.first, routes.allSatisfy({ $0.since == first.since }) {
            times = [first.since]
            timeNumbers = [Int](repeating: 0, count: total)
            return
        }
        // Of a prefix with several paths the first tells the time.
        var known: [IPPrefix: String] = [:]
        for route in routes where known[route.prefix] == nil { known[route.prefix] = route.since }
        let all = list.v4.map { IPPrefix(v4Key: $0) } + list.others
        var numbers: [String: Int] = [:]
        var times: [String] = []
        timeNumbers = all.map { prefix in
            let time = known[prefix] ?? ""
            let number = numbers[time] ?? times.count
            if number == times.count {
                numbers[time] = number
                times.append(time)
            }
            return number
        }
        self.times = times
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
