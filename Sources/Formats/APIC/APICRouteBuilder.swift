import Fabric

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Comparing stretches of memory.
enum APICBytes {
    @inline(__always)
    static func equal(_ a: UnsafePointer<UInt8>, _ b: UnsafePointer<UInt8>, _ count: Int) -> Bool {
        memcmp(a, b, count) == 0
    }
}

extension APICRoutes {
    /// The columns of one table while its pages come.
    struct Builder {
        private struct Row {
            var prefix: UInt32
            var hop: UInt32
            /// Seconds since 1970 by the leaf's clock; 0 where not told.
            var created: UInt32
        }

        private var prefixes: [IPPrefix] = []
        private var rows: [Row] = []
        private var texts = ByteTable()
        private var hops: [NextHop] = []

        var count: Int { rows.count }

        /// The number of a prefix that is not the one before.
        mutating func add(_ prefix: IPPrefix) -> UInt32 {
            prefixes.append(prefix)
            return UInt32(prefixes.count - 1)
        }

        /// Takes a next hop of a prefix; one that the leaf does not use forwards nothing.
        mutating func add(_ object: APICObject, to prefix: UInt32) {
            if let active = object.bytes(APICClass.first + 9), let letter = active.first,
                letter == UInt8(ascii: "n") || letter == UInt8(ascii: "f")
            {
                return
            }
            let number = number(of: object)
            if number == hops.count { hops.append(Builder.hop(object)) }
            rows.append(Row(prefix: prefix, hop: UInt32(truncatingIfNeeded: number), created: created(object)))
        }

        /// How many attributes, from the first of the class's own on, tell one next hop from another.
        private static let telling = 8

        /// Numbers equal next hops alike: by what their attributes say, one after the other.
        private mutating func number(of object: APICObject) -> Int {
            var length = 0
            for place in 0..<Builder.telling { length += (object.bytes(APICClass.first + place)?.count ?? 0) + 1 }
            return withUnsafeTemporaryAllocation(byteCount: length, alignment: 1) { buffer in
                var end = 0
                for place in 0..<Builder.telling {
                    if let bytes = object.bytes(APICClass.first + place) {
                        UnsafeMutableRawBufferPointer(rebasing: buffer[end...])
                            .copyMemory(from: UnsafeRawBufferPointer(bytes))
                        end += bytes.count
                    }
                    buffer[end] = 0
                    end += 1
                }
                let text = UnsafeBufferPointer(buffer.assumingMemoryBound(to: UInt8.self))
                return ByteView(text).map { texts.insert($0, 0..<length) } ?? 0
            }
        }

        private var lastCreated: (text: [UInt8], seconds: UInt32) = ([], 0)

        private mutating func created(_ object: APICObject) -> UInt32 {
            guard let bytes = object.bytes(APICClass.first + 8) else { return 0 }
            let isSame =
                bytes.count == lastCreated.text.count
                && lastCreated.text.withUnsafeBufferPointer { known in
                    guard let a = bytes.baseAddress, let b = known.baseAddress else { return false }
                    return APICBytes.equal(a, b, bytes.count)
                }
            if !isSame {
                let seconds = APICText.milliseconds(bytes).map { UInt32(clamping: $0 / 1000) } ?? 0
                lastCreated = (Array(bytes), seconds)
            }
            return lastCreated.seconds
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
        let ranked = hops.indices.sorted { before(hops[$0], hops[$1]) }
        var rank = [UInt32](repeating: 0, count: hops.count)
        for (place, index) in ranked.enumerated() { rank[index] = UInt32(place) }
        var sets = SetInterning()
        var result: [RouteTable.Row] = []
        result.reserveCapacity(prefixes.count)
        for range in grouped() {
            var youngest: UInt32 = 0
            sets.begin()
            for row in rows[range] {
                sets.add(rank[Int(row.hop)])
                youngest = max(youngest, row.created)
            }
            let age = youngest == 0 ? 0 : UInt32(clamping: now - Int64(youngest))
            result.append(
                RouteTable.Row(prefix: prefixes[Int(rows[range.lowerBound].prefix)], setIndex: sets.end(), age: age))
        }
        let nextHops = ranked.map { index in
            var hop = hops[index]
            if hop.vrf == vrf { hop.vrf = nil }
            return hop
        }
        return RouteTable(
            vrf: vrf, family: family, rows: result,
            nextHopSets: sets.sets.map { NextHopSet($0.map { nextHops[Int($0)] }) })
    }

    private func before(_ a: NextHop, _ b: NextHop) -> Bool {
        func key(_ hop: NextHop) -> (UInt8, UInt128) { (hop.address?.family.rawValue ?? 0, hop.address?.bits ?? 0) }
        if key(a) != key(b) { return key(a) < key(b) }
        // Of a leaf's own address NX-OS prints the local route before the direct one.
        if a.owner != b.owner, a.owner == "local" || b.owner == "local" { return a.owner == "local" }
        return (a.owner, a.interface ?? "", a.preference) < (b.owner, b.interface ?? "", b.preference)
    }

    /// The rows of each prefix in one stretch: as they came where pages were in order, else sorted first.
    private mutating func grouped() -> [Range<Int>] {
        if !isDistinct { sortByPrefix() }
        var ranges: [Range<Int>] = []
        var start = 0
        for index in rows.indices.dropFirst() where rows[index].prefix != rows[start].prefix {
            ranges.append(start..<index)
            start = index
        }
        if !rows.isEmpty { ranges.append(start..<rows.count) }
        return ranges
    }

    /// Whether no prefix stands twice: ascending, as pages in the order of names are not quite, or found by a sort.
    private var isDistinct: Bool {
        if zip(prefixes, prefixes.dropFirst()).allSatisfy({ $0 < $1 }) { return true }
        var keys = prefixes.compactMap(\.v4Key)
        guard keys.count == prefixes.count else { return Set(prefixes).count == prefixes.count }
        keys.sort()
        return zip(keys, keys.dropFirst()).allSatisfy { $0 != $1 }
    }

    /// Gives equal prefixes one number and brings their rows together.
    private mutating func sortByPrefix() {
        var numbers: [IPPrefix: UInt32] = [:]
        let merged = prefixes.indices.map { index -> UInt32 in
            if let number = numbers[prefixes[index]] { return number }
            numbers[prefixes[index]] = UInt32(index)
            return UInt32(index)
        }
        for index in rows.indices { rows[index].prefix = merged[Int(rows[index].prefix)] }
        rows.sort { $0.prefix < $1.prefix }
    }
}

/// Numbers equal sets of next hops alike.
private struct SetInterning {
    private(set) var sets: [[UInt32]] = []
    private var numbers: [[UInt32]: UInt32] = [:]
    private var current: [UInt32] = []
    private var single: [UInt32: UInt32] = [:]

    mutating func begin() { current.removeAll(keepingCapacity: true) }

    mutating func add(_ hop: UInt32) { if current.last != hop { current.append(hop) } }

    mutating func end() -> UInt32 {
        if current.count == 1, let number = single[current[0]] { return number }
        if current.count > 1 {
            current.sort()
            var last: UInt32?
            current.removeAll { hop in
                defer { last = hop }
                return hop == last
            }
        }
        if let number = numbers[current] { return number }
        let number = UInt32(sets.count)
        sets.append(current)
        numbers[current] = number
        if current.count == 1 { single[current[0]] = number }
        return number
    }
}
