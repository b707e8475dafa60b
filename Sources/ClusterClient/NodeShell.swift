import Children
import Fabric
import Polling

/// Runs commands on one node, over ssh, in its pod, or here.
struct NodeShell: Sendable {
    let node: NodeName
    let reach: NodeReach
    let kubectl: Kubectl
    let pods: CalicoPods

    private var configuration: ClusterConfiguration { kubectl.configuration }
    private var source: SourceID { .node(node) }

    /// Runs a command; `tool` comes from the configuration, `words` are BIRD's or calicoctl's.
    ///
    /// - Returns: the child's result; a status other than 0 is the caller's to judge.
    func run(tool: [String], words: [String], operation: String) async throws(SourceError) -> ChildResult {
        switch reach {
        case .ssh(let target):
            // The tool's words may be options, but are held to the same letters as any other.
            for word in tool { _ = try RemoteCommand.checked(String(word.drop { $0 == "-" }), source: source) }
            let line = try RemoteCommand.line(fixed: tool, words: words, source: source)
            let command = try SSH.command(
                target, configuration.ssh, remote: line, timeout: configuration.nodeTimeout,
                outputLimit: configuration.outputLimit, source: source)
            return try judged(await kubectl.children.run(command), operation: operation, by: configuration.ssh.tool)
        case .local:
            guard
                let command = ChildCommand(
                    tool: tool, words, timeout: configuration.nodeTimeout, outputLimit: configuration.outputLimit)
            else { throw unconfigured(operation) }
            return try judged(await kubectl.children.run(command), operation: operation, by: tool)
        case .pod:
            let pod = try await pods.pod(of: node)
            let arguments =
                ["exec", "-n", configuration.calicoNamespace, pod, "-c", "calico-node", "--"] + tool + words
            let command = try kubectl.command(arguments, timeout: configuration.nodeTimeout)
            let result = await kubectl.children.run(command)
            if let error = kubectl.judge(result, source: source, operation: operation) {
                await pods.forget(node)
                throw error
            }
            return result
        }
    }

    private func judged(
        _ result: ChildResult, operation: String, by tool: [String]
    ) throws(SourceError) -> ChildResult {
        if Self.isAnswerOnErrors(result) { return result }
        let head = Sanitised.summary(result.output.prefix(400), lines: 1)
        if result.termination == .exited(1), head.hasPrefix("Need super user privileges") {
            throw SourceError(
                kind: .refused, source: source, operation: operation, cause: head,
                hint: "calicoctl must run as root there: use sudo -n")
        }
        if let error = ChildFailure.judge(result, source: source, operation: operation, tool: tool.first ?? "?") {
            throw error
        }
        return result
    }

    /// `calicoctl node status` on a node without Calico says so on standard error with status 1: that is an answer.
    private static func isAnswerOnErrors(_ result: ChildResult) -> Bool {
        result.termination == .exited(1) && result.output.isEmpty
            && String(decoding: result.errors.prefix(4096), as: UTF8.self)
                .contains("Calico process is not running")
    }

    private func unconfigured(_ operation: String) -> SourceError {
        SourceError(
            kind: .notFound, source: source, operation: operation, cause: "its argument list is empty",
            hint: "name the program in the configuration")
    }
}
