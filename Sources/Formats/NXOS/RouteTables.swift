public import Fabric

extension RouteColumns {
    /// Fabric's tables: one for each node, VRF and family, sorted by prefix, with the best unicast next hops.
    ///
    /// Left out are routes whose prefix the capture lost, and routes without a best unicast next hop (pending, or
    /// multicast only), which forward nothing. Equal next-hop sets are stored once per table.
    public func tables() -> [(node: Int?, table: RouteTable)] {
        var keys: [Output] = []
        var builders: [TableBuilder] = []
        var numbers: [Output: Int] = [:]
        for index in routes.indices {
            guard let prefix = prefix(routes[index]) else { continue }
            var key = outputs[Int(routes[index].output)]
            key.family = prefix.family
            let number = numbers[key] ?? keys.count
            if number == keys.count {
                numbers[key] = number
                keys.append(key)
                builders.append(TableBuilder())
            }
            builders[number].add(prefix, hops(of: index), self)
        }
        return keys.indices.map { number in
            let key = keys[number]
            return (key.node, builders[number].table(vrf: key.vrf, family: key.family ?? .ipv4, self))
        }
    }

    fileprivate func nextHop(_ hop: Hop, vrf: String?) -> NextHop {
        let exit = exits[Int(hop.exit)]
        let origin = origins[Int(hop.origin)]
        return NextHop(
            address: addresses.address(AddressCode(value: hop.address, kind: hop.kind)),
            vrf: exit.vrf == vrf ? nil : exit.vrf, interface: exit.interface, preference: exit.preference,
            metric: exit.metric, owner: origin.owner ?? "", kind: origin.attributes.first ?? "",
            tag: origin.tag.map { UInt32(clamping: $0) })
    }
}

/// Collects the rows of one table and finds equal next-hop sets without making each of them.
private struct TableBuilder {
    private var rows: [RouteTable.Row] = []
    /// For each distinct set the next hops (all of them, best or not) of the route that had it first.
    private var firsts: [Range<Int>] = []
    private var numbers: [Int: [UInt32]] = [:]

    mutating func add(_ prefix: IPPrefix, _ hops: Range<Int>, _ columns: RouteColumns) {
        var hasher = Hasher()
        var age = UInt64(UInt32.max)
        var best = 0
        for index in hops where columns.hops[index].stars == 1 {
            let hop = columns.hops[index]
            hasher.combine(hop.address)
            hasher.combine(UInt64(hop.exit) << 32 | UInt64(hop.origin))
            age = min(age, columns.ages.seconds(hop.age) ?? age)
            best += 1
        }
        guard best > 0 else { return }
        let set = number(hasher.finalize(), hops, columns)
        rows.append(RouteTable.Row(prefix: prefix, setIndex: set, age: UInt32(clamping: age)))
    }

    private mutating func number(_ hash: Int, _ hops: Range<Int>, _ columns: RouteColumns) -> UInt32 {
        for number in numbers[hash] ?? [] where equal(firsts[Int(number)], hops, columns) { return number }
        let number = UInt32(truncatingIfNeeded: firsts.count)
        firsts.append(hops)
        numbers[hash, default: []].append(number)
        return number
    }

    private func equal(_ a: Range<Int>, _ b: Range<Int>, _ columns: RouteColumns) -> Bool {
        var other = b.lowerBound
        for index in a where columns.hops[index].stars == 1 {
            while other < b.upperBound, columns.hops[other].stars != 1 { other += 1 }
            guard other < b.upperBound, same(columns.hops[index], columns.hops[other]) else { return false }
            other += 1
        }
        return !columns.hops[other..<b.upperBound].contains { $0.stars == 1 }
    }

    private func same(_ a: RouteColumns.Hop, _ b: RouteColumns.Hop) -> Bool {
        a.address == b.address && a.kind == b.kind && a.exit == b.exit && a.origin == b.origin
    }

    func table(vrf: String?, family: AddressFamily, _ columns: RouteColumns) -> RouteTable {
        let sets = firsts.map { range in
            NextHopSet(columns.hops[range].filter { $0.stars == 1 }.map { columns.nextHop($0, vrf: vrf) })
        }
        return RouteTable(vrf: vrf, family: family, rows: rows, nextHopSets: sets)
    }
}
