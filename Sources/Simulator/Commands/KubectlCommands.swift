import Fabric

/// What a `kubectl` command leads to: an answer at once, or a drain that takes time.
public enum KubectlOutcome: Sendable {
    /// The whole answer.
    case reply(CommandReply)
    /// A drain, to be stepped until it ends.
    case drain(Drain)
}

extension SimulatedFabric {
    private static let valued: Set<String> = [
        "-o", "--output", "-n", "--namespace", "--field-selector", "-l", "--selector", "--kubeconfig", "--context",
        "-c", "--container", "-p", "--patch", "--timeout", "--grace-period", "--pod-selector", "-f",
        "--request-timeout",
    ]

    /// Runs `kubectl` with its arguments: `get … -o json`, `exec … -- birdcl …`, `cordon`, `uncordon`, `drain`,
    /// `patch node`, `auth can-i`, `label node`, `delete bgppeer`. Everything else is refused with a word.
    public mutating func kubectl(_ arguments: [String]) -> KubectlOutcome {
        let parsed = Arguments(arguments, takingValues: SimulatedFabric.valued)
        if conditions.has(.apiDown) {
            let words =
                "The connection to the server 10.96.0.1:6443 was refused - did you specify the right host or port?"
            return .reply(CommandReply(errors: words + "\n", status: 1))
        }
        switch parsed.words.first {
        case "get": return .reply(get(parsed))
        case "exec": return .reply(exec(parsed))
        case "cordon": return .reply(cordon(parsed, true))
        case "uncordon": return .reply(cordon(parsed, false))
        case "drain":
            guard let name = parsed.words.dropFirst().first else {
                return .reply(CommandReply(errors: "error: USAGE: drain NODE [flags]\n", status: 1))
            }
            guard cluster.nodes[NodeName(name)] != nil else { return .reply(notFound("nodes", name)) }
            return .drain(Drain(node: NodeName(name), parsed))
        case "patch": return .reply(patch(parsed))
        case "auth": return .reply(CommandReply(output: "yes\n"))
        case "label": return .reply(label(parsed))
        case "delete": return .reply(delete(parsed))
        case "version": return .reply(CommandReply(output: "Client Version: v1.32.4\nServer Version: v1.32.4\n"))
        default:
            let word = parsed.words.first ?? ""
            return .reply(CommandReply(errors: "error: unknown command \"\(word)\" for \"kubectl\"\n", status: 1))
        }
    }

    private func notFound(_ kind: String, _ name: String) -> CommandReply {
        CommandReply(errors: "Error from server (NotFound): \(kind) \"\(name)\" not found\n", status: 1)
    }

    private mutating func cordon(_ parsed: Arguments, _ isCordoned: Bool) -> CommandReply {
        let verb = isCordoned ? "cordon" : "uncordon"
        guard let name = parsed.words.dropFirst().first else {
            return CommandReply(
                errors: "error: USAGE: \(verb) NODE [flags]\nSee 'kubectl \(verb) -h' for help and examples\n",
                status: 1)
        }
        guard let node = cluster.nodes[NodeName(name)] else { return notFound("nodes", name) }
        let suffix = Drain.suffix(parsed.value("--dry-run"))
        let isChange = node.isCordoned != isCordoned
        if isChange, suffix.isEmpty { _ = cluster.setCordoned(node.name, isCordoned) }
        return CommandReply(output: "node/\(name) \(isChange ? "" : "already ")\(verb)ed\(suffix)\n")
    }

    private mutating func exec(_ parsed: Arguments) -> CommandReply {
        let name = parsed.words.dropFirst().first.map { $0.hasPrefix("pod/") ? String($0.dropFirst(4)) : $0 } ?? ""
        let namespace = parsed.value("-n", "--namespace") ?? "default"
        guard let pod = cluster.pods.first(where: { $0.name == ObjectName(namespace: namespace, name: name) }),
            let node = pod.node
        else { return notFound("pods", name) }
        if let container = parsed.value("-c", "--container"), container != "calico-node" {
            let text = "Error from server (BadRequest): container \(container) is not valid for pod \(name)\n"
            return CommandReply(errors: text, status: 1)
        }
        guard !conditions.powerless.contains(node) else {
            let address = nodePlans[node]?.address.description ?? ""
            let text = "dial tcp \(address):10250: connect: no route to host"
            return CommandReply(errors: "Error from server: error dialing backend: \(text)\n", status: 1)
        }
        guard pod.owner == .daemonSet("calico-node"), parsed.rest.first == "birdcl" else {
            return CommandReply(errors: "command terminated with exit code 127\n", status: 127)
        }
        var reply = birdcl(Array(parsed.rest.dropFirst()), on: node)
        if reply.status != 0 { reply.errors += "\ncommand terminated with exit code \(reply.status)\n" }
        return reply
    }

    private mutating func label(_ parsed: Arguments) -> CommandReply {
        let words = parsed.words.dropFirst()
        guard ["node", "nodes"].contains(words.first), let name = words.dropFirst().first,
            cluster.nodes[NodeName(name)] != nil
        else { return notFound("nodes", words.dropFirst().first ?? "") }
        for change in words.dropFirst(2) {
            let parts = change.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            if parts.count > 1 {
                cluster.setLabel(String(parts[0]), String(parts[1]), of: NodeName(name))
            } else if change.hasSuffix("-") {
                cluster.setLabel(String(change.dropLast()), nil, of: NodeName(name))
            }
        }
        let isRemoval = words.dropFirst(2).contains { $0.hasSuffix("-") && !$0.contains("=") }
        return CommandReply(output: "node/\(name) \(isRemoval ? "unlabeled" : "labeled")\n")
    }

    private mutating func delete(_ parsed: Arguments) -> CommandReply {
        let kind = parsed.words.dropFirst().first ?? ""
        let name = parsed.words.dropFirst(2).first ?? ""
        guard kind.hasPrefix("bgppeer") else {
            return CommandReply(errors: "error: the server doesn't have a resource type \"\(kind)\"\n", status: 1)
        }
        guard cluster.deletePeer(name) else { return notFound("bgppeers.projectcalico.org", name) }
        return CommandReply(output: "bgppeer.projectcalico.org \"\(name)\" deleted\n")
    }
}
