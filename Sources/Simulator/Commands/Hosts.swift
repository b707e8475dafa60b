public import Fabric

/// A machine of the simulated fabric that ssh reaches.
public enum SimulatedHost: Sendable, Hashable {
    /// A controller: `fabric N show …`.
    case controller
    /// A leaf: `show …`.
    case leaf(LeafID)
    /// A node: `calicoctl`, `birdcl`.
    case node(NodeName)
}

extension SimulatedFabric {
    /// The machine with a host name, nil where none has it.
    public func host(named name: String) -> SimulatedHost? {
        if name == topology.controller { return .controller }
        if let leaf = topology.leaves.first(where: { $0.name == name }) { return .leaf(leaf.id) }
        return nodePlans[NodeName(name)].map { .node($0.name) }
    }

    /// The fault in force on the way to a host, one of the `source-…` kinds.
    public func sourceFault(of host: String) -> FaultKind? { conditions.sources[host] }

    /// Whether a machine answers ssh at all: not without power, and not while a leaf reloads.
    public func isReachable(_ host: SimulatedHost) -> Bool {
        switch host {
        case .controller: true
        case .leaf(let leaf): !conditions.reloading.contains(leaf)
        case .node(let node): !conditions.powerless.contains(node)
        }
    }

    /// Runs a command line on a machine, as its login shell or command line would.
    public mutating func run(_ line: String, on host: SimulatedHost) -> CommandReply {
        let words = words(line)
        if case .node = host {} else { prepareTables() }
        switch host {
        case .controller: return controllerCommand(words)
        case .leaf(let leaf):
            guard let plan = topology.leaf(leaf) else { return CommandReply(status: 1) }
            return leafCommand(words, plan)
        case .node(let node): return nodeCommand(words, node)
        }
    }

    /// `fabric N[,N…] show …`: each leaf's answer under its banner.
    private func controllerCommand(_ words: [String]) -> CommandReply {
        guard words.first == "fabric", words.count > 2 else {
            return CommandReply(errors: "Error: Invalid command\n", status: 1)
        }
        var reply = CommandReply()
        for number in words[1].split(separator: ",") {
            guard let leaf = topology.leaves.first(where: { $0.id.description == number || $0.name == number }) else {
                return CommandReply(errors: "Error: Invalid node \(number)\n", status: 1)
            }
            reply.output += banner(leaf)
            guard !conditions.reloading.contains(leaf.id) else {
                reply.errors += "ssh: connect to host \(leaf.tep) port 22: No route to host\n"
                reply.status = 255
                continue
            }
            if conditions.has(.leafStopped, leaf.id) || conditions.has(.leafKilled, leaf.id) {
                let isStopped = conditions.has(.leafStopped, leaf.id)
                reply.errors += isStopped ? "Error: the command timed out\n" : "Error: BGP is not running\n"
                reply.status = 1
                continue
            }
            let answer = leafCommand(Array(words.dropFirst(2)), leaf)
            reply.output += answer.output
            reply.errors += answer.errors
            if answer.status != 0 { reply.status = answer.status }
        }
        return reply
    }

    /// `show ip bgp summary vrf V`, `show bgp ipv4 unicast vrf V`, `show ip route [P] vrf V` and their longer spellings.
    private func leafCommand(_ words: [String], _ leaf: Topology.LeafPlan) -> CommandReply {
        var rest = words
        var vrf: String?
        if let at = rest.firstIndex(of: "vrf") {
            vrf = rest.indices.contains(at + 1) ? rest[at + 1] : ""
            rest.removeSubrange(at..<min(at + 2, rest.count))
        }
        let command = rest.joined(separator: " ")
        let isSummary = ["show ip bgp summary", "show bgp ipv4 unicast summary"].contains(command)
        let isTable = command == "show bgp ipv4 unicast"
        guard isSummary || isTable || rest.prefix(3) == ["show", "ip", "route"] else {
            return CommandReply(errors: "% Invalid command at '^' marker.\n", status: 16)
        }
        guard vrf == topology.vrf || vrf == "all" else {
            return CommandReply(output: "Unknown vrf \(vrf ?? "default")\n")
        }
        if isSummary { return CommandReply(output: bgpSummary(leaf)) }
        if isTable { return CommandReply(output: bgpTable(leaf)) }
        guard rest.count > 3 else { return CommandReply(output: routes(leaf)) }
        guard let text = route(rest[3], leaf) else {
            return CommandReply(errors: "% Invalid command at '^' marker.\n", status: 16)
        }
        return CommandReply(output: text)
    }

    /// `[sudo [-n]] calicoctl …` and `[sudo [-n]] birdcl …`; the login is root's, so that sudo
    /// changes nothing.
    private mutating func nodeCommand(_ words: [String], _ node: NodeName) -> CommandReply {
        var rest = words
        if rest.first == "sudo" {
            rest.removeFirst()
            while rest.first?.hasPrefix("-") == true { rest.removeFirst() }
        }
        let tool = rest.first?.split(separator: "/").last.map(String.init) ?? ""
        rest = Array(rest.dropFirst())
        switch (tool, rest.first) {
        case ("calicoctl", "node") where rest.dropFirst().first == "status":
            return nodeStatus(node)
        case ("birdcl", _): return birdcl(rest, on: node)
        default: return CommandReply(errors: "bash: line 1: \(tool): command not found\n", status: 127)
        }
    }
}
