import Fabric

/// A row of BIRD's `show protocols`.
struct ProtocolRow: Sendable, Hashable {
    var name: String
    var kind: String
    var state: String
    var since: Duration
    var info: String
    /// The session behind a BGP row.
    var key: SessionKey?
    /// The other node behind a mesh row.
    var mesh: NodeName?
}

extension SimulatedFabric {
    static let birdVersion = "v0.3.3+birdv1.6.8"

    /// BIRD's name of the protocol to an address.
    static func protocolName(_ prefix: String, _ address: IPAddress) -> String {
        prefix + String(decoding: address.description.utf8.map { isMark($0) ? UInt8(ascii: "_") : $0 }, as: UTF8.self)
    }

    private static func isMark(_ byte: UInt8) -> Bool { byte == UInt8(ascii: ".") || byte == UInt8(ascii: ":") }

    /// The protocols of a node's BIRD; the order of the BGP rows changes with each reconfiguration.
    func protocolRows(_ node: NodeName) -> [ProtocolRow] {
        guard let daemon = daemons[node] else { return [] }
        let kernel = daemon.recoveryUntil == nil ? "up" : "wait"
        var rows = [
            ("static1", "Static", "up"), ("kernel1", "Kernel", kernel), ("device1", "Device", "up"),
            ("direct1", "Direct", "up"),
        ].map {
            ProtocolRow(name: $0.0, kind: $0.1, state: $0.2, since: daemon.startedAt, info: "")
        }
        var peers = keys(of: node).compactMap(peerRow)
        if daemon.configuration.isMeshEnabled { peers += meshRows(node, daemon) }
        for (address, _) in daemon.configuration.strayPeers.sorted(by: { $0.key < $1.key }) {
            peers.append(
                ProtocolRow(
                    name: SimulatedFabric.protocolName("Node_", address), kind: "BGP", state: "start",
                    since: daemon.reconfiguredAt, info: "Connect       Socket: No route to host"))
        }
        let turn = peers.isEmpty ? 0 : Int(bitPattern: daemon.reconfiguredAt.wholeSeconds.magnitude) % peers.count
        rows += peers[turn...] + peers[..<turn]
        return rows
    }

    private func peerRow(_ key: SessionKey) -> ProtocolRow? {
        guard let plan = nodePlans[key.node], let address = topology.address(of: key.leaf, towards: plan),
            let end = sessions[key]?.node, end.neighborAS != nil
        else { return nil }
        let info = end.phase == .down ? "" : end.state.rawValue.padded(14) + (end.error ?? "")
        return ProtocolRow(
            name: SimulatedFabric.protocolName("Node_", address), kind: "BGP", state: end.phase.rawValue,
            since: end.since, info: info, key: key)
    }

    private func meshRows(_ node: NodeName, _ daemon: Daemon) -> [ProtocolRow] {
        topology.nodes.filter { $0.name != node }.map { other in
            let peer = daemons[other.name]
            let isUp = peer?.isRunning == true && peer?.configuration.isMeshEnabled == true
            let since = max(daemon.reconfiguredAt, peer?.reconfiguredAt ?? .zero) + .seconds(2)
            return ProtocolRow(
                name: SimulatedFabric.protocolName("Mesh_", other.address), kind: "BGP",
                state: isUp && since <= now ? "up" : "start", since: since,
                info: isUp && since <= now ? "Established   " : "Connect       Socket: No route to host",
                mesh: other.name)
        }
    }

    /// A time as BIRD prints it in tables: the clock while younger than 20 h, the day after that; unchanged times
    /// jitter by a second from poll to poll.
    func birdTime(_ moment: Duration) -> String {
        let age = now - moment
        if age >= .seconds(72_000) { return exactTime(moment) }
        let noise = SeededRandom.mix(seed ^ UInt64(bitPattern: Int64(now.wholeSeconds / 3)))
        return Clock.time(date(moment + (noise % 5 == 0 && age > .seconds(10) ? .seconds(1) : .zero)))
    }

    /// The same without the jitter.
    func exactTime(_ moment: Duration) -> String {
        now - moment >= .seconds(72_000) ? Clock.day(date(moment)) : Clock.time(date(moment))
    }

    private func line(_ row: ProtocolRow) -> String {
        [
            row.name.padded(8), row.kind.padded(8), "master".padded(8), row.state.padded(6),
            birdTime(row.since).padded(11),
        ]
        .joined(separator: " ") + " " + row.info
    }

    /// `show protocols [all] [NAME|"PATTERN"]`.
    func birdProtocols(_ node: NodeName, name: String?, all: Bool) -> BIRDReply {
        var rows = protocolRows(node)
        if let name {
            let isPattern = name.hasPrefix("\"")
            rows = rows.filter { isPattern ? Wildcard.matches(name.filter { $0 != "\"" }, $0.name) : $0.name == name }
            if rows.isEmpty {
                return isPattern
                    ? BIRDReply(8003, "No protocols match") : BIRDReply(9002, "\(name) is not a protocol")
            }
        }
        var lines = [BIRDReply.Line(code: 2002, text: "name     proto    table    state  since       info")]
        let table = all ? birdRoutes(node) : []
        for row in rows {
            lines.append(BIRDReply.Line(code: 1002, text: line(row)))
            if all { lines += details(node, row, table).map { BIRDReply.Line(code: 1006, text: $0) } }
        }
        lines.append(BIRDReply.Line(code: 0, text: ""))
        return BIRDReply(lines)
    }

    /// `show status`.
    func birdStatus(_ node: NodeName) -> BIRDReply {
        guard let daemon = daemons[node], let plan = nodePlans[node] else { return BIRDReply(9001, "syntax error") }
        func stamp(_ moment: Duration) -> String { Clock.day(date(moment)) + " " + Clock.time(date(moment)) }
        var lines = [
            BIRDReply.Line(code: 1000, text: "BIRD " + SimulatedFabric.birdVersion),
            BIRDReply.Line(code: 1011, text: "Router ID is \(daemon.configuration.address ?? plan.address)"),
            BIRDReply.Line(code: 1011, text: "Current server time is " + stamp(now)),
            BIRDReply.Line(code: 1011, text: "Last reboot on " + stamp(daemon.startedAt)),
            BIRDReply.Line(code: 1011, text: "Last reconfiguration on " + stamp(daemon.reconfiguredAt)),
        ]
        if let until = daemon.recoveryUntil {
            lines += [
                BIRDReply.Line(code: 24, text: "Graceful restart recovery in progress"),
                BIRDReply.Line(code: 24, text: "  Waiting for \(recoveringPeers(node)) protocols to recover"),
                BIRDReply.Line(code: 24, text: "  Wait timer is \(max(0, (until - now).wholeSeconds))/240"),
            ]
        }
        return BIRDReply(lines + [BIRDReply.Line(code: 13, text: "Daemon is up and running")])
    }
}

/// Shell-like patterns of protocol names: `*` and `?`.
enum Wildcard {
    static func matches(_ pattern: String, _ text: String) -> Bool {
        match(Array(pattern.utf8)[...], Array(text.utf8)[...])
    }

    private static func match(_ pattern: ArraySlice<UInt8>, _ text: ArraySlice<UInt8>) -> Bool {
        guard let first = pattern.first else { return text.isEmpty }
        if first == UInt8(ascii: "*") {
            let rest = pattern.drop { $0 == UInt8(ascii: "*") }
            return text.indices.contains { match(rest, text[$0...]) } || match(rest, text[text.endIndex...])
        }
        guard let head = text.first, first == UInt8(ascii: "?") || first == head else { return false }
        return match(pattern.dropFirst(), text.dropFirst())
    }
}
