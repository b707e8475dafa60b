public import Fabric
import Formats
import FoundationEssentials

// Answers of the REST interface and events of the web socket.
extension Decoding {
    /// Whatever a query's objects tell; of what it asks for and does not get, it tells that there is none.
    mutating func apic(_ query: APICQuery) {
        guard let facts = accept(APIC.facts(answer.bytes)), !refused(facts) else { return }
        observe(bgp: facts, query)
        let asked = query.classes.union(facts.classes)
        func wants(_ names: String...) -> Bool { names.contains { asked.contains($0) } }
        if wants("fabricNode") { observe(.fabricNodes(facts.nodes)) }
        if wants("topSystem") { observe(.fabricSystems(facts.systems)) }
        if wants("vpcDom", "fabricExplicitGEp", "fabricNodePEp") { observe(.pairs(facts.pairs)) }
        if wants("faultInst") { observe(.faults(facts.faults)) }
        if wants("aaaModLR") { observe(.audit(facts.audit)) }
        for (leaf, capacity) in facts.capacity.sorted(by: { $0.key < $1.key }) { observe(.capacity(leaf, capacity)) }
        if !asked.isEmpty, asked.isSubset(of: Self.capacityClasses) { return }
        if decoded.observations.isEmpty, !facts.hasThrottle {
            fail(.notFound, "nothing here reads the objects of this query", "ask for classes that `aci.md` names")
        }
    }

    /// Classes of which a fabric may have no object, and then tells nothing.
    private static let capacityClasses: Set<String> = [
        "eqptcapacityEntity", "eqptcapacityPrefixEntries5min", "configprofileEntity", "topoctrlFwdScaleProf",
    ]

    private mutating func observe(_ observation: Observation) { decoded.observations.append(observation) }

    private mutating func observe(bgp facts: APICFacts, _ query: APICQuery) {
        var news = facts.bgp
        // A leaf without one neighbor left answers with nothing, and that is news.
        let scope = query.bgpScope
        if let leaf = query.leaf, scope.allConfigured || scope.allSessions, news[leaf] == nil { news[leaf] = BGPNews() }
        for (leaf, told) in news.sorted(by: { $0.key < $1.key }) {
            var told = told
            if leaf == query.leaf { told.scope = scope }
            observe(.bgp(leaf, told))
        }
    }

    /// Whether an error object came in the place of objects, or none where some are counted (aci.md 2.3).
    private mutating func refused(_ facts: APICFacts) -> Bool {
        refused(facts.failure, facts.envelope)
    }

    private mutating func refused(_ failure: APIC.Failure?, _ envelope: APICEnvelope) -> Bool {
        if let failure {
            fail(.unreadable, "error \(failure.code): \(excerpt(failure.text))", "see the query")
            return true
        }
        guard let total = envelope.total, total > 0, envelope.count == 0, envelope.subscriptions.isEmpty else {
            return false
        }
        fail(.unreadable, "totalCount is \(total) but no object came", "the controller is overloaded; ask again")
        return true
    }

    /// An event: what is named changes, nothing else.
    mutating func apicEvent() {
        guard let facts = accept(APIC.facts(answer.bytes)) else { return }
        for (leaf, news) in facts.bgp.sorted(by: { $0.key < $1.key }) { observe(.bgpEvent(leaf, news)) }
    }

    /// The parts of one configuration, each the answer of a query.
    mutating func apicConfiguration(_ parts: [Answer]) {
        var objects: [ManagedObject] = []
        for part in parts {
            let envelope = APIC.envelope(part.bytes).value
            guard !refused(envelope.failure, envelope.envelope), let found = accept(APIC.objects(part.bytes)) else {
                return
            }
            objects += found
        }
        let (configuration, problems) = ConfigurationTree.read(objects)
        decoded.diagnostics += problems
        observe(.configuration(configuration))
    }

