import Children
import Fabric
import FoundationEssentials
import Polling

/// Performs looks at nodes: `calicoctl node status`, then BIRD's protocols, exports, status and routes.
struct NodeReader: Sendable {
    let configuration: ClusterConfiguration
    let kubectl: Kubectl
    let pods: CalicoPods
    let sockets: ForwardedSockets
    let now: @Sendable () -> Date

    func perform(_ node: NodeName) async -> LookResult {
        var look = NodeLook(node: node, now: now)
        guard let access = configuration.nodes[node] else {
            look.failed(
                SourceError(
                    kind: .notFound, source: .node(node), operation: "read the node",
                    cause: "no way to this node is configured", hint: "name its host in the configuration"))
            return look.result
        }
        let shell = NodeShell(node: node, reach: access.reach, kubectl: kubectl, pods: pods)
        if let tool = access.calicoctl {
            let operation = "calicoctl node status"
            do throws(SourceError) {
                let result = try await shell.run(tool: tool, words: ["node", "status"], operation: operation)
                look.answered(operation, result.output.isEmpty ? result.errors : result.output)
            } catch {
                look.failed(error)
                // Over the same way BIRD would not answer either; its time-outs would only add up.
                if Self.endsTheLook(error) { return look.result }
            }
        }
        do throws(SourceError) {
            switch access.bird {
            case .none: break
            case .command(let tool): try await readByCommand(tool, shell, &look)
            case .localSocket(let path): try await readBySocket(path, &look)
            case .forwardedSocket(let path): try await readForwarded(path, access.reach, &look)
            }
        } catch {
            look.failed(error)
        }
        return look.result
    }

    private static func endsTheLook(_ error: SourceError) -> Bool {
        switch error.kind {
        case .unreachable, .timedOut, .untrusted, .unsafe: true
        case .refused: error.cause.contains("Permission denied") || error.cause.contains("password was asked")
        case .unreadable, .tooLarge, .notFound: false
        }
    }

    private func readByCommand(_ tool: [String], _ shell: NodeShell, _ look: inout NodeLook) async throws(SourceError) {
        var questions = BIRDQuestions()
        while let question = questions.next() {
            let words = question.split(separator: " ").map(String.init)
            let result = try await shell.run(tool: tool, words: words, operation: "birdcl " + question)
            questions.answered(question, result.output)
            look.answered("birdcl " + question, result.output)
        }
    }

    private func readBySocket(_ path: String, _ look: inout NodeLook) async throws(SourceError) {
        var bird = try await BIRDSocket.open(
            path: path, source: look.source, timeout: configuration.nodeTimeout, limit: configuration.outputLimit)
        var questions = BIRDQuestions()
        while let question = questions.next() {
            let reply = try await bird.ask(question)
            questions.answered(question, reply)
            look.answered("birdcl " + question, reply)
        }
    }

    private func readForwarded(
        _ path: String, _ reach: NodeReach, _ look: inout NodeLook
    ) async throws(SourceError) {
        guard case .ssh(let target) = reach else {
            throw SourceError(
                kind: .notFound, source: look.source, operation: "reach BIRD's socket",
                cause: "a socket can only be brought here over ssh", hint: "set the node's access to ssh")
        }
        let bridge = try await sockets.open(target, remote: path, source: look.source)
        do throws(SourceError) {
            try await readBySocket(bridge.path, &look)
        } catch {
            throw await bridge.close(after: error)
        }
        await bridge.close()
    }
}

/// What BIRD is asked, in order: the protocols first, since their names are asked for next.
struct BIRDQuestions {
    private var open = ["show protocols all", "show status", "show route"]

    mutating func next() -> String? { open.isEmpty ? nil : open.removeFirst() }

    /// Learns the names of the BGP protocols from the answer to the first question.
    mutating func answered(_ question: String, _ reply: [UInt8]) {
        guard question == "show protocols all" else { return }
        open.insert(contentsOf: BIRDProtocols.bgpNames(in: reply).map { "show route export \($0)" }, at: 0)
    }
}

/// A look at a node while it goes on.
struct NodeLook {
    let node: NodeName
    let now: @Sendable () -> Date
    private(set) var answers: [Answer] = []
    private(set) var error: SourceError?

    init(node: NodeName, now: @escaping @Sendable () -> Date) {
        self.node = node
        self.now = now
    }

    var source: SourceID { .node(node) }
    var result: LookResult { LookResult(look: .node(node), answers: answers, error: error) }

    mutating func answered(_ command: String, _ bytes: [UInt8]) {
        answers.append(Answer(source: source, command: command, at: now(), bytes: bytes))
    }

    mutating func failed(_ error: SourceError) {
        if self.error == nil { self.error = error }
    }
}
