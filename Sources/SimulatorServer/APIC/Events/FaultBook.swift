import FoundationEssentials
import Simulator

/// F0299 of neighbors that are not established, through its life (aci.md 5): soaking at once, raised after two minutes,
/// retaining for an hour after the recovery.
struct FaultBook: Sendable {
    struct Entry: Sendable, Hashable {
        var state: PeerPicture.State
        var created: Date
        var recovered: Date?
        var occurrences = 1
    }

    private var entries: [String: Entry] = [:]

    static let soaking = 120.0
    static let retaining = 3600.0

    /// Takes note of a picture; the names of the objects whose faults changed.
    mutating func observe(_ picture: FabricPicture) -> Set<String> {
        var changed: Set<String> = []
        for leaf in picture.leaves {
            for vrf in leaf.vrfs {
                let domain = "topology/pod-1/node-\(leaf.id)/sys/bgp/inst/dom-\(vrf.name)"
                let objects = PeerObjects(vrf: vrf, domain: domain, wanted: [])
                for peer in vrf.peers {
                    if peer.state == .established, entries.isEmpty { continue }
                    let dn = objects.dn(of: peer) + "/ent-[\(peer.address)]"
                    if observe(peer, dn, picture.now) { changed.insert(dn) }
                }
            }
        }
        for (dn, entry) in entries {
            guard let at = entry.recovered, picture.now.timeIntervalSince(at) >= FaultBook.retaining else { continue }
            entries[dn] = nil
            changed.insert(dn)
        }
        return changed
    }

    private mutating func observe(_ peer: PeerPicture, _ dn: String, _ now: Date) -> Bool {
        guard peer.state != .established else {
            guard let entry = entries[dn], entry.recovered == nil else { return false }
            entries[dn]?.recovered = now
            return true
        }
        guard var entry = entries[dn] else {
            entries[dn] = Entry(state: peer.state, created: now)
            return true
        }
        guard entry.recovered != nil || entry.state != peer.state else { return false }
        if entry.recovered != nil {
            entry.recovered = nil
            entry.created = now
            entry.occurrences += 1
        }
        entry.state = peer.state
        entries[dn] = entry
        return true
    }

    /// The faults at a moment, by the objects that they are of.
    func objects(at now: Date) -> [String: [ManagedObject]] {
        guard let schema = ClassTable.named("faultInst") else { return [:] }
        return entries.reduce(into: [:]) { result, item in
            let (dn, entry) = item
            let age = now.timeIntervalSince(entry.created)
            let cycle = entry.recovered != nil ? "retaining" : age < FaultBook.soaking ? "soaking" : "raised"
            let turned =
                entry.recovered
                ?? (cycle == "raised" ? entry.created.addingTimeInterval(FaultBook.soaking) : entry.created)
            let severity = entry.recovered == nil ? "warning" : "cleared"
            let word = entry.state.rawValue.prefix(1).uppercased() + entry.state.rawValue.dropFirst()
            result[dn] = [
                ManagedObject(
                    schema, under: dn, rn: "fault-F0299",
                    [
                        "cause": "protocol-bgp-adjacency-down", "code": "F0299", "domain": "infra",
                        "changeSet": "operSt:\(entry.state.rawValue)", "created": Moments.text(entry.created),
                        "descr": "BGP peer is not established, current state \(word)", "lc": cycle,
                        "lastTransition": Moments.text(turned), "occur": "\(entry.occurrences)",
                        "origSeverity": "warning", "prevSeverity": "warning", "highestSeverity": "warning",
                        "rule": "bgp-peer-entry-bgp-peer-not-established", "severity": severity,
                        "subject": "oper-state-failed", "type": "operational",
                    ])
            ]
        }
    }
}

/// What happened and who did it: `eventRecord` and `aaaModLR`, the newest first.
struct RecordBook: Sendable {
    private(set) var objects: [ManagedObject] = []
    private var serial = 4_294_967_296

    private static let limit = 2000

    mutating func add(_ name: String, affected: String, at now: Date, _ values: [String: String]) -> ManagedObject? {
        guard let schema = ClassTable.named(name) else { return nil }
        serial += 1
        var record = ManagedObject(
            schema, under: "subj-[\(affected)]", rn: (name == "aaaModLR" ? "mod-" : "rec-") + "\(serial)",
            ["affected": affected, "created": Moments.text(now), "id": "\(serial)", "txId": "\(serial)"])
        for (key, value) in values { record.set(key, value) }
        objects.insert(record, at: 0)
        if objects.count > RecordBook.limit { objects.removeLast() }
        return record
    }
}
