public import Fabric

/// How near a use is to its limit.
public enum CapacityLevel: Int, Hashable, Sendable, Comparable {
    /// Below 80 %.
    case ok = 0
    /// From 80 %.
    case note = 1
    /// From 95 %.
    case warning = 2
    /// The use is not known.
    case unknown = 3

    /// `ok`, `note`, `warning`, `unknown`.
    public var word: String {
        switch self {
        case .ok: "ok"
        case .note: "note"
        case .warning: "warning"
        case .unknown: "unknown"
        }
    }

    /// Nearer after farther, unknown last.
    public static func < (a: CapacityLevel, b: CapacityLevel) -> Bool { a.rawValue < b.rawValue }
}

/// One limit with its use, or one answer to "how many still fit".
public struct CapacityRow: Hashable, Sendable {
    /// What it is about: a leaf's name, an L3Out, a rack, `fabric`.
    public var scope: String
    /// The leaf, for rows about one.
    public var leaf: LeafID?
    /// The rack, for rows about one or its leaf.
    public var rack: String?
    /// What is counted: ``LimitKind``'s words, or `nodes that still fit`.
    public var what: String
    /// The use; nil: unknown, or a row about what still fits.
    public var used: Int?
    /// The limit; nil in rows about what still fits.
    public var limit: Int?
    /// What is left; nil: unknown.
    public var headroom: Int?
    /// Where the limit comes from, or what bounds the number that still fits.
    public var source: String
    /// How near the use is to the limit.
    public var level: CapacityLevel

    /// How the use went while it was watched; nil: not watched, or not for long enough.
    public var trend: UseTrend?

    /// Which row it is.
    public var key: CapacityKey { CapacityKey(scope: scope, what: what) }

    /// The use in percent of the limit, rounded down.
    public var percent: Int? {
        guard let used, let limit, limit > 0 else { return nil }
        return used * 100 / limit
    }
}

/// Use and headroom against a release's limits.
public struct Capacity: Sendable {
    /// The limits.
    public let limits: Limits
    /// The use.
    public let use: CapacityUse
    /// How uses went while they were watched.
    public var trends: [CapacityKey: UseTrend]

    /// A capacity from limits and use, and what a watch knows of the time before.
    public init(limits: Limits, use: CapacityUse, trends: [CapacityKey: UseTrend] = [:]) {
        self.limits = limits
        self.use = use
        self.trends = trends
    }

    /// Every limit with its use, then what still fits.
    public var rows: [CapacityRow] {
        (leafRows + l3outRows + fabricRows + roomRows).map { row in
            var row = row
            row.trend = trends[row.key]
            return row
        }
    }

    // MARK: Use

    private var leafRows: [CapacityRow] {
        use.leaves.flatMap { leaf -> [CapacityRow] in
            var rows = [row(.peersPerLeaf, leaf.name, leaf.peers), row(.l3outsPerLeaf, leaf.name, leaf.l3outs)]
                .compactMap { $0 }
            rows.append(lpmRow(leaf))
            return rows.map { row in
                var row = row
                row.leaf = leaf.id
                row.rack = leaf.rack
                return row
            }
        }
    }

    /// The leaf's own figure counts before the table of profiles.
    private func lpmRow(_ leaf: CapacityUse.Leaf) -> CapacityRow {
        let figure = limits.figures[.lpmPerLeaf]
        let limit = leaf.ownLPMLimit ?? figure?.value
        let table = figure.map { "profile \(limits.profile.rawValue): \($0.origin)" }
        let source =
            leaf.ownLPMLimit == nil
            ? table ?? "no figure is published for the profile \(limits.profile.rawValue); the leaf's own is not read"
            : "the leaf's own figure"
        return made(leaf.name, LimitKind.lpmPerLeaf.rawValue, leaf.lpm, limit, source)
    }

    private var l3outRows: [CapacityRow] {
        use.l3outs.flatMap { l3out in
            [
                row(.borderLeavesPerL3Out, l3out.name, l3out.borderLeaves),
                row(.externalEPGsPerL3Out, l3out.name, l3out.externalEPGs),
            ].compactMap { $0 }
        }
    }

