import Fabric
import Formats

/// Reads an answer with the parser that its command calls for.
///
/// An answer of a command that nobody reads, or whose bytes the parser refuses, is an error that names the source;
/// single lines that could not be placed are diagnostics and the rest counts.
public func decode(_ answer: Answer) -> Decoded {
    let provenance = Provenance(
        source: answer.source, command: answer.command, at: answer.at, evidence: answer.evidence)
    var decoding = Decoding(
        answer: answer,
        decoded: Decoded(observations: [], provenance: provenance, asked: answer.asked, diagnostics: []))
    guard let kind = CommandKind(command: answer.command) else {
        decoding.fail(
            .notFound, "no parser reads the output of this command",
            "see `bgpdeck parse --help` for those that are read")
        return decoding.decoded
    }
    switch kind {
    case .bgpSummary: decoding.summaries()
    case .routes(let prefix): decoding.routes(isSelection: prefix != nil)
    case .bgpTable: decoding.bgpTables()
    case .apic(let query) where query.isRoutes: decoding.apicRoutes([answer])
    case .apic(let query) where query.isPaths: decoding.apicPaths([answer])
    case .apic(let query) where query.isConfiguration: decoding.apicConfiguration([answer])
    case .apic(let query): decoding.apic(query)
    case .apicEvent: decoding.apicEvent()
    case .resource(let resource, let isComplete): decoding.resource(resource, isComplete: isComplete)
    default: decoding.node(kind)
    }
    return decoding.decoded
}

/// The decoding of one answer.
struct Decoding {
    let answer: Answer
    var decoded: Decoded
    /// How many seconds a leaf's clock is ahead.
    var skew: (LeafID) -> Double = { _ in 0 }

    mutating func fail(_ kind: SourceError.Kind, _ cause: String, _ hint: String) {
        decoded.error = SourceError(
            kind: kind, source: subject, operation: answer.command, cause: cause, hint: hint)
    }

    /// Whom an answer that cannot be read is about: the leaf of its banner, else of its command, else its source.
    var subject: SourceID {
        switch answer.source {
        case .apic, .leaf: leaf(CommandKind.banner(in: answer.bytes)).map(SourceID.leaf) ?? answer.source
        case .node, .kubernetes: answer.source
        }
    }

    /// Takes a parser's result: its diagnostics, and its value unless the whole was refused.
    mutating func accept<Value>(_ parsed: Parsed<Value>) -> Value? {
        decoded.diagnostics += parsed.diagnostics.filter { $0.severity != .note }.map(\.description)
        guard let refusal = parsed.diagnostics.first(where: { $0.severity == .error }) else { return parsed.value }
        let words = refusal.excerpt.isEmpty ? refusal.message : "\(refusal.message): \(refusal.excerpt)"
        fail(.unreadable, "line \(refusal.line): \(words)", "look at the raw text with i")
        return nil
    }

    /// The leaf of a table: its banner's, else the command's, else the source's.
    func leaf(_ banner: Int?) -> LeafID? {
        if let banner { return LeafID(banner) }
        if let named = CommandKind.leaf(ofCommand: answer.command) { return named }
        if case .leaf(let id) = answer.source { return id }
        return nil
    }

    mutating func summaries() {
        guard let tables = accept(NXOS.summary(answer.bytes)) else { return }
        for (leaf, tables) in Dictionary(grouping: tables, by: { leaf($0.node) }).sorted(by: {
            ($0.key?.number ?? 0) < ($1.key?.number ?? 0)
        }) {
            guard let leaf else {
                fail(.unreadable, "nothing says which leaf the table is of", "take it through `fabric N`, or as leaf/N")
                continue
            }
            decoded.observations.append(.summaries(leaf, tables))
        }
    }

    mutating func routes(isSelection: Bool) {
        guard let columns = accept(NXOS.routes(answer.bytes)) else { return }
        for (banner, table) in columns.tables() {
            guard let leaf = leaf(banner) else {
                fail(.unreadable, "nothing says which leaf the table is of", "take it through `fabric N`, or as leaf/N")
                continue
            }
            decoded.observations.append(.routes(leaf, table, isSelection: isSelection))
        }
    }