    /// The pages of one routing table, or of several.
    mutating func apicRoutes(_ pages: [Answer]) {
        if let tables = answer.tables { return observe(tables, isPart: false) }
        var routes = APICRoutes()
        var count = 0
        var total = 0
        for page in pages {
            guard let (envelope, failure) = accept(routes.add(page.bytes)), !refused(failure, envelope) else { return }
            count += envelope.count
            total = max(total, envelope.total ?? 0)
        }
        let tables = routes.tables(now: answer.at, skew: skew)
        if count < total {
            decoded.diagnostics.append("\(count) of \(total) objects came: what is absent is unknown")
        }
        let query = APICQuery(command: answer.command)
        if tables.isEmpty, let leaf = query?.leaf, let vrf = query?.domain {
            let empty = RouteTable(vrf: vrf, family: .ipv4, rows: [], nextHopSets: [])
            return observe([.init(leaf: leaf, table: empty)], isPart: count < total)
        }
        observe(tables, isPart: count < total || query?.option("query-target-filter") != nil)
    }

    private mutating func observe(_ tables: [APICRoutes.Table], isPart: Bool) {
        for table in tables { observe(.routes(table.leaf, table.table, isSelection: isPart)) }
    }

    /// The pages of one BGP table. A page that others are missing of tells nothing: which prefixes it lacks is unknown.
    mutating func apicPaths(_ pages: [Answer]) {
        if let tables = answer.paths { return observe(tables) }
        var paths = APICPaths()
        var count = 0
        var total = 0
        for page in pages {
            guard let (envelope, failure) = accept(paths.add(page.bytes)), !refused(failure, envelope) else { return }
            count += envelope.count
            total = max(total, envelope.total ?? 0)
        }
        if count < total {
            decoded.diagnostics.append("\(count) of \(total) objects came: what is absent is unknown")
        } else {
            observe(paths.tables())
        }
    }

    private mutating func observe(_ tables: [APICPaths.Table]) {
        for table in tables { observe(.paths(table.leaf, table.paths)) }
    }

    private func excerpt(_ text: String) -> String {
        String(text.unicodeScalars.prefix(200).map { $0.properties.generalCategory == .control ? " " : Character($0) })
    }
}

/// Reads the answers of one look or one moment: pages of one query as one, and the parts of a configuration as one.
///
/// - Parameter skew: how many seconds a leaf's clock is ahead of the one that stamped the answers.
public func decode(_ answers: [Answer], skew: @escaping (LeafID) -> Double) -> [Decoded] {
    var pages: [APICQuery: [Answer]] = [:]
    var parts: [Answer] = []
    for answer in answers {
        guard let query = APICQuery(command: answer.command) else { continue }
        if query.isRoutes || query.isPaths { pages[query.withoutPage, default: []].append(answer) }
        if query.isConfiguration { parts.append(answer) }
    }
    var results: [Decoded] = []
    for answer in answers {
        let query = APICQuery(command: answer.command)
        if let query, query.isRoutes || query.isPaths {
            guard let all = pages.removeValue(forKey: query.withoutPage) else { continue }
            results.append(
                decode(answer, skew: skew) { query.isRoutes ? $0.apicRoutes(all) : $0.apicPaths(all) })
        } else if query?.isConfiguration == true {
            guard !parts.isEmpty else { continue }
            results.append(decode(answer, skew: skew) { $0.apicConfiguration(parts) })
            parts = []
        } else {
            results.append(decode(answer))
        }
    }
    return results
}

private func decode(
    _ first: Answer, skew: @escaping (LeafID) -> Double, _ body: (inout Decoding) -> Void
) -> Decoded {
    let provenance = Provenance(source: first.source, command: first.command, at: first.at, evidence: first.evidence)
    var decoding = Decoding(
        answer: first, decoded: Decoded(observations: [], provenance: provenance, asked: nil, diagnostics: []),
        skew: skew)
    body(&decoding)
    return decoding.decoded
}
