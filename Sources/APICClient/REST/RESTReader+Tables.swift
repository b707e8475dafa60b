import Fabric
import Formats
import FoundationEssentials
import Polling

// Tables that come in pages: routes, and the paths that a leaf accepted.
extension RESTReader {
    func routes(of leaf: LeafID, _ result: inout LookResult) async {
        do throws(SourceError) {
            let place = try await directory.place(of: leaf)
            let families: [AddressFamily] = configuration.readsIPv6 ? [.ipv4, .ipv6] : [.ipv4]
            for family in families {
                if let answer = try await table(of: leaf, at: place, family) { result.answers.append(answer) }
            }
            for family in families {
                guard await directory.offersPaths(now()), await directory.mayReadPaths(of: leaf, now()) else { break }
                await paths(of: leaf, at: place, family, &result)
            }
        } catch {
            result.error = error
        }
    }

    /// A table that changes under the reading is read anew, twice at most.
    private func steadily(
        _ leaf: LeafID, _ read: () async throws(SourceError) -> Answer?
    ) async throws(SourceError) -> Answer? {
        var last: SourceError?
        for _ in 0..<3 {
            do throws(SourceError) {
                return try await read()
            } catch {
                guard error.kind == .unreadable, !Task.isCancelled else { throw error }
                last = error
            }
        }
        throw last ?? SourceError(kind: .unreadable, source: .leaf(leaf), operation: "read routes", cause: "", hint: "")
    }

    private func table(of leaf: LeafID, at place: String, _ family: AddressFamily) async throws(SourceError) -> Answer?
    {
        let asked = RESTQueries.routes(place, vrf: configuration.vrf, family: family)
        return try await steadily(leaf) { () async throws(SourceError) -> Answer? in
            let gathering = Gathering(APICRoutes()) { $0.add($1) }
            guard var whole = try await pages(of: leaf, asked, gathering) else { return nil }
            let skew = await directory.skew(of: leaf)
            let tables = gathering.table.tables(now: whole.at, skew: { _ in skew })
            whole.tables = tables
            if tables.isEmpty, let vrf = configuration.vrf {
                let empty = RouteTable(vrf: vrf, family: family, rows: [], nextHopSets: [])
                whole.tables = [.init(leaf: leaf, table: empty)]
            }
            return whole
        }
    }

    /// What the leaf accepted from each neighbor. A release that tells no paths, and a user who may not read them, take
    /// nothing away from the routes: what was accepted is then concluded from counts alone, and that is said once.
    private func paths(of leaf: LeafID, at place: String, _ family: AddressFamily, _ result: inout LookResult) async {
        let asked = RESTQueries.paths(place, vrf: configuration.vrf, family: family)
        do throws(SourceError) {
            let answer = try await steadily(leaf) { () async throws(SourceError) -> Answer? in
                let gathering = Gathering(APICPaths()) { $0.add($1) }
                let whole = try await pages(
                    of: leaf, asked, gathering, isWorth: { await directory.hasPaths($0, on: leaf, now()) })
                guard var whole else { return nil }
                whole.paths = gathering.table.tables()
                return whole
            }
            if let answer { result.answers.append(answer) }
        } catch {
            guard error.kind == .notFound || error.kind == .refused else {
                result.error = error
                return
            }
            guard await directory.lacksPaths(now()) else { return }
            let words = "\(error.cause): accepted prefixes are concluded from counts and routes alone"
            result.facts.append(
                Decoded(
                    observations: [],
                    provenance: Provenance(source: .leaf(leaf), command: asked.query.command, at: now()),
                    diagnostics: [words]))
        }
    }

    /// Reads all pages of a query, each into the table and then into the spool; nil where the first page tells of more
    /// objects than it is worth.
    private func pages<Table>(
        of leaf: LeafID, _ asked: (query: APICQuery, order: String), _ gathering: Gathering<Table>,
        isWorth: (Int) async -> Bool = { _ in true }
    ) async throws(SourceError) -> Answer? {
        connection.transport.beginTable()
        defer { connection.transport.endTable() }
        let source = SourceID.leaf(leaf)
        var whole = Answer(source: source, command: asked.query.command, at: now(), bytes: [])
        whole.asked = whole.at
        var paging = Paging(size: configuration.pageSize)
        var number = 0
        while true {
            let page = asked.query.page(number, size: configuration.pageSize, orderedBy: asked.order)
            var answer = try await ask(page, of: source)
            let envelope = try gathering.add(answer)
            if number == 0, await !isWorth(envelope.total ?? 0) { return nil }
            whole.evidence = await keep(answer) ?? whole.evidence
            let room = answer.bytes
            answer.bytes = []
            connection.transport.giveBack(room)
            switch paging.took(total: envelope.total, count: envelope.count) {
            case .page(let next): number = next
            case .done:
                whole.at = now()
                return whole
            case .again(let why):
                throw SourceError(
                    kind: .unreadable, source: source, operation: page.command, cause: why,
                    hint: "the table changed while it was read, or the controller is overloaded")
            }
        }
    }
}

/// A table while its pages come; used by one task.
private final class Gathering<Table> {
    typealias Take = (inout Table, [UInt8]) -> Parsed<(envelope: APICEnvelope, failure: APIC.Failure?)>

    private(set) var table: Table
    private let take: Take

    init(_ table: Table, _ take: @escaping Take) {
        self.table = table
        self.take = take
    }

    func add(_ answer: Answer) throws(SourceError) -> APICEnvelope {
        let parsed = take(&table, answer.bytes)
        if let refusal = parsed.diagnostics.first(where: { $0.severity == .error }) {
            throw SourceError(
                kind: .unreadable, source: answer.source, operation: answer.command, cause: refusal.message,
                hint: "look at the raw text with i")
        }
        return parsed.value.envelope
    }
}
