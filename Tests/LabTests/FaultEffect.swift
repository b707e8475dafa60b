import Fabric
import Foundation
import Simulator

/// What a fault has really done, as the daemons and machines themselves show it.
///
/// It is about the fault's node, the last leaf, and the session between them.
struct FaultEffect {
    private let name: String
    private let node: Topology.NodePlan
    private let leaf: Int
    /// When the fault was made, or a little before.
    private let made = Date()

    init(_ fault: FaultCase) throws {
        guard let node = fault.node, let leaf = Lab.topology.rack(node.rack)?.leaves.last else {
            throw LabFailure(text: "the figure has no node")
        }
        name = fault.name
        self.node = node
        self.leaf = Int(leaf.description) ?? 0
    }

    /// Whether it is to be seen now.
    func isSeen() throws -> Bool {
        switch name {
        case "leaf-neighbor-shut": try session().leafState == "Shut (Admin)"
        case "leaf-peer-missing": try session().leafState == nil && session(isFirst: true).leafState != nil
        case "peer-missing", "wrong-peer-address": try session().nodePhase == nil
        case "peer-disabled": try session().nodePhase == "down"
        case "wrong-as-on-leaf", "wrong-leaf-as", "wrong-node-as", "password-mismatch", "link-down", "wrong-vlan",
            "max-prefix-shut", "session-flapping":
            try isLost(session())
        case "bird-killed", "bird-terminated", "calico-node-dead", "hold-timer-expired", "node-down":
            try sessions().filter { $0.node == node.name.text }.allSatisfy { $0.leafState != "Established" }
        case "leaf-killed", "leaf-terminated", "one-leaf-down":
            try sessions().filter { $0.leaf == leaf }.allSatisfy(isLost)
        case "leaf-stopped": try session().leafState == nil
        case "calico-node-restarted": try age() < Date().timeIntervalSince(made) + 1
        case "recovery-wait", "restarted-with-leaf-down": try session(isFirst: true).nodePhase == "wait"
        default: try isOfRoutes()
        }
    }

    /// Effects on routes, on the API and on machines.
    private func isOfRoutes() throws -> Bool {
        switch name {
        case "hold-timer-mismatch": try neighbor()["bgpTimerHoldTimeMsecs"] as? Int == 60_000
        case "max-prefix-warning": try limit()["prefixAllowedMaxWarning"] as? Bool == true
        case "import-filter-missing": try installed().count < advertised().count
        case "leaves-disagree": try installed(isService: true).isEmpty && !advertised(isService: true).isEmpty
        case "services-excluded": try advertised(isService: true).isEmpty
        case "service-single-next-hop":
            try Agreement.installed(on: leaf).filter { isService($0.key) }.values.allSatisfy { $0.count == 1 }
        case "service-skew": try Agreement.endpointCounts()["gb/frontend"]?.values.max() ?? 0 > 3
        case "mesh-enabled": try Witness.bird(node.name.text, "show protocols").contains { $0.hasPrefix("Mesh_") }
        case "duplicate-address": try hardwareAddress() != ownHardwareAddress()
        case "source-ssh-refused": try logIn().contains("refused")
        case "api-down": try Witness.kubernetes("nodes").isEmpty
        default: throw LabFailure(text: "no effect of \(name) is known")
        }
    }

    // MARK: Sessions

    private func sessions() throws -> [Witness.Session] { try Witness.sessions() }

    private func session(isFirst: Bool = false) throws -> Witness.Session {
        let found = try Witness.sessions(of: node.name.text)
        guard let session = isFirst ? found.first : found.last else { throw LabFailure(text: "\(node.name): none") }
        return session
    }

    private func isLost(_ session: Witness.Session) -> Bool {
        session.leafState != "Established" && session.nodeState != "Established"
    }

    private func neighbor() throws -> [String: Any] { try Witness.neighbor(node.address.description, on: leaf) }

    private func limit() throws -> [String: Any] {
        let families = try neighbor()["addressFamilyInfo"] as? [String: Any]
        return families?["ipv4Unicast"] as? [String: Any] ?? [:]
    }

    /// Seconds for which the leaf has had the session.
    private func age() throws -> TimeInterval {
        (try neighbor()["bgpTimerUpMsec"] as? Double ?? .infinity) / 1000
    }

    // MARK: Routes

    private func isService(_ prefix: String) -> Bool {
        IPPrefix(prefix).map(Lab.topology.serviceSubnet.contains) ?? false
    }

    private func advertised(isService only: Bool = false) throws -> Set<String> {
        let address = node.leafAddresses.last?.description ?? ""
        return try Agreement.exported(node.name.text, to: address).filter { !only || isHost($0) }
    }

    /// The prefixes that the leaf forwards to the node.
    private func installed(isService only: Bool = false) throws -> Set<String> {
        let table = try Agreement.installed(on: leaf).filter { $0.value.contains(node.address.description) }
        return Set(table.keys.filter { !only || isHost($0) })
    }

    /// A service's own address, not the range that every node tells.
    private func isHost(_ prefix: String) -> Bool { isService(prefix) && prefix.hasSuffix("/32") }

    // MARK: Machines

    private func inside(_ key: String, _ command: [String]) throws -> String {
        try Child.run("/usr/bin/nsenter", ["--net=/run/netns/bgpdeck-\(Lab.name)-\(key)", "--"] + command).output
    }

    /// The node's hardware address as the leaf knows it.
    private func hardwareAddress() throws -> String {
        let words = try inside("leaf-\(leaf)", ["ip", "neigh", "show", node.address.description]).split(separator: " ")
        return words.firstIndex(of: "lladdr").map { String(words[$0 + 1]) } ?? ""
    }

    private func ownHardwareAddress() throws -> String {
        let lines = try inside(node.name.text, ["ip", "-o", "link", "show", "eth0"]).split(separator: " ")
        return lines.firstIndex(of: "link/ether").map { String(lines[$0 + 1]) } ?? ""
    }

    private func logIn() throws -> String {
        let configuration = Lab.folder.appending(path: "ssh/config").path
        return try Child.run("/usr/bin/ssh", ["-F", configuration, node.name.text, "true"], limit: 10).errors
    }
}
