import Fabric
import Foundation
import Simulator

/// Comparisons of the console's rows with the daemons' own words.
enum Agreement {
    /// What differs between `bgpdeck sessions` and the daemons. A session may move between two looks: a row agrees with
    /// what a daemon said before it or after it, and what still differs is looked at again.
    /// Of a node that cannot be logged in to (`unread`) only the leaf's end is compared.
    static func sessions(
        attempts: Int = 4, by configuration: Lab.Configuration = .ssh, unread: String? = nil
    ) throws -> [String] {
        var differences: [String] = []
        for _ in 0..<attempts {
            let before = try Witness.sessions()
            let rows = try Lab.rows("sessions", by: configuration)
            let after = try Witness.sessions()
            differences = []
            for (one, other) in zip(before, after) {
                let row = rows.first { $0["node"] as? String == one.node && $0["leaf"] as? Int == one.leaf }
                guard let row else {
                    // A session that neither end knows has no row.
                    if one.leafState != nil || one.nodeState != nil { differences.append("no row of \(one)") }
                    continue
                }
                let found = [one, other].map { session in
                    var session = session
                    if session.node == unread { session.nodeState = nil }
                    return difference(row, session)
                }
                if !found.contains([]) { differences += found[1] }
            }
            if differences.isEmpty { return [] }
            usleep(500_000)
        }
        return differences
    }

    private static func difference(_ row: [String: Any], _ session: Witness.Session) -> [String] {
        var found: [String] = []
        func compare(_ field: String, _ value: Any?, _ truth: Any?) {
            let (value, truth) = (text(value), text(truth))
            if value != truth { found.append("\(session): \(field) is \(value), the daemon says \(truth)") }
        }
        if let state = session.leafState {
            if isTrying(state) == false || isTrying(text(row["leaf_state"])) == false {
                compare("leaf_state", spelled(row["leaf_state"]), spelled(state))
            }
            compare("accepted", row["accepted"], session.accepted)
            // While they disagree the row has the node's own AS, the neighbor on the leaf the one it expects.
            if state == "Established" { compare("node_as", row["node_as"], session.remoteAS) }
        }
        if let state = session.nodeState {
            if isTrying(state) == false || isTrying(text(row["node_state"])) == false {
                // A protocol that is disabled has no row in calicoctl's table.
                compare("node_state", row["node_state"], session.nodePhase == "down" ? nil : state)
            }
            // While they disagree the row has the leaf's own Local-AS, the protocol on the node the one it expects.
            if state == "Established" { compare("leaf_as", row["leaf_as"], session.neighborAS) }
            if session.nodePhase == "up" { compare("advertised", row["advertised"], session.advertised) }
        }
        return found
    }

    /// A state in the words of a leaf's command line: objects have what keeps a session down beside its state.
    private static func spelled(_ state: Any?) -> Any? {
        guard let text = state as? String, let reason = ["(Admin)", "(PfxCt)"].first(where: text.hasSuffix) else {
            return state
        }
        return reason
    }

    /// States that a session without a peer passes through by the second: any of them tells the same.
    static func isTrying(_ state: String) -> Bool {
        ["Idle", "Connect", "Active", "OpenSent", "OpenConfirm", "Closing"].contains(state)
    }

    private static func text(_ value: Any?) -> String {
        switch value {
        case nil, is NSNull: "nothing"
        case let value?: "\(value)"
        }
    }

    /// The prefixes that BIRD exports to a neighbor.
    static func exported(_ node: String, to address: String) throws -> Set<String> {
        let lines = try Witness.bird(node, "show route export Node_" + address.replacing(".", with: "_"))
        return Set(lines.compactMap { $0.split(separator: " ").first.map(String.init) }.filter { $0.contains("/") })
    }

    /// The next hops of every prefix in a leaf's table, as zebra has handed them to the kernel.
    static func installed(on leaf: Int) throws -> [String: Set<String>] {
        let table = try Witness.frr(leaf, "show ip route", daemon: "zebra")
        var found: [String: Set<String>] = [:]
        for (prefix, entries) in table {
            for entry in entries as? [[String: Any]] ?? [] where entry["selected"] as? Bool == true {
                for hop in entry["nexthops"] as? [[String: Any]] ?? [] where hop["fib"] as? Bool == true {
                    if let address = hop["ip"] as? String { found[prefix, default: []].insert(address) }
                }
            }
        }
        return found
    }

    /// How many ready endpoints of each service with a Local policy, by `namespace/name`, each node hosts.
    static func endpointCounts() throws -> [String: [String: Int]] {
        let local = Set(
            try Witness.kubernetes("services").filter {
                ($0["spec"] as? [String: Any])?["externalTrafficPolicy"] as? String == "Local"
            }.map(name))
        var found: [String: [String: Int]] = [:]
        for item in try Witness.kubernetes("endpoints") where local.contains(name(item)) {
            for subset in item["subsets"] as? [[String: Any]] ?? [] {
                for address in subset["addresses"] as? [[String: Any]] ?? [] {
                    guard let node = address["nodeName"] as? String else { continue }
                    found[name(item), default: [:]][node, default: 0] += 1
                }
            }
        }
        return found
    }

    /// The nodes with ready endpoints of each service with a Local policy.
    static func endpointNodes() throws -> [String: Set<String>] {
        try endpointCounts().mapValues { Set($0.keys) }
    }

    private static func name(_ item: [String: Any]) -> String {
        let metadata = item["metadata"] as? [String: Any] ?? [:]
        return "\(metadata["namespace"] ?? "")/\(metadata["name"] ?? "")"
    }
}
