import Fabric
import Formats
import FoundationEssentials
import Polling

/// Performs looks over REST.
struct RESTReader: Sendable {
    let connection: RESTConnection
    let directory: FabricDirectory
    let now: @Sendable () -> Date
    /// Keeps the raw bytes of a page that is read as it comes.
    let keep: @Sendable (Answer) async -> Evidence?

    private var configuration: RESTConfiguration { connection.configuration }

    /// Asks what a look consists of; what failed does not take away what answered.
    func perform(_ look: Look) async -> LookResult {
        var result = LookResult(look: look, answers: [])
        switch look {
        case .leafSummary(let leaf): await summary(of: leaf, &result)
        case .leafRoutes(let leaf, _): await routes(of: leaf, &result)
        case .fabric: await fabric(&result)
        case .fabricConfiguration: await fabricConfiguration(&result)
        case .node, .cluster, .pods:
            result.error = SourceError(
                kind: .notFound, source: look.source, operation: "read", cause: "the fabric's port reads leaves only",
                hint: "")
        }
        result.traffic = await connection.traffic()
        return result
    }

    private func ask(_ query: APICQuery, of source: SourceID) async throws(SourceError) -> Answer {
        let asked = now()
        var answer = Answer(
            source: source, command: query.command, at: asked, bytes: try await connection.get(query, for: source))
        answer.asked = asked
        answer.at = now()
        return answer
    }

    private func summary(of leaf: LeafID, _ result: inout LookResult) async {
        do throws(SourceError) {
            let place = try await directory.place(of: leaf)
            let query = RESTQueries.bgp(place, vrf: configuration.vrf)
            let answer = try await ask(query, of: .leaf(leaf))
            result.answers.append(answer)
            if APIC.envelope(answer.bytes).value.envelope.count == 0 { throw absent(leaf, query) }
        } catch {
            result.error = error
        }
    }

    private func absent(_ leaf: LeafID, _ query: APICQuery) -> SourceError {
        SourceError(
            kind: .notFound, source: .leaf(leaf), operation: query.command,
            cause: configuration.vrf.map { "VRF \($0) runs no BGP on this leaf" } ?? "no BGP runs on this leaf",
            hint: "check `vrf` in the configuration, and that the leaf has an L3Out in it")
    }

    // MARK: Routes

    private func routes(of leaf: LeafID, _ result: inout LookResult) async {
        do throws(SourceError) {
            let place = try await directory.place(of: leaf)
            let families: [AddressFamily] = configuration.readsIPv6 ? [.ipv4, .ipv6] : [.ipv4]
            for family in families {
                result.answers.append(try await table(of: leaf, at: place, family))
            }
        } catch {
            result.error = error
        }
    }

    /// A table that changes under the reading is read anew, twice at most.
    private func table(of leaf: LeafID, at place: String, _ family: AddressFamily) async throws(SourceError) -> Answer {
        var last: SourceError?
        for _ in 0..<3 {
            do throws(SourceError) {
                return try await pages(of: leaf, at: place, family)
            } catch {
                guard error.kind == .unreadable, !Task.isCancelled else { throw error }
                last = error
            }
        }
        throw last ?? SourceError(kind: .unreadable, source: .leaf(leaf), operation: "read routes", cause: "", hint: "")
    }

    private func pages(of leaf: LeafID, at place: String, _ family: AddressFamily) async throws(SourceError) -> Answer {
        let (query, order) = RESTQueries.routes(place, vrf: configuration.vrf, family: family)
        let source = SourceID.leaf(leaf)
        var whole = Answer(source: source, command: query.command, at: now(), bytes: [])
        whole.asked = whole.at
        var paging = Paging(size: configuration.pageSize)
        let gathering = TableGathering()
        var number = 0
        while true {
            let page = query.page(number, size: configuration.pageSize, orderedBy: order)
            let answer = try await ask(page, of: source)
            let envelope = try gathering.add(answer)
            whole.evidence = await keep(answer) ?? whole.evidence
            switch paging.took(total: envelope.total, count: envelope.count) {
            case .page(let next): number = next
            case .done:
                whole.at = now()
                whole.tables = gathering.tables(
                    now: whole.at, skew: await directory.skew(of: leaf), leaf: leaf, vrf: configuration.vrf,
                    family: family)
                return whole
            case .again(let why):
                throw SourceError(
                    kind: .unreadable, source: source, operation: page.command, cause: why,
                    hint: "the table changed while it was read, or the controller is overloaded")
            }
        }
    }

    // MARK: The fabric

    private func fabric(_ result: inout LookResult) async {
        for query in RESTQueries.fabric { await add(query, to: &result) }
        for answer in result.answers { await directory.learn(from: answer) }
    }

    private func fabricConfiguration(_ result: inout LookResult) async {
        for query in RESTQueries.configuration { await add(query, to: &result) }
        guard let vrf = configuration.vrf else { return }
        do throws(SourceError) {
            result.answers += try await outsides(vrf: vrf)
        } catch {
            result.error = result.error ?? error
            return
        }
        for query in RESTQueries.surroundings {
            do throws(SourceError) {
                result.answers.append(try await ask(query, of: .apic))
            } catch {
                // What a user may not read, or a release does not know, stays unknown; the audit says so where it matters.
                if error.kind != .refused, error.kind != .notFound { result.error = result.error ?? error }
            }
        }
    }

    /// The L3Outs of a VRF with the policies that they may name: all of it or nothing, since a tree without its
    /// policies would look like one that has none.
    private func outsides(vrf: String) async throws(SourceError) -> [Answer] {
        let found = try await ask(RESTQueries.outsides(vrf: vrf), of: .apic)
        let names = APIC.names(of: "l3extRsEctx", in: found.bytes).map { $0.parts.dropLast().joined(separator: "/") }
        var answers: [Answer] = []
        for name in names.sorted() { answers.append(try await ask(RESTQueries.outside(name), of: .apic)) }
        // A tenant's own policy goes before one of the same name in `common`: what is read later counts.
        let tenants = Set(names.compactMap { DistinguishedName($0).value(after: "tn-") })
        for tenant in ["common"] + tenants.subtracting(["common"]).sorted() {
            answers.append(try await ask(RESTQueries.policies(tenant: tenant), of: .apic))
        }
        return answers
    }

    private func add(_ query: APICQuery, to result: inout LookResult) async {
        do throws(SourceError) {
            result.answers.append(try await ask(query, of: .apic))
        } catch {
            result.error = result.error ?? error
        }
    }
}

/// A table while its pages come; used by one task.
private final class TableGathering {
    private var routes = APICRoutes()

    func add(_ answer: Answer) throws(SourceError) -> APICEnvelope {
        let parsed = routes.add(answer.bytes)
        if let refusal = parsed.diagnostics.first(where: { $0.severity == .error }) {
            throw SourceError(
                kind: .unreadable, source: answer.source, operation: answer.command, cause: refusal.message,
                hint: "look at the raw text with i")
        }
        return parsed.value.envelope
    }

    func tables(now: Date, skew: Double, leaf: LeafID, vrf: String?, family: AddressFamily) -> [APICRoutes.Table] {
        let tables = routes.tables(now: now, skew: { _ in skew })
        guard tables.isEmpty, let vrf else { return tables }
        return [.init(leaf: leaf, table: RouteTable(vrf: vrf, family: family, rows: [], nextHopSets: []))]
    }
}
