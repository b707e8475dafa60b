import Fabric
import Formats
import FoundationEssentials
import Polling
import Synchronization

/// Performs looks over REST.
struct RESTReader: Sendable {
    let connection: RESTConnection
    let directory: FabricDirectory
    let now: @Sendable () -> Date
    /// Keeps the raw bytes of a page that is read as it comes.
    let keep: @Sendable (Answer) async -> Evidence?
    /// Counts the questions of one look.
    private var asked = Asked()

    private final class Asked: Sendable {
        private let questions = Atomic<Int>(0)

        var count: Int { questions.load(ordering: .relaxed) }

        func note() { questions.add(1, ordering: .relaxed) }
    }

    init(
        connection: RESTConnection, directory: FabricDirectory, now: @escaping @Sendable () -> Date,
        keep: @escaping @Sendable (Answer) async -> Evidence?
    ) {
        self.connection = connection
        self.directory = directory
        self.now = now
        self.keep = keep
    }

    var configuration: RESTConfiguration { connection.configuration }

    /// Asks what a look consists of; what failed does not take away what answered.
    func perform(_ look: Look) async -> LookResult {
        var counting = self
        counting.asked = Asked()
        var result = await counting.answer(look)
        if result.error == nil { await connection.note(counting.asked.count, for: look) }
        result.traffic = await connection.traffic()
        return result
    }

    private func answer(_ look: Look) async -> LookResult {
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
        return result
    }

    func ask(_ query: APICQuery, of source: SourceID) async throws(SourceError) -> Answer {
        let sent = now()
        asked.note()
        var answer = Answer(
            source: source, command: query.command, at: sent, bytes: try await connection.get(query, for: source))
        answer.asked = sent
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