    private var fabricRows: [CapacityRow] {
        let peers = use.leaves.map(\.peers)
        let sum = peers.contains(nil) ? nil : peers.compactMap { $0 }.reduce(0, +)
        var rows = [row(.peersPerFabric, "fabric", sum)].compactMap { $0 }
        let figure = limits.figures[.ecmpDefault]
        let limit = use.ecmpLimit ?? figure?.value
        let source = use.ecmpLimit == nil ? figure?.origin ?? "" : "the VRF's policy"
        var ecmp = made("fabric", "next hops per route", use.widestRoute, limit, source)
        // A clipped route loses no traffic: never more than a note.
        ecmp.level = ecmp.level == .unknown ? .unknown : (use.widestRoute ?? 0) > (limit ?? 0) ? .note : .ok
        rows.append(ecmp)
        return rows
    }

    private func row(_ kind: LimitKind, _ scope: String, _ used: Int?) -> CapacityRow? {
        limits.figures[kind].map { made(scope, kind.rawValue, used, $0.value, $0.origin) }
    }

    private func made(_ scope: String, _ what: String, _ used: Int?, _ limit: Int?, _ source: String) -> CapacityRow {
        CapacityRow(
            scope: scope, what: what, used: used, limit: limit,
            headroom: used.flatMap { used in limit.map { $0 - used } }, source: source,
            level: Capacity.level(used, of: limit))
    }

    /// 80 % is worth a note, 95 % a warning.
    public static func level(_ used: Int?, of limit: Int?) -> CapacityLevel {
        guard let used, let limit, limit > 0 else { return .unknown }
        return used * 100 >= limit * 95 ? .warning : used * 100 >= limit * 80 ? .note : .ok
    }

    // MARK: What still fits

    /// LPM entries that are free on the fullest leaf; nil: unknown.
    private var freeLPM: Int? {
        let free = use.leaves.map { leaf -> Int? in
            guard let used = leaf.lpm, let limit = leaf.ownLPMLimit ?? limits.figures[.lpmPerLeaf]?.value else {
                return nil
            }
            return max(0, limit - used)
        }
        return free.contains(nil) ? nil : free.compactMap { $0 }.min()
    }

    private var roomRows: [CapacityRow] {
        let racks = Dictionary(grouping: use.leaves.filter { $0.rack != nil }) { $0.rack ?? "" }
        let perRack = racks.keys.sorted(by: naturallyPrecedes).map { name in
            roomRow(name, rack: name, "nodes that still fit", peerRoom(racks[name] ?? []), "peers of its leaves")
        }
        let rooms = perRack.map(\.headroom)
        let sum = rooms.contains(nil) || rooms.isEmpty ? nil : rooms.compactMap { $0 }.reduce(0, +)
        let byLPM = freeLPM.map { Int(Double($0) / max(use.blocksPerNode, 1)) }
        let bounds = [
            (sum, "peers of all leaves"), (byLPM, "LPM entries of the fullest leaf"), (freeSubnets, "supernet"),
        ].compactMap { value, word in value.map { (value: $0, word: word) } }
        let least = sum == nil ? nil : bounds.min { $0.value < $1.value }
        var rows = perRack
        rows.append(roomRow("fabric", rack: nil, "nodes that still fit", least?.value, least?.word ?? "not known"))
        rows.append(
            roomRow(
                "fabric", rack: nil, "services (Local, a /32 each) that still fit", freeLPM,
                "LPM entries of the fullest leaf"))
        for l3out in use.l3outs {
            let free = max(0, limits.borderLeavesPerL3Out - l3out.borderLeaves) / 2
            rows.append(roomRow(l3out.name, rack: nil, "racks that still fit", free, "border leaves of the L3Out"))
        }
        return rows
    }

    private func peerRoom(_ leaves: [CapacityUse.Leaf]) -> Int? {
        let free = leaves.map { leaf in leaf.peers.map { max(0, limits.peersPerLeaf - $0) } }
        return free.contains(nil) ? nil : free.compactMap { $0 }.min()
    }

    private var freeSubnets: Int? {
        guard let supernet = use.supernet else { return nil }
        return max(0, Int(clamping: supernet.addressCount / 8) - use.nodes)
    }

    private func roomRow(
        _ scope: String, rack: String?, _ what: String, _ count: Int?, _ bound: String
    ) -> CapacityRow {
        CapacityRow(
            scope: scope, leaf: nil, rack: rack, what: what, used: nil, limit: nil, headroom: count,
            source: "bounded by " + bound, level: count == nil ? .unknown : count == 0 ? .note : .ok)
    }
}
