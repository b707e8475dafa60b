import Fabric
import Foundation
import Simulator
import Testing

/// The simulated fabric against the lab: for every fault that both know, both ends of a session say the same things in
/// the same order.
///
/// The tolerance: a state that only one side shows may last up to ``long`` seconds (the attempts of BIRD and of a leaf
/// come every 5 and 10 s, and meet sooner or later); all others come in the same order, and the last is the same. Times
/// are not compared, but what comes within ``span`` seconds is. What else is one, or is not compared, is chance or is
/// FRR's own way:
/// - The states through which a session without a peer passes (Idle, Connect, Active, OpenSent, OpenConfirm) are one.
/// - `Connection closed` and `Connection reset by peer` are one: a leaf that accepts and closes at once says either,
///   as BIRD's OPEN has come by then or not (calico.md 2.7, 13).
/// - Where a leaf falls silent that offers long-lived graceful restart, as FRR does and ACI may not, BIRD keeps no error
///   text (calico.md 2.7, 05 and 08): there `Hold timer expired` is no text.
/// - A daemon that is stopped or gone answers nobody: of a BIRD its end is not compared, of a leaf its words are not,
///   but what it forwards is.
/// - A leaf that has reloaded chooses no route until all its neighbors have told theirs (RFC 4724, 4.1), whose attempts
///   come every 5 and 10 s: there ``afterReload`` seconds stand for ``long``.
/// - How long a flapping session lasts between two losses is chance in the one, the lab's own pace in the other.
@Suite(
    .serialized, .enabled(if: Lab.isUp, Lab.reason ?? ""),
    .timeLimit(.minutes(60)))
struct LikenessTests {
    static let span = 20.0
    static let long = 6.5
    static let afterReload = 13.0

    /// Both fabrics know these.
    static let shared = FaultCase.possible.filter { fault in
        fault.kind.map { $0.scope != .service && $0 != .sessionFlapping } ?? false
    }

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
            simulated.forgetHoldTimer()
            real.forgetHoldTimer()
        }
        if Self.mute.contains(kind) {
            simulated.forgetLeafWords()
            real.forgetLeafWords()
        }
        let ends = kind == .holdTimerExpired ? ["leaf"] : ["node", "leaf"]
        expect(simulated, real, ends, "\(fault.name)")
        let long = kind == .oneLeafDown ? Self.afterReload : Self.long
        expect(simulatedAfter, realAfter, ["node", "leaf"], "\(fault.name) undone", long: long)
    }

    /// Faults in which a leaf falls silent.
    static let silences: Set<FaultKind> = [.oneLeafDown, .oneSided, .leafStopped, .linkDown, .wrongVLAN]

    /// Faults in which a leaf's daemon cannot be asked.
    static let mute: Set<FaultKind> = [.leafKilled, .leafStopped]

    private func expect(
        _ simulated: Trace, _ real: Trace, _ ends: [String], _ what: String, long: Double = LikenessTests.long
    ) {
        for end in ends {
            let path = end == "node" ? \Trace.node : \Trace.leaf
            let (one, other) = (simulated[keyPath: path], real[keyPath: path])
            let expected = Trace.counted(other, until: Self.span, long: long, other: one)
            let found = Trace.counted(one, until: Self.span, long: long, other: other)
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
    /// Takes a node's hold timer for no error text.
    fileprivate mutating func forgetHoldTimer() {
        node = Trace.rewritten(node) { $0.replacing(" BGP Error: Hold timer expired", with: "") }
    }

    /// Keeps of the leaf's end what it forwards.
    fileprivate mutating func forgetLeafWords() {
        leaf = Trace.rewritten(leaf) { String($0.drop { $0 != "," }) }
    }
}
