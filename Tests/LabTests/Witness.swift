import Fabric
import Foundation
import Simulator

/// What the daemons themselves say, by their own tools and without the console's parsers.
enum Witness {
    /// One session from both ends.
    struct Session: Equatable, CustomStringConvertible {
        var node: String
        var leaf: Int
        /// FRR's word, as NX-OS prints it; nil: the leaf has no such neighbor, or does not answer.
        var leafState: String?
        var accepted: Int?
        var remoteAS: Int?
        /// The protocol's state: `up`, `start`, `wait`, `down`; nil: there is none, or BIRD does not answer.
        var nodePhase: String?
        /// The state of BGP: `Established`, `Active`.
        var nodeState: String?
        /// What follows the state in INFO.
        var nodeError: String?
        var neighborAS: Int?
        var advertised: Int?

        var description: String {
            let ends = [nodePhase, nodeState, nodeError].compactMap { $0 }.joined(separator: " ")
            return "\(node)/\(leaf): node [\(ends)] leaf [\(leafState ?? "none") \(accepted.map(String.init) ?? "-")]"
        }
    }

    /// A leaf's answer in FRR's own JSON.
    static func frr(_ leaf: Int, _ command: String, daemon: String = "bgpd") throws -> [String: Any] {
        let socket = Lab.folder.appending(path: "leaves/leaf-\(leaf)").path
        let child = try Child.run(
            "/usr/bin/vtysh", ["--vty_socket", socket, "-d", daemon, "-c", command + " json"], limit: 3)
        return child.json as? [String: Any] ?? [:]
    }

    /// What a leaf says of one neighbor; empty where it has none or does not answer.
    static func neighbor(_ address: String, on leaf: Int) throws -> [String: Any] {
        try frr(leaf, "show bgp neighbors \(address)")[address] as? [String: Any] ?? [:]
    }

    /// A node's answer to a command of BIRD.
    static func bird(_ node: String, _ command: String) throws -> [String] {
        let socket = Lab.folder.appending(path: "nodes/\(node)/bird.ctl").path
        let child = try Child.run(
            "/usr/sbin/birdc", ["-s", socket] + command.split(separator: " ").map(String.init), limit: 3)
        guard child.status == 0 else { return [] }
        return child.output.split(separator: "\n").map(String.init)
    }

    /// An object or a list of the Kubernetes API.
    static func kubernetes(_ resource: String) throws -> [[String: Any]] {
        let child = try kubectl(["get", resource, "-A", "-o", "json"])
        return (child.json as? [String: Any])?["items"] as? [[String: Any]] ?? []
    }

    /// Every session of the figure's design.
    static func sessions(of node: String? = nil) throws -> [Session] {
        var summaries: [Int: [String: Any]] = [:]
        var sessions: [Session] = []
        for plan in Lab.topology.nodes where node == nil || plan.name.text == node {
            let protocols = try bird(plan.name.text, "show protocols all")
            for (leaf, address) in zip(Lab.topology.rack(plan.rack)?.leaves ?? [], plan.leafAddresses) {
                let number = Int(leaf.description) ?? 0
                if summaries[number] == nil {
                    summaries[number] =
                        try frr(number, "show bgp ipv4 unicast summary")["peers"] as? [String: Any] ?? [:]
                }
                var session = Session(node: plan.name.text, leaf: number)
                session.read(leaf: summaries[number]?[plan.address.description] as? [String: Any])
                try session.read(bird: protocols, address: address.description)
                sessions.append(session)
            }
        }
        return sessions
    }
}

extension Witness.Session {
    fileprivate mutating func read(leaf peer: [String: Any]?) {
        guard let peer, let state = peer["state"] as? String else { return }
        leafState = ["Idle (Admin)": "Shut (Admin)", "Clearing": "Closing"][state] ?? state
        accepted = state == "Established" ? peer["pfxRcd"] as? Int : nil
        remoteAS = peer["remoteAs"] as? Int
    }

    fileprivate mutating func read(bird lines: [String], address: String) throws {
        let name = "Node_" + address.replacing(".", with: "_")
        guard let first = lines.firstIndex(where: { $0.hasPrefix(name + " ") }) else { return }
        let words = lines[first].split(separator: " ").map(String.init)
        nodePhase = words[3]
        let info = words.dropFirst(5)
        nodeError = info.count > 1 ? info.dropFirst().joined(separator: " ") : nil
        for line in lines[(first + 1)...].prefix(while: { $0.hasPrefix(" ") }) {
            let parts = line.split(separator: ":", maxSplits: 1).map { $0.trimmingCharacters(in: .whitespaces) }
            if parts[0] == "BGP state" { nodeState = parts[1] }
            if parts[0] == "Neighbor AS" { neighborAS = Int(parts[1]) }
        }
        let routes = try Witness.bird(node, "show route export \(name)")
        advertised = Set(routes.compactMap { $0.split(separator: " ").first }.filter { $0.contains("/") }).count
    }
}
