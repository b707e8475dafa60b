import Fabric
import FoundationEssentials

/// The sources of one kind as the header tells of them; made in one pass, since it is asked for with every frame and a
/// large fabric has thousands.
struct SourceGroup {
    /// What the header calls the kind.
    var name: String
    /// How many there are.
    var count = 0
    /// How many of them are fresh.
    var good = 0
    /// The greatest age among the fresh ones, in seconds.
    var oldest: Double?
    /// What asking costs, where a source of the kind counts it.
    var traffic: SourceTraffic?
    /// The first, by name, of those in trouble; nil where what is not fresh only waits for its first answer.
    var firstBad: (source: SourceID, status: SourceStatus)?

    /// The kinds that there are, in the order of the header.
    static func all(_ sources: [SourceID: SourceStatus], at now: Date) -> [SourceGroup] {
        var groups = ["apic", "leaves", "nodes", "k8s"].map { SourceGroup(name: $0) }
        for (source, status) in sources {
            switch source {
            case .apic: groups[0].add(source, status, now)
            case .leaf: groups[1].add(source, status, now)
            case .node: groups[2].add(source, status, now)
            case .kubernetes: groups[3].add(source, status, now)
            }
        }
        return groups.filter { $0.count > 0 }
    }

    private mutating func add(_ source: SourceID, _ status: SourceStatus, _ now: Date) {
        count += 1
        if let own = status.traffic { traffic = own }
        switch status.freshness(at: now) {
        case .ok:
            good += 1
            if let age = status.age(at: now) { oldest = max(oldest ?? age, age) }
        case .waiting: break
        default:
            if let first = firstBad, first.source < source { break }
            firstBad = (source, status)
        }
    }
}
