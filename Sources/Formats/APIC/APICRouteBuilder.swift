import Fabric

extension APICRoutes {
    /// The columns of one table while its pages come.
    struct Builder: APICRowBuilder {
        static let rows = [
            APICClass(
                "uribv4Nexthop", "addr", "if", "metric", "owner", "pref", "routeType", "tag", "vrf", "createTs",
                "active"),
            APICClass(
                "uribv6Nexthop", "addr", "if", "metric", "owner", "pref", "routeType", "tag", "vrf", "createTs",
                "active"),
        ]
        static let around = [APICClass("uribv4Route"), APICClass("uribv6Route")]
        static let word: StaticString = "a next hop"

        private struct Row {
            var prefix: UInt32
            var hop: UInt32
            /// Seconds since 1970 by the leaf's clock; 0 where not told.
            var created: UInt32
        }

        /// Each as it came, in whatever order.
        private var prefixes = PrefixColumn(.ipv4)
        private var rows: [Row] = []
        private var hops: [NextHop] = []
        private var numbers = HopNumbers()
        /// What the row before told.
        private var last = Row(prefix: 0, hop: 0, created: 0)
        private var isActive = true
        private var clock = APICClock()

        var count: Int { rows.count }

        mutating func reserve(_ rows: Int) {
            guard rows > self.rows.capacity else { return }
            self.rows.reserveCapacity(rows)
            // Few prefixes have more than one next hop.
            prefixes.reserveCapacity(rows)
        }

        mutating func begin(_ prefix: IPPrefix) {
            if prefixes.isEmpty, prefix.family != .ipv4 { prefixes = PrefixColumn(prefix.family) }
            last.prefix = UInt32(truncatingIfNeeded: prefixes.count)
            prefixes.append(prefix)
        }

        private static let createdBit: UInt64 = 0x100 << APICClass.first
        private static let activeBit: UInt64 = 0x200 << APICClass.first

        mutating func add(_ object: APICObject, changed: inout UInt64) -> StaticString? {
            if changed & Builder.activeBit != 0 { isActive = Builder.isActive(object) }
            if changed & HopNumbers.bits != 0 {
                let number = numbers.number(of: object, changed: changed)
                if number == hops.count { hops.append(Builder.hop(object)) }
                last.hop = UInt32(truncatingIfNeeded: number)
            }
            if changed & Builder.createdBit != 0 { last.created = created(object) }
            changed = 0
            // One that the leaf does not use forwards nothing.
            if isActive { rows.append(last) }
            return nil
        }

        private static func isActive(_ object: APICObject) -> Bool {
            guard let letter = object.bytes(APICClass.first + 9)?.first else { return true }
            return letter != UInt8(ascii: "n") && letter != UInt8(ascii: "f")
        }

        private mutating func created(_ object: APICObject) -> UInt32 {
            object.bytes(APICClass.first + 8).flatMap { clock.seconds($0) }.map { UInt32(clamping: $0) } ?? 0
        }

        private static func hop(_ object: APICObject) -> NextHop {
            let address = object.own(0).flatMap { IPAddress($0.prefix { $0 != "/" }) }
            let kind: String
            switch object.own(5) {
            case "ebgp": kind = "external"
            case "ibgp": kind = "internal"
            // NX-OS prints the word twice: `local, local`.
            case "local": kind = "local"
            default: kind = ""
            }
            return NextHop(
                address: address?.bits == 0 ? nil : address, vrf: object.own(7),
                interface: object.told(1), preference: UInt32(clamping: object.ownNumber(4) ?? 0),
                metric: UInt32(clamping: object.ownNumber(2) ?? 0), owner: object.own(3) ?? "", kind: kind,
                tag: object.ownNumber(6).flatMap { $0 == 0 ? nil : UInt32(clamping: $0) })
        }
    }
}

extension APICRoutes.Builder {
    /// The finished table: prefixes sorted, equal next-hop sets stored once, next hops by address as NX-OS prints them.
    func table(vrf: String, family: AddressFamily, at now: Int64) -> RouteTable {
        var settled = self
        return settled.settle(vrf, family, at: now)
    }

    private mutating func settle(_ vrf: String, _ family: AddressFamily, at now: Int64) -> RouteTable {
        let keys = hops.map(RankKey.init)
        let ranked = hops.indices.sorted { keys[$0] < keys[$1] }
        var rank = [UInt32](repeating: 0, count: hops.count)
        for (place, index) in ranked.enumerated() { rank[index] = UInt32(place) }
        let nextHops = ranked.map { index in
            var hop = hops[index]
            if hop.vrf == vrf { hop.vrf = nil }
            return hop
        }
        let order = prefixes.ascendingPlaces()
        bringTogether(order)
        var sets = SetInterning(hops: hops.count)
        let told = tell(rank, &sets, at: now)
        var columns = (prefixes: PrefixColumn(family), setIndexes: [UInt32](), ages: [UInt32]())
        columns.prefixes.reserveCapacity(prefixes.count)
        columns.setIndexes.reserveCapacity(prefixes.count)
        columns.ages.reserveCapacity(prefixes.count)
        for place in order where told[place].setIndex != .max {
            columns.prefixes.append(prefixes[place])
            columns.setIndexes.append(told[place].setIndex)
            columns.ages.append(told[place].age)
        }
        return RouteTable(
            vrf: vrf, family: family, ascending: columns.prefixes, setIndexes: columns.setIndexes, ages: columns.ages,
            nextHopSets: sets.sets.map { NextHopSet($0.map { nextHops[Int($0)] }) })
    }

