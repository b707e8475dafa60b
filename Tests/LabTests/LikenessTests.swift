import Fabric
import Foundation
import Simulator
import Testing

/// The simulated fabric against the lab: for every fault that both know, both ends of a session say the same things in
/// the same order.
///
/// The tolerance: a state that only one side shows may last up to ``long`` seconds (the attempts of BIRD and of a leaf
/// come every 5 and 10 s, and meet sooner or later); all others come in the same order, and the last is the same. The
/// states through which a session without a peer passes (Idle, Connect, Active, OpenSent, OpenConfirm) are one. Times
/// are not compared, but what comes within ``span`` seconds is. Where a leaf that offers long-lived graceful restart
/// falls silent, as FRR does and ACI may not, BIRD keeps no error text: there it is left out. A BIRD that is stopped
/// answers nobody: there its end is not compared.
@Suite(
    .serialized, .enabled(if: Lab.isUp, Lab.reason ?? ""),
    .timeLimit(.minutes(60)))
struct LikenessTests {
    static let span = 20.0
    static let long = 6.5

    /// Both fabrics know these.
    static let shared = FaultCase.possible.filter { $0.kind != nil }

    @Test(arguments: shared) func theSimulatedFabricBehavesAsTheLab(_ fault: FaultCase) throws {
        let isHealthy = try Lab.isHealthy()
        try #require(isHealthy, "the lab is not healthy to begin with")
        let topology = Lab.topology
        let plan = try #require(topology.nodes.last)
        let leaf = try #require(topology.rack(plan.rack)?.leaves.last)
        let kind = try #require(fault.kind)
        let target = Self.target(kind, plan, leaf)

        var fabric = SimulatedFabric(topology: topology)
        fabric.advance(to: .seconds(30))
        let subject = Subject(node: plan, leaf: leaf)
        let usual = subject.simulated(in: &fabric)
        try fabric.inject(Fault(kind, target))
        var simulated = Trace.simulated(usual, in: &fabric, seconds: Self.span)
        fabric.clear(Fault(kind, target))
        let simulatedAfter = Trace.simulated(usual, in: &fabric, seconds: Self.span)

        let usualInLab = try subject.inLab()
        try Lab.fault(fault.name, target)
        var real = try Trace.lab(usualInLab, seconds: Self.span)
        try Lab.fault(fault.name, target, undo: true)
        let realAfter = try Trace.lab(usualInLab, seconds: Self.span)
        _ = try Lab.isHealthy()

        if Self.silences.contains(kind) {
            simulated.forgetErrors()
            real.forgetErrors()
        }
        let ends = kind == .holdTimerExpired ? ["leaf"] : ["node", "leaf"]
        expect(simulated, real, ends, "\(fault.name)")
        expect(simulatedAfter, realAfter, ["node", "leaf"], "\(fault.name) undone")
    }

    /// Faults in which a leaf falls silent.
    static let silences: Set<FaultKind> = [.oneLeafDown, .oneSided]

    private func expect(_ simulated: Trace, _ real: Trace, _ ends: [String], _ what: String) {
        for end in ends {
            let path = end == "node" ? \Trace.node : \Trace.leaf
            let (one, other) = (simulated[keyPath: path], real[keyPath: path])
            let expected = Trace.counted(other, until: Self.span, long: Self.long, other: one)
            let found = Trace.counted(one, until: Self.span, long: Self.long, other: other)
            #expect(
                found == expected, "\(what): the \(end)'s end differs\nsimulated \(simulated)\nlab       \(real)")
        }
    }

    private static func target(_ kind: FaultKind, _ node: Topology.NodePlan, _ leaf: LeafID) -> String? {
        switch kind.scope {
        case .session: "\(node.name)/\(leaf)"
        case .node, .host: node.name.text
        case .leaf: "\(leaf)"
        case .service, .none: nil
        }
    }
}

extension Trace {
    /// Leaves the error text out of the node's states.
    fileprivate mutating func forgetErrors() {
        node = node.map { Step(at: $0.at, state: $0.state.split(separator: " ").prefix(2).joined(separator: " ")) }
        var kept: [Step] = []
        for step in node where kept.last?.state != step.state { kept.append(step) }
        node = kept
    }
}
