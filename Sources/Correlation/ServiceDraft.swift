import Fabric

extension ServiceMeasure {
    /// Measures while it remembers what it measured: thousands of services on a leaf are alike in all but the prefix.
    struct ServiceDraft {
        private let measure: ServiceMeasure
        private let lists: [[Int]?]
        private let places: [Place]

        /// A leaf with its tables, what its next-hop sets are, and what was measured on it.
        private final class Place {
            let leaf: Leaf
            let rack: String
            let v4: RouteTable?
            let v6: RouteTable?
            let isSelected: Bool
            /// Where the table was looked into last: prefixes are asked for in ascending order.
            var row = 0
            var known: [Likeness: ServiceView?] = [:]
            /// The nodes of the leaf's rack in a list.
            var racked: [Int: [Int]] = [:]

            init(_ leaf: Leaf, _ facts: Facts) {
                self.leaf = leaf
                rack = leaf.rack ?? ""
                v4 = facts.table(leaf.id, .ipv4)?.value
                v6 = facts.table(leaf.id, .ipv6)?.value
                isSelected = facts.snapshot.leaves[leaf.id]?.routesAreSelected ?? false
            }

            func set(of prefix: IPPrefix) -> UInt32? {
                guard let key = prefix.v4Key else {
                    return v6.flatMap { table in table.index(of: prefix).map { table.setIndexes[$0] } }
                }
                guard let table = v4 else { return nil }
                row = table.prefixes.v4Keys.lowerBound(of: key, from: row)
                guard row < table.count, table.prefixes.v4Keys[row] == key else { return nil }
                return table.setIndexes[row]
            }
        }

        /// What a view follows from beside its prefix and service.
        private struct Likeness: Hashable {
            var set: UInt32?
            var list: Int
            var kind: Kind
        }

        /// What of a prefix and its service the measure depends on.
        private struct Kind: Hashable {
            var family: AddressFamily
            var isHost: Bool
            var isLocal: Bool?
            var endpoints: Int?
        }

        init(_ measure: ServiceMeasure, _ leaves: [Leaf], _ lists: [[Int]?]) {
            self.measure = measure
            self.lists = lists
            places = leaves.map { Place($0, measure.facts) }
        }

        /// Measures a prefix that the nodes of a list should draw on every leaf; ascending calls are the fastest.
        func append(_ prefix: IPPrefix, _ list: Int, to views: inout [ServiceView]) {
            let service = measure.plan.service(of: prefix)
            let endpoints = service.flatMap { measure.plan.ready?.list(of: $0.name) }
            let kind = Kind(
                family: prefix.family, isHost: prefix.isHost, isLocal: service?.isLocal, endpoints: endpoints)
            for place in places {
                let likeness = Likeness(set: place.set(of: prefix), list: list, kind: kind)
                let known = place.known[likeness]
                let made = known ?? make(prefix, place, likeness, service)
                if known == nil { place.known[likeness] = .some(made) }
                guard var view = made else { continue }
                view.prefix = prefix
                view.service = service?.name
                views.append(view)
            }
        }

        private func make(
            _ prefix: IPPrefix, _ place: Place, _ likeness: Likeness, _ service: Service?
        ) -> ServiceView? {
            let table = prefix.family == .ipv4 ? place.v4 : place.v6
            let hops = likeness.set.flatMap { set in table?.nextHopSets[Int(set)].addresses } ?? []
            let expected = expectedOnes(likeness.list, place)
            if expected.isEmpty, hops.isEmpty { return nil }
            let drawing = hops.compactMap { measure.nodeOfAddress[$0] }.filter { measure.racks[$0] == place.rack }
            let shares = shares(expected, drawing, hops.count, likeness.kind, service)
            let isByEndpoints = prefix.isHost && service?.isLocal != false
            let skew = drawing.isEmpty ? nil : ServiceMeasure.skew(shares, byEndpoints: isByEndpoints)
            var view = ServiceView(
                service: service?.name, prefix: prefix, leaf: place.leaf.id,
                expectedNodes: expected.map { measure.names[$0] },
                nextHops: hops.map { hop in measure.nodeOfAddress[hop].map { measure.names[$0].text } ?? hop.description
                },
                shares: shares, skew: skew, isClipped: hops.count >= measure.limit && shares.count > measure.limit,
                verdict: .unknown, isByEndpoints: isByEndpoints)
            let isKnown = table != nil && !(place.isSelected && hops.isEmpty)
            view.verdict = ServiceMeasure.verdict(view, drawing.count, isKnown: isKnown)
            return view
        }

        private func expectedOnes(_ list: Int, _ place: Place) -> [Int] {
            if let known = place.racked[list] { return known }
            let rack = place.rack
            let all = lists[list].map { $0.filter { measure.racks[$0] == rack } } ?? measure.nodesOfRack[rack] ?? []
            let expected = all.filter { !measure.idle.contains($0) }
            place.racked[list] = expected
            return expected
        }

        private func shares(
            _ expected: [Int], _ drawing: [Int], _ hops: Int, _ kind: Kind, _ service: Service?
        ) -> [NodeShare] {
            let draws = Set(drawing)
            let ready = measure.plan.ready
            let counts = service.flatMap { _ in
                ready.map { ready in kind.endpoints.map { ready.lists[$0] } ?? [:] }
            }
            return (expected + draws.subtracting(expected).sorted()).map { number in
                let node = measure.names[number]
                return NodeShare(
                    node: node, endpoints: counts.map { $0[node] ?? 0 },
                    share: draws.contains(number) ? 1 / Double(hops) : 0)
            }
        }
    }
}

extension [UInt64] {
    /// The first place of an ascending list whose key is not below the given one; found soonest near a place before
    /// it.
    fileprivate func lowerBound(of key: UInt64, from start: Int) -> Int {
        var low = start
        if low > count || low > 0 && self[low - 1] >= key { low = 0 }
        var step = 1
        while low + step < count, self[low + step] < key {
            low += step
            step *= 2
        }
        var high = Swift.min(count, low + step + 1)
        while low < high {
            let middle = (low + high) / 2
            if self[middle] < key { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