    /// For each prefix the set of its next hops, and its age; `.max` where no row is of it.
    private func tell(
        _ rank: [UInt32], _ sets: inout SetInterning, at now: Int64
    ) -> [(setIndex: UInt32, age: UInt32)] {
        var told = [(setIndex: UInt32, age: UInt32)](repeating: (.max, 0), count: prefixes.count)
        var next = 0
        while next < rows.count {
            let prefix = rows[next].prefix
            var youngest: UInt32 = 0
            sets.begin()
            while next < rows.count, rows[next].prefix == prefix {
                sets.add(rank[Int(rows[next].hop)])
                youngest = max(youngest, rows[next].created)
                next += 1
            }
            told[Int(prefix)] = (sets.end(), youngest == 0 ? 0 : UInt32(clamping: now - Int64(youngest)))
        }
        return told
    }

    /// Where pages overlap a prefix stands twice: gives both one number, and brings their rows together.
    ///
    /// - Parameter order: the places of the prefixes, ascending by prefix.
    private mutating func bringTogether(_ order: [Int]) {
        guard zip(order, order.dropFirst()).contains(where: { prefixes[$0] == prefixes[$1] }) else { return }
        var first = Array(prefixes.indices)
        for (place, next) in zip(order, order.dropFirst()) where prefixes[place] == prefixes[next] {
            first[next] = first[place]
        }
        for index in rows.indices { rows[index].prefix = UInt32(truncatingIfNeeded: first[Int(rows[index].prefix)]) }
        rows.sort { $0.prefix < $1.prefix }
    }
}

/// The order of next hops: by address as NX-OS prints them, of a leaf's own address the local route before the direct one.
private struct RankKey: Comparable {
    private let family: UInt8
    private let bits: UInt128
    private let isNotLocal: Bool
    private let owner: String
    private let interface: String
    private let preference: UInt32

    init(_ hop: NextHop) {
        family = hop.address?.family.rawValue ?? 0
        bits = hop.address?.bits ?? 0
        isNotLocal = hop.owner != "local"
        owner = hop.owner
        interface = hop.interface ?? ""
        preference = hop.preference
    }

    static func < (a: RankKey, b: RankKey) -> Bool {
        if a.family != b.family { return a.family < b.family }
        if a.bits != b.bits { return a.bits < b.bits }
        if a.isNotLocal != b.isNotLocal { return b.isNotLocal }
        return (a.owner, a.interface, a.preference) < (b.owner, b.interface, b.preference)
    }
}

/// Numbers equal next hops alike, from 0: by their address, and by what their other attributes say together.
private struct HopNumbers {
    /// Next hops whose other attributes say the same.
    private struct Kind {
        var addresses = ByteTable()
        /// The next hop's number by that of its address.
        var numbers: [Int] = []
        /// The number of the one without an address.
        var bare: Int?
    }

    private var surroundings = ByteTable()
    private var kinds: [Kind] = []
    /// The kind of the next hop that was asked for last.
    private var current = 0
    private var count = 0
    private var key: [UInt8] = []

    /// How many attributes, from the first of the class's own on, tell one next hop from another; the first is its
    /// address.
    private static let telling = 8
    /// Their bits.
    static let bits: UInt64 = 0xff << APICClass.first
    private static let addressBit: UInt64 = 1 << APICClass.first

    /// - Parameter changed: what may differ from the next hop that was asked for last.
    mutating func number(of object: APICObject, changed: UInt64) -> Int {
        if changed & HopNumbers.bits & ~HopNumbers.addressBit != 0 { surround(object) }
        guard let view = object.bytes(APICClass.first).flatMap({ ByteView($0) }) else {
            if let bare = kinds[current].bare { return bare }
            kinds[current].bare = count
            return next()
        }
        let address = kinds[current].addresses.insert(view, view.range)
        if address < kinds[current].numbers.count { return kinds[current].numbers[address] }
        kinds[current].numbers.append(count)
        return next()
    }

    private mutating func next() -> Int {
        defer { count += 1 }
        return count
    }

    /// Finds the kind by all attributes but the address.
    private mutating func surround(_ object: APICObject) {
        key.removeAll(keepingCapacity: true)
        for place in 1..<HopNumbers.telling {
            if let bytes = object.bytes(APICClass.first + place) { key.append(contentsOf: bytes) }
            key.append(0)
        }
        current = withView(key, { surroundings.insert($0, $0.range) }, empty: 0)
        if current == kinds.count { kinds.append(Kind()) }
    }
}

/// Numbers equal sets of next hops alike; a next hop is its rank among all.
private struct SetInterning {
    private(set) var sets: [[UInt32]] = []
    private var numbers: [[UInt32]: UInt32] = [:]
    private var current: [UInt32] = []
    /// By next hop the number of the set that holds it alone.
    private var single: [UInt32]
    private static let none = UInt32.max

    init(hops: Int) { single = Array(repeating: SetInterning.none, count: hops) }

    mutating func begin() { current.removeAll(keepingCapacity: true) }

    mutating func add(_ hop: UInt32) { if current.last != hop { current.append(hop) } }

    mutating func end() -> UInt32 {
        if current.count > 1, !zip(current, current.dropFirst()).allSatisfy({ $0 < $1 }) {
            current.sort()
            var last: UInt32?
            current.removeAll { hop in
                defer { last = hop }
                return hop == last
            }
        }
        guard current.count == 1 else { return intern() }
        let hop = Int(current[0])
        if single[hop] == SetInterning.none { single[hop] = intern() }
        return single[hop]
    }

    private mutating func intern() -> UInt32 {
        if let number = numbers[current] { return number }
        let number = UInt32(sets.count)
        sets.append(current)
        numbers[current] = number
        return number
    }
}
