import Fabric

extension ServiceMeasure {
    /// Measures while it remembers what it measured: thousands of services on a leaf are alike in all but the prefix.
    struct ServiceDraft {
        private let measure: ServiceMeasure
        private let lists: [[Int]?]
        private var places: [Place]

        /// A leaf with its tables, what its next-hop sets are, and what was measured on it.
        private struct Place {
            var leaf: Leaf
            var rack: String
            var v4: RouteTable?
            var v6: RouteTable?
            var isSelected: Bool
            /// Where the table was looked into last: prefixes are asked for in ascending order.
            var row = 0
            var known: [Likeness: ServiceView?] = [:]
            /// The nodes of the leaf's rack in a list.
            var racked: [Int: [Int]] = [:]

            mutating func set(of prefix: IPPrefix) -> UInt32? {
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
            places = leaves.map { leaf in
                Place(
                    leaf: leaf, rack: leaf.rack ?? "", v4: measure.facts.table(leaf.id, .ipv4)?.value,
                    v6: measure.facts.table(leaf.id, .ipv6)?.value,
                    isSelected: measure.facts.snapshot.leaves[leaf.id]?.routesAreSelected ?? false)
            }
        }

        /// Measures a prefix that the nodes of a list should draw on every leaf; ascending calls are the fastest.
        mutating func append(_ prefix: IPPrefix, _ list: Int, to views: inout [ServiceView]) {
            let service = measure.plan.service(of: prefix)
            let endpoints = service.flatMap { measure.plan.ready?.list(of: $0.name) }
            let kind = Kind(
                family: prefix.family, isHost: prefix.isHost, isLocal: service?.isLocal, endpoints: endpoints)
            for leaf in places.indices {
                let likeness = Likeness(set: places[leaf].set(of: prefix), list: list, kind: kind)
                if places[leaf].known[likeness] == nil {
                    let view = make(prefix, leaf, likeness, service)
                    places[leaf].known[likeness] = .some(view)
                }
                guard var view = places[leaf].known[likeness] ?? nil else { continue }
                view.prefix = prefix
                view.service = service?.name
                views.append(view)
            }
        }

        private mutating func make(
            _ prefix: IPPrefix, _ leaf: Int, _ likeness: Likeness, _ service: Service?
        ) -> ServiceView? {
            let place = places[leaf]
            let table = prefix.family == .ipv4 ? place.v4 : place.v6
            let hops = likeness.set.flatMap { set in table?.nextHopSets[Int(set)].addresses } ?? []
            let expected = expectedOnes(likeness.list, leaf)
            if expected.isEmpty, hops.isEmpty { return nil }
            let drawing = hops.compactMap { measure.nodeOfAddress[$0] }.filter { measure.racks[$0] == place.rack }
            let shares = shares(expected, drawing, hops.count, likeness.kind, service)
            var view = ServiceView(
                service: service?.name, prefix: prefix, leaf: place.leaf.id,
                expectedNodes: expected.map { measure.names[$0] },
                nextHops: hops.map { hop in measure.nodeOfAddress[hop].map { measure.names[$0].text } ?? hop.description
                },
                shares: shares, skew: nil, isClipped: hops.count >= measure.limit && shares.count > measure.limit,
                verdict: .unknown, isByEndpoints: prefix.isHost && service?.isLocal != false)
            if !drawing.isEmpty { view.skew = ServiceMeasure.skew(shares, byEndpoints: view.isByEndpoints) }
            let isKnown = table != nil && !(place.isSelected && hops.isEmpty)
            view.verdict = ServiceMeasure.verdict(view, drawing.count, isKnown: isKnown)
            return view
        }

        private mutating func expectedOnes(_ list: Int, _ leaf: Int) -> [Int] {
            if let known = places[leaf].racked[list] { return known }
            let rack = places[leaf].rack
            let all = lists[list].map { $0.filter { measure.racks[$0] == rack } } ?? measure.nodesOfRack[rack] ?? []
            let expected = all.filter { !measure.idle.contains($0) }
            places[leaf].racked[list] = expected
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
