import Fabric
public import FoundationEssentials
public import Polling
public import SimulatorServer

/// The reading port of a simulated fabric that is too large for a child process per question: leaves by their text over
/// the fabric's socket, nodes and cluster by facts, many nodes in one question.
///
/// Commands, times and failures are those of the other ports, so that what is folded is the same; only raw text of nodes
/// and of the cluster is never there.
public enum SimulatedPort {
    /// A port.
    ///
    /// - Parameters:
    ///   - facts: the door to the fabric's process.
    ///   - controller: the host that leaves are asked through.
    ///   - vrf: the VRF.
    ///   - now: stamps the answers.
    public static func read(
        _ facts: SimulatorFacts, controller: String, vrf: String, now: @escaping @Sendable () -> Date
    ) -> ReadPort {
        let leaves = SimulatedLeaves(facts: facts, controller: controller, vrf: vrf, now: now)
        let nodes = NodeBatches(facts)
        let cluster = SimulatedClusterReader(facts)
        return ReadPort(
            perform: { look in
                switch look {
                case .leafSummary, .leafRoutes, .fabric, .fabricConfiguration: await leaves.perform(look)
                case .node(let node): await nodes.perform(node, now: now)
                case .cluster: await cluster.perform(now: now)
                case .pods(let node): await cluster.perform(podsOf: node, now: now)
                }
            }, attend: { attended in await nodes.attend(to: attended) })
    }
}
