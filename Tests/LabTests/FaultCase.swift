import Fabric
import FaultMatrix
import Simulator
import Testing

/// A fault that the lab makes for real, and what the console has to say about it: an entry of
/// `Tests/Expectations/faults.json`.
struct FaultCase: CustomTestStringConvertible {
    /// Its name, for `Tests/Lab/fault` and, where the simulated fabric knows it, for ``FaultKind``.
    var name: String
    /// What must be told of it and what may; nil: the file has no entry for it.
    var expectation: FaultMatrix.Expectation?
    /// The kind in the simulated fabric; nil: it has none.
    var kind: FaultKind? { FaultKind(rawValue: name) }

    /// The node that it is made on: the last, but where next hops are what it changes, the first of the last rack. On a
    /// release with one next hop leaves forward to no other.
    var node: Topology.NodePlan? {
        let last = Lab.topology.nodes.last
        return name == "leaves-disagree" ? Lab.topology.nodes.first { $0.rack == last?.rack } : last
    }

    /// The target for `Tests/Lab/fault`; nil: what it takes by itself.
    var target: String? { name == "leaves-disagree" ? node?.name.text : nil }

    var testDescription: String { name }

    /// The fault of that name with its expectation: the lab's own where it has one, unless leaves with several next hops
    /// show the other.
    init(_ name: String) {
        self.name = name
        guard let all = try? Expectations.load() else { return }
        let shared = all.faults.first { $0.fault == name }
        let own = all.lab.first { $0.fault == name }
        expectation = shared?.needsSeveral == true && Lab.hasSeveralNextHops ? shared : own ?? shared
    }

    /// Every fault that can be made in this lab.
    static let all: [FaultCase] = {
        guard Lab.isUp, let list = try? Lab.command("fault", ["--list", "--lab", Lab.name]).output else { return [] }
        return list.split(separator: "\n").compactMap { $0.split(separator: " ").first }.map { FaultCase(String($0)) }
    }()

    /// All of them, or those that are asked for; with `BGPDECK_LAB_THIRD` of 0 to 2 every third of them.
    static var possible: [FaultCase] {
        if let chosen = Lab.faults { return all.filter { chosen.contains($0.name) } }
        guard let third = Lab.third else { return all }
        return all.indices.filter { $0 % 3 == third }.map { all[$0] }
    }
}
