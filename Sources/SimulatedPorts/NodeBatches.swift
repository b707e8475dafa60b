import Fabric
import FoundationEssentials
import Polling
import Simulator
import SimulatorServer

/// Nodes by their facts: looks that come while a question is under way go out together in the next.
actor NodeBatches {
    typealias Reply = Result<SimulatorFacts.NodeAnswer, SimulatorFacts.Failure>

    /// Asks many nodes at once, each with the version of what it told before.
    typealias Question =
        @Sendable (_ nodes: [(NodeName, UInt64)], _ withRoutes: Bool) async throws(SimulatorFacts.Failure)
        -> [SimulatorFacts.NodeAnswer]

    private let question: Question
    private var waiting: [(node: NodeName, reply: CheckedContinuation<Reply, Never>)] = []
    private var versions: [NodeName: UInt64] = [:]
    private var attended: Set<NodeName> = []
    private var isAsking = false

    init(_ question: @escaping Question) { self.question = question }

    func attend(to nodes: Set<NodeName>) { attended = nodes }

    nonisolated func perform(_ node: NodeName, now: @Sendable () -> Date) async -> LookResult {
        let reply = await ask(node)
        return NodeTelling(node: node, at: now()).result(reply)
    }

    private func ask(_ node: NodeName) async -> Reply {
        await withCheckedContinuation { reply in
            waiting.append((node, reply))
            guard !isAsking else { return }
            isAsking = true
            Task { await serve() }
        }
    }

    private func serve() async {
        while !waiting.isEmpty {
            // Those that were started in the same moment come first.
            try? await Task.sleep(for: .milliseconds(2))
            let batch = waiting
            waiting = []
            // Divided before the first question: what is attended to may change meanwhile, and each is answered once.
            let close = batch.filter { attended.contains($0.node) }
            let others = batch.filter { !attended.contains($0.node) }
            await ask(others, withRoutes: false)
            await ask(close, withRoutes: true)
        }
        isAsking = false
    }

    private func ask(
        _ batch: [(node: NodeName, reply: CheckedContinuation<Reply, Never>)], withRoutes: Bool
    ) async {
        guard !batch.isEmpty else { return }
        do throws(SimulatorFacts.Failure) {
            let answers = try await question(batch.map { ($0.node, versions[$0.node] ?? 0) }, withRoutes)
            for (item, answer) in zip(batch, answers) {
                if case .facts(_, let version) = answer { versions[item.node] = version }
                item.reply.resume(returning: .success(answer))
            }
        } catch {
            for item in batch { item.reply.resume(returning: .failure(error)) }
        }
    }
}

/// Turns what a node tells into the result of a look.
struct NodeTelling {
    let node: NodeName
    let at: Date

    private var source: SourceID { .node(node) }

    func result(_ reply: NodeBatches.Reply) -> LookResult {
        switch reply {
        case .failure(let failure): failed(SimulatedFailure.error(failure, source: source, operation: "read the node"))
        case .success(.unchanged):
            LookResult(
                look: .node(node), answers: [], facts: [told([.unchanged(source)], "calicoctl node status")])
        case .success(.facts(let facts, _)): result(facts)
        }
    }

    private func failed(_ error: SourceError) -> LookResult {
        LookResult(look: .node(node), answers: [], error: error)
    }

    private func told(_ observations: [Observation], _ command: String) -> Decoded {
        Decoded(observations: observations, provenance: Provenance(source: source, command: command, at: at))
    }

    private func result(_ facts: SimulatedNodeFacts) -> LookResult {
        if let fault = facts.fault { return failed(error(fault)) }
        if let silence = facts.silence {
            return failed(SimulatedFailure.words(silence, source: source, operation: "calicoctl node status"))
        }
        var result = LookResult(look: .node(node), answers: [])
        if let calico = facts.calico {
            result.facts.append(told([.calicoStatus(node, calico)], "calicoctl node status"))
        }
        guard let peers = facts.peers else {
            result.error = SourceError(
                kind: .unreachable, source: source, operation: "birdcl", cause: "BIRD's control socket does not answer",
                hint: "see whether calico-node runs on \(node)")
            return result
        }
        result.facts.append(told([.protocols(node, peers, only: nil)], "birdcl show protocols all"))
        for export in facts.exports {
            for name in export.protocolNames {
                result.facts.append(
                    told([.exports(node, protocolName: name, export.routes)], "birdcl show route export \(name)"))
            }
        }
        if let bird = facts.bird { result.facts.append(told([.birdStatus(node, bird)], "birdcl show status")) }
        if let routes = facts.routes { result.facts.append(told([.nodeRoutes(node, routes)], "birdcl show route")) }
        return result
    }

    private func error(_ fault: FaultKind) -> SourceError {
        let (kind, cause): (SourceError.Kind, String) =
            switch fault {
            case .sourceSSHRefused: (.unreachable, "ssh: connect to host \(node) port 22: Connection refused")
            case .sourceGarbage: (.unreadable, "what came is not what calicoctl prints")
            case .sourcePasswordPrompt: (.refused, "a password was asked for")
            default: (.timedOut, "no answer in time")
            }
        return SourceError(
            kind: kind, source: source, operation: "calicoctl node status", cause: cause, hint: "see the way to \(node)"
        )
    }
}
