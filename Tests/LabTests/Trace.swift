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

    /// The states of an end without those that lasted shorter than `short` seconds; two polls would not see them.
    static func lasting(_ steps: [Step], until end: Double, short: Double) -> [String] {
        var states: [String] = []
        for (index, step) in steps.enumerated() {
            let next = index + 1 < steps.count ? steps[index + 1].at : end
            let isOutcome = index + 1 == steps.count
            if (isOutcome || next - step.at >= short), states.last != step.state { states.append(step.state) }
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
        return ([phase, word] + (error.map { [$0] } ?? [])).joined(separator: " ")
    }

    /// The leaf's state and the prefixes that it forwards to the node.
    static func leaf(state: String?, installed: Int) -> String {
        let word = state.map { Agreement.isTrying($0) || $0 == "Idle (PfxCt)" ? "trying" : $0 } ?? "no neighbor"
        return "\(word) \(installed)"
    }
}

extension Trace {
    /// Follows a session of the lab for a time.
    static func lab(_ node: Topology.NodePlan, _ leaf: LeafID, seconds: Double) throws -> Trace {
        var trace = Trace()
        let start = Date()
        while Date().timeIntervalSince(start) < seconds {
            let number = Int(leaf.description) ?? 0
            let session = try Witness.sessions(of: node.name.text).first { $0.leaf == number }
            let installed = try Agreement.installed(on: number).values.filter { $0.contains(node.address.description) }
            trace.add(
                Date().timeIntervalSince(start),
                node: Trace.node(phase: session?.nodePhase, state: session?.nodeState, error: session?.nodeError),
                leaf: Trace.leaf(state: session?.leafState, installed: installed.count))
            usleep(100_000)
        }
        return trace
    }

    /// Follows a session of the simulated fabric for a time, through what its stand-ins print.
    static func simulated(
        _ fabric: inout SimulatedFabric, _ node: Topology.NodePlan, _ leaf: LeafID, seconds: Double
    ) -> Trace {
        var trace = Trace()
        let side = fabric.topology.rack(node.rack)?.leaves.firstIndex(of: leaf) ?? 0
        let name = "Node_" + node.leafAddresses[side].description.replacing(".", with: "_")
        let start = fabric.now
        var at = 0.0
        while at <= seconds {
            let lines = fabric.run("birdcl show protocols", on: .node(node.name)).output.split(separator: "\n")
            let words = lines.map { $0.split(separator: " ").map(String.init) }.first { $0.first == name }
            let vrf = fabric.topology.vrf
            let rows = fabric.run("show ip bgp summary vrf \(vrf)", on: .leaf(leaf)).output.split(separator: "\n")
            let row = rows.map { $0.split(separator: " ").map(String.init) }.first {
                $0.first == node.address.description
            }
            let table = fabric.run("show ip route vrf \(vrf)", on: .leaf(leaf)).output.split(separator: "\n")
            let installed = table.filter { $0.hasPrefix("    *via \(node.address)%") }.count
            let last = row?.dropFirst(9).joined(separator: " ")
            trace.add(
                at,
                node: Trace.node(
                    phase: words?[3], state: words.flatMap { $0.count > 5 ? $0[5] : "Down" },
                    error: words.flatMap { $0.count > 6 ? $0[6...].joined(separator: " ") : nil }),
                leaf: Trace.leaf(
                    state: last.map { Int($0) == nil ? $0 : "Established" }, installed: installed))
            at += 0.5
            fabric.advance(to: start + .milliseconds(Int(at * 1000)))
        }
        return trace
    }
}
