import Children
import Fabric
import Polling

/// Starts a node's BGP session anew through BIRD, over the way that the node is read by.
struct SessionResetter: Sendable {
    let configuration: ClusterConfiguration
    let kubectl: Kubectl
    let pods: CalicoPods
    let sockets: ForwardedSockets

    func reset(
        _ node: NodeName, _ name: String, _ manner: SessionReset, _ progress: @escaping Progress
    ) async throws(SourceError) {
        let verb = manner == .refresh ? "reload out" : "restart"
        let operation = "birdcl \(verb) \(name)"
        guard let access = configuration.nodes[node], BIRDProtocols.isName(name) else {
            throw SourceError(
                kind: .notFound, source: .node(node), operation: operation,
                cause: "no way to this node is configured, or the protocol has no such name",
                hint: "name its host in the configuration")
        }
        progress("$ \(operation)  (on \(node))")
        let words = verb.split(separator: " ").map(String.init) + [name]
        let reply = try await answer(access, node, words, operation)
        let said = Sanitised.summary(reply)
        progress(said)
        guard said.contains("restarted") || said.contains("reloading") else {
            throw SourceError(
                kind: .refused, source: .node(node), operation: operation, cause: said, hint: "look at BIRD's protocols"
            )
        }
    }

    private func answer(
        _ access: NodeAccess, _ node: NodeName, _ words: [String], _ operation: String
    ) async throws(SourceError) -> [UInt8] {
        switch access.bird {
        case .command(let tool):
            let shell = NodeShell(node: node, reach: access.reach, kubectl: kubectl, pods: pods)
            // Reading tools are called with `-r`, which gives up the right to change.
            return try await shell.run(tool: tool.filter { $0 != "-r" }, words: words, operation: operation).output
        case .localSocket(let path): return try await ask(path, node, words)
        case .forwardedSocket(let path):
            guard case .ssh(let target) = access.reach else { break }
            let bridge = try await sockets.open(target, remote: path, source: .node(node))
            do throws(SourceError) {
                let reply = try await ask(bridge.path, node, words)
                await bridge.close()
                return reply
            } catch {
                throw await bridge.close(after: error)
            }
        case .none: break
        }
        throw SourceError(
            kind: .notFound, source: .node(node), operation: operation, cause: "no way to BIRD is configured",
            hint: "give the node's `bird` in the configuration")
    }

    private func ask(_ path: String, _ node: NodeName, _ words: [String]) async throws(SourceError) -> [UInt8] {
        var bird = try await BIRDSocket.open(
            path: path, source: .node(node), timeout: configuration.nodeTimeout, limit: configuration.outputLimit,
            mayChange: true)
        return try await bird.ask(words.joined(separator: " "))
    }
}
