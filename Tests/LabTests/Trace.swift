import Fabric
import Foundation
import Simulator

/// What both ends of a session said, one after the other.
struct Trace: CustomStringConvertible {
    /// One state of an end, and when it began, in seconds after the fault.
    struct Step {
        var at: Double
        var state: String
    }

    var node: [Step] = []
    var leaf: [Step] = []

    mutating func add(_ at: Double, node newNode: String, leaf newLeaf: String) {
        if node.last?.state != newNode { node.append(Step(at: at, state: newNode)) }
        if leaf.last?.state != newLeaf { leaf.append(Step(at: at, state: newLeaf)) }
    }

    /// Steps in other words; what then is the same as before it is no step.
    static func rewritten(_ steps: [Step], _ words: (String) -> String) -> [Step] {
        var kept: [Step] = []
        for step in steps {
            let state = words(step.state)
            if kept.last?.state != state { kept.append(Step(at: step.at, state: state)) }
        }
        return kept
    }

    /// The states of an end that count in a comparison: those that last at least `long` seconds, the last one, and those
    /// that the other end's sequence has too.
    static func counted(_ steps: [Step], until end: Double, long: Double, other: [Step]) -> [String] {
        let shared = Set(other.map(\.state))
        var states: [String] = []
        for (index, step) in steps.enumerated() {
            let next = index + 1 < steps.count ? steps[index + 1].at : end
            let isLasting = next - step.at >= long || index + 1 == steps.count
            if isLasting || shared.contains(step.state), states.last != step.state { states.append(step.state) }
        }
        return states
    }

    var description: String {
        func text(_ steps: [Step]) -> String {
            steps.map { String(format: "%.1f", $0.at) + " [" + $0.state + "]" }.joined(separator: " ")
        }
        return "node \(text(node))\n      leaf \(text(leaf))"
    }

    /// BIRD's STATE and INFO in one text: of a session that is being tried the state of the moment is left out, since
    /// it passes through all of them by the second.
    static func node(phase: String?, state: String?, error: String?) -> String {
        guard let phase else { return "no protocol" }
        let word = state.map { Agreement.isTrying($0) ? "trying" : $0 } ?? "down"
        let said = error?.replacing("Connection reset by peer", with: "Connection closed")
        return ([phase, word] + (said.map { [$0] } ?? [])).joined(separator: " ")
    }

    /// The leaf's state and how many prefixes it forwards to the node, against those of the healthy fabric.
    static func leaf(state: String?, installed: Int, of usual: Int) -> String {
        let word = state.map { Agreement.isTrying($0) || $0 == "Idle (PfxCt)" ? "trying" : $0 } ?? "no neighbor"
        switch installed {
        case usual: return "\(word), forwards all"
        case 0: return "\(word), forwards none"
        default: return "\(word), forwards \(usual - installed) less"
        }
    }
}

/// A session whose both ends are followed, and how many prefixes its leaf forwards to its node in good times.
struct Subject {
    var node: Topology.NodePlan
    var leaf: LeafID
    var usual = 0

    /// The leaf's number.
    var number: Int { Int(leaf.description) ?? 0 }

    /// The session with its leaf's table as it is in the lab now.
    func inLab() throws -> Subject { Subject(node: node, leaf: leaf, usual: try installedInLab()) }

    /// The session with its leaf's table as it is in the simulated fabric now.
    func simulated(in fabric: inout SimulatedFabric) -> Subject {
        Subject(node: node, leaf: leaf, usual: installed(in: &fabric))
    }

    func installedInLab() throws -> Int {
        try Agreement.installed(on: number).count { isCounted($0.key) && $0.value.contains(node.address.description) }
    }

    func installed(in fabric: inout SimulatedFabric) -> Int {
        var count = 0
        var prefix = ""
        for line in lines("show ip route vrf \(fabric.topology.vrf)", .leaf(leaf), &fabric) {
            if line.hasPrefix("    *via \(node.address)%"), isCounted(prefix) { count += 1 }
            if !line.hasPrefix(" ") { prefix = line.prefix { $0 != "," }.trimmingCharacters(in: .whitespaces) }
        }
        return count
    }

    /// Where leaves have one next hop, the oldest path of a service wins: which node's that is follows from what was
    /// done before, so there a node's own blocks alone are counted.
    private func isCounted(_ prefix: String) -> Bool {
        guard !Lab.hasSeveralNextHops, let prefix = IPPrefix(prefix) else { return true }
        return !Lab.topology.serviceSubnet.contains(prefix)
    }

    /// What a simulated machine prints; nothing while it cannot be reached.
    func lines(_ command: String, _ host: SimulatedHost, _ fabric: inout SimulatedFabric) -> [Substring] {
        guard fabric.isReachable(host) else { return [] }
        return fabric.run(command, on: host).output.split(separator: "\n")
    }
}

extension Trace {
    /// Follows a session of the lab for a time.
    static func lab(_ subject: Subject, seconds: Double) throws -> Trace {
        var trace = Trace()
        let start = Date()
        while Date().timeIntervalSince(start) < seconds {
            let session = try Witness.sessions(of: subject.node.name.text).first { $0.leaf == subject.number }
            trace.add(
                Date().timeIntervalSince(start),
                node: Trace.node(phase: session?.nodePhase, state: session?.nodeState, error: session?.nodeError),
                leaf: Trace.leaf(
                    state: session?.leafState, installed: try subject.installedInLab(), of: subject.usual))
            usleep(100_000)
        }
        return trace
    }

    /// Follows a session of the simulated fabric for a time, through what its stand-ins print.
    static func simulated(_ subject: Subject, in fabric: inout SimulatedFabric, seconds: Double) -> Trace {
        var trace = Trace()
        let node = subject.node
        let side = fabric.topology.rack(node.rack)?.leaves.firstIndex(of: subject.leaf) ?? 0
        let name = "Node_" + node.leafAddresses[side].description.replacing(".", with: "_")
        let start = fabric.now
        for step in 0...Int(2 * seconds) {
            fabric.advance(to: start + .milliseconds(500 * step))
            let protocols = subject.lines("birdcl show protocols", .node(node.name), &fabric)
            let info = words(of: protocols, beginningWith: name)
            let summary = "show ip bgp summary vrf \(fabric.topology.vrf)"
            let rows = subject.lines(summary, .leaf(subject.leaf), &fabric)
            let row = words(of: rows, beginningWith: node.address.description)
            let last = row?.dropFirst(9).joined(separator: " ")
            trace.add(
                Double(step) / 2,
                node: Trace.node(
                    phase: info?[3], state: info.map { $0.count > 5 ? $0[5] : "Down" },
                    error: info.flatMap { $0.count > 6 ? $0[6...].joined(separator: " ") : nil }),
                leaf: Trace.leaf(
                    state: last.map { Int($0) == nil ? $0 : "Established" },
                    installed: subject.installed(in: &fabric), of: subject.usual))
        }
        return trace
    }

    private static func words(of lines: [Substring], beginningWith first: String) -> [String]? {
        lines.map { $0.split(separator: " ").map(String.init) }.first { $0.first == first }
    }
}