    /// What a leaf accepted from each neighbor: its paths that came over eBGP, whose next hop is the neighbor itself in
    /// this design; one that is no longer there (`h`, `x`) is none.
    ///
    /// Text that cannot be read takes nothing away from what else the leaf tells: what was accepted is then concluded
    /// from counts and routes.
    mutating func bgpTables() {
        let parsed = NXOS.bgpTables(answer.bytes)
        decoded.diagnostics += parsed.diagnostics.filter { $0.severity != .note }.map(\.description)
        for table in parsed.value where table.scope == .all {
            guard let leaf = leaf(table.node) else { continue }
            var prefixes: [IPAddress: [IPPrefix]] = [:]
            for path in table.paths where path.type == "e" && !path.marks.contains(where: { "hx".contains($0) }) {
                prefixes[path.nextHop, default: []].append(path.prefix)
            }
            let family: AddressFamily = table.family?.hasPrefix("ipv6") == true ? .ipv6 : .ipv4
            guard !prefixes.isEmpty else { continue }
            decoded.observations.append(
                .paths(leaf, AcceptedPaths(vrf: table.vrf, family: family, prefixes: prefixes)))
        }
    }

    mutating func node(_ kind: CommandKind) {
        guard case .node(let node) = answer.source else {
            fail(.unreadable, "the output of a node came from \(answer.source)", "name it node/NAME")
            return
        }
        switch kind {
        case .calicoStatus:
            if let status = accept(Calico.nodeStatus(answer.bytes)) {
                decoded.observations.append(.calicoStatus(node, status))
            }
        case .birdProtocols(let name):
            if let peers = accept(BIRD.peers(answer.bytes)) {
                decoded.observations.append(.protocols(node, peers, only: name))
            }
        case .birdRoutes:
            if let routes = accept(BIRD.routes(answer.bytes)) {
                decoded.observations.append(.nodeRoutes(node, routes))
            }
        case .birdExport(let name):
            if let routes = accept(BIRD.routes(answer.bytes)) {
                decoded.observations.append(.exports(node, protocolName: name, routes))
            }
        case .birdStatus:
            if let status = accept(BIRD.status(answer.bytes)) {
                decoded.observations.append(.birdStatus(node, status))
            }
        default: break
        }
    }

    mutating func resource(_ resource: CommandKind.Resource, isComplete: Bool) {
        switch resource {
        case .nodes: accept(Kubernetes.nodes(answer.bytes)).map { decoded.observations.append(.kubernetesNodes($0)) }
        case .services: accept(Kubernetes.services(answer.bytes)).map { decoded.observations.append(.services($0)) }
        case .endpointSlices, .endpoints:
            accept(Kubernetes.endpoints(answer.bytes)).map { decoded.observations.append(.endpoints($0)) }
        case .pods:
            accept(Kubernetes.pods(answer.bytes)).map {
                decoded.observations.append(.pods($0, of: isComplete ? nil : selectedNode))
            }
        case .disruptionBudgets:
            accept(Kubernetes.disruptionBudgets(answer.bytes)).map { decoded.observations.append(.budgets($0)) }
        case .calicoPeers:
            accept(Calico.peers(answer.bytes)).map { decoded.observations.append(.calicoPeers($0)) }
        case .bgpConfigurations:
            accept(Calico.bgpConfiguration(answer.bytes)).map {
                decoded.observations.append(.bgpConfiguration($0))
            }
        case .daemonSets:
            accept(Calico.variables(answer.bytes)).map { decoded.observations.append(.calicoVariables($0)) }
        case .blockAffinities:
            accept(Calico.blockAffinities(answer.bytes)).map { decoded.observations.append(.blocks($0)) }
        case .pools: accept(Calico.pools(answer.bytes)).map { decoded.observations.append(.pools($0)) }
        case .ipamBlocks: accept(Calico.ipamBlocks(answer.bytes)).map { decoded.observations.append(.ipam($0)) }
        case .filters: accept(Calico.filters(answer.bytes)).map { decoded.observations.append(.filters($0)) }
        case .clusterInformation:
            let told = accept(Calico.version(answer.bytes)) ?? nil
            if let told { decoded.observations.append(.calicoVersion(told)) }
        }
    }

    /// The node of `--field-selector spec.nodeName=N`.
    private var selectedNode: NodeName? {
        answer.command.split(whereSeparator: { $0 == " " || $0 == "=" || $0 == "," }).map(String.init)
            .drop { $0 != "spec.nodeName" }.dropFirst().first.map(NodeName.init)
    }
}
