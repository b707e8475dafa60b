import Children
import Fabric
import FoundationEssentials
import Polling

/// Changes of single objects: labels and annotations of a node, the scope of a BGPPeer, Leases; and what may be done.
extension ClusterChanger {
    /// `kubectl patch node NODE --type=merge -p …`.
    func patch(_ node: NodeName, _ patch: NodePatch, _ progress: @escaping Progress) async throws(SourceError) {
        let name = try NodeGrammar.checked(node, source: .kubernetes, operation: "kubectl patch node")
        let body = NodePatchBody(metadata: .init(labels: patch.labels, annotations: patch.annotations))
        let text = try Self.json(body, "kubectl patch node")
        let keys = (patch.labels.map(Self.word) + patch.annotations.map(Self.word)).sorted().joined(separator: " ")
        try await run(
            ["patch", "node", name, "--type=merge", "-p", text], shownAs: "kubectl patch node \(name) \(keys)",
            timeout: configuration.clusterTimeout, progress)
    }

    /// A key with its value where that is short.
    private static func word(_ pair: (key: String, value: String?)) -> String {
        guard let value = pair.value else { return pair.key + "-" }
        return value.utf8.count <= 40 ? "\(pair.key)=\(value)" : "\(pair.key)=…"
    }

    /// `calicoctl patch bgppeer NAME -p …`: what the patch does not name stays, passwords and filters too.
    func scope(_ peer: String, _ scope: PeerScope, _ progress: @escaping Progress) async throws(SourceError) {
        let operation = "calicoctl patch bgppeer"
        guard NodeGrammar.isName(NodeName(peer)) else {
            throw SourceError(
                kind: .unsafe, source: .kubernetes, operation: operation,
                cause: "'\(Sanitised.line(peer.utf8.prefix(80)))' is not the name of a BGPPeer", hint: "")
        }
        let spec: PeerScopeBody.Spec
        switch scope {
        case .node(let node):
            let name = try NodeGrammar.checked(node, source: .kubernetes, operation: operation)
            spec = .init(node: name, nodeSelector: "")
        case .selector(let selector): spec = .init(node: "", nodeSelector: selector)
        }
        let text = try Self.json(PeerScopeBody(spec: spec), operation)
        try await calicoctl(["patch", "bgppeer", peer, "-p", text], input: .none, progress)
    }

    // MARK: Leases

    /// A lease, nil where there is none.
    func lease(_ name: LeaseName) async throws(SourceError) -> Lease? {
        let words = ["get", "lease", name.name, "-n", name.namespace, "-o", "json", "--ignore-not-found"]
        let bytes = try await kubectl.read(words, timeout: configuration.clusterTimeout)
        return bytes.contains { $0 > 32 } ? try LeaseObject.read(bytes, "kubectl get lease \(name)") : nil
    }

    /// Creates a lease, or replaces it at its version.
    func write(_ lease: Lease) async throws(SourceError) -> LeaseWrite {
        let verb = lease.resourceVersion == nil ? "create" : "replace"
        let operation = "kubectl \(verb) lease \(lease.name)"
        let text = try Self.json(LeaseObject(lease), operation)
        var command = try kubectl.command([verb, "-f", "-", "-o", "json"], timeout: configuration.clusterTimeout)
        command.input = .bytes(Array(text.utf8))
        let result = await kubectl.children.run(command)
        let said = String(decoding: result.errors.prefix(4096), as: UTF8.self)
        if !result.succeeded, said.contains("(AlreadyExists)") || said.contains("(Conflict)") { return .conflict }
        // Somebody removed it between the reading and the writing.
        if !result.succeeded, verb == "replace", said.contains("(NotFound)") { return .conflict }
        if let error = kubectl.judge(result, source: .kubernetes, operation: operation) { throw error }
        return .written(try LeaseObject.read(result.output, operation))
    }

    /// Whether a namespace exists.
    func hasNamespace(_ name: String) async throws(SourceError) -> Bool {
        let words = ["get", "namespace", name, "-o", "name", "--ignore-not-found"]
        return try await kubectl.read(words, timeout: configuration.clusterTimeout).contains { $0 > 32 }
    }

    // MARK: Rights

    /// The rights that `kubectl auth can-i` answers `no` to.
    func lacking(_ rights: [ClusterRight]) async throws(SourceError) -> [ClusterRight] {
        var missing: [ClusterRight] = []
        for right in rights {
            var words = ["auth", "can-i", right.verb, right.resource]
            if let part = right.subresource { words.append("--subresource=\(part)") }
            if let namespace = right.namespace { words += ["-n", namespace] }
            let result = await kubectl.children.run(
                try kubectl.command(words, timeout: configuration.clusterTimeout))
            let answer = Sanitised.summary(result.output, lines: 1)
            if answer == "yes" { continue }
            guard answer.hasPrefix("no") else {
                throw kubectl.judge(result, source: .kubernetes, operation: "kubectl auth can-i \(right)")
                    ?? SourceError(
                        kind: .unreadable, source: .kubernetes, operation: "kubectl auth can-i \(right)",
                        cause: "neither yes nor no: \(answer)", hint: "run the command by hand")
            }
            missing.append(right)
        }
        return missing
    }

    static func json(_ value: some Encodable, _ operation: String) throws(SourceError) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        do {
            return String(decoding: try encoder.encode(value), as: UTF8.self)
        } catch {
            throw SourceError(
                kind: .unreadable, source: .kubernetes, operation: operation,
                cause: "cannot be written as JSON: \(error)",
                hint: "")
        }
    }
}

/// The body of a merge patch of a node; a nil value is written as null, which removes the key.
private struct NodePatchBody: Encodable {
    struct Metadata: Encodable {
        var labels: [String: String?]
        var annotations: [String: String?]
    }

    var metadata: Metadata
}

/// The body of a patch of a BGPPeer. Empty text is to Calico what absence is.
private struct PeerScopeBody: Encodable {
    struct Spec: Encodable {
        var node: String
        var nodeSelector: String
    }

    var spec: Spec
}
