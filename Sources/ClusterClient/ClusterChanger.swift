import Children
import Fabric
import Polling

/// Performs changes: kubectl's own cordon and drain, calicoctl's apply.
struct ClusterChanger: Sendable {
    let kubectl: Kubectl

    var configuration: ClusterConfiguration { kubectl.configuration }

    /// `kubectl cordon NODE` or `kubectl uncordon NODE`.
    func mark(_ node: NodeName, _ verb: String, _ progress: @escaping Progress) async throws(SourceError) {
        let name = try NodeGrammar.checked(node, source: .kubernetes, operation: "kubectl \(verb)")
        try await run([verb, name], timeout: configuration.clusterTimeout, progress)
    }

    /// `kubectl drain NODE`; kubectl gets a while longer than its own time-out to say what is left.
    func drain(
        _ node: NodeName, _ options: DrainOptions, _ progress: @escaping Progress
    ) async throws(SourceError) {
        let name = try NodeGrammar.checked(node, source: .kubernetes, operation: "kubectl drain")
        let words = Self.drainWords(name, options)
        try await run(words, timeout: .seconds(max(1, options.timeoutSeconds) + 30), progress)
    }

    /// The words of a drain. `--ignore-daemonsets` always stands: calico-node is one.
    static func drainWords(_ name: String, _ options: DrainOptions) -> [String] {
        var words = ["drain", name, "--ignore-daemonsets"]
        if options.deletesEmptyDirData { words.append("--delete-emptydir-data") }
        if options.forcesUnmanaged { words.append("--force") }
        // Zero would mean for ever to kubectl.
        words.append("--timeout=\(max(1, options.timeoutSeconds))s")
        if let seconds = options.gracePeriodSeconds { words.append("--grace-period=\(seconds)") }
        return words
    }

    /// Runs kubectl and tells the command, what it prints, and nothing secret: an operation's words hold none.
    func run(
        _ words: [String], shownAs shown: String? = nil, timeout: Duration, _ progress: @escaping Progress
    ) async throws(SourceError) {
        let command = try kubectl.command(words, timeout: timeout)
        let operation = shown ?? "kubectl " + words.joined(separator: " ")
        progress("$ " + operation)
        let result = await kubectl.children.stream(command) { _, line in Self.tell(line, progress) }
        if let error = kubectl.judge(result, source: .kubernetes, operation: operation) { throw error }
    }

    /// `calicoctl apply -f -` with the document on standard input, against the same cluster as kubectl.
    func apply(_ document: String, _ progress: @escaping Progress) async throws(SourceError) {
        try await calicoctl(["apply", "-f", "-"], input: .bytes(Array(document.utf8)), progress)
    }

    /// Runs calicoctl against the same cluster as kubectl.
    func calicoctl(
        _ words: [String], input: ChildInput, _ progress: @escaping Progress
    ) async throws(SourceError) {
        let operation = "calicoctl " + words.joined(separator: " ")
        var words = words
        if let context = configuration.context { words.append("--context=\(context)") }
        guard
            var command = ChildCommand(
                tool: configuration.calicoctl, words, input: input,
                timeout: configuration.clusterTimeout, outputLimit: configuration.outputLimit)
        else {
            throw SourceError(
                kind: .notFound, source: .kubernetes, operation: operation, cause: "no calicoctl is configured",
                hint: "give `calicoctl` as an argument list")
        }
        command.environment["DATASTORE_TYPE"] = "kubernetes"
        if let file = configuration.kubeconfig { command.environment["KUBECONFIG"] = file }
        progress("$ " + operation)
        let result = await kubectl.children.stream(command) { _, line in Self.tell(line, progress) }
        if let error = judgeApply(result, operation) { throw error }
    }

    private func judgeApply(_ result: ChildResult, _ operation: String) -> SourceError? {
        if result.succeeded { return nil }
        let said = Sanitised.summary(result.errors.isEmpty ? result.output : result.errors)
        func failure(_ kind: SourceError.Kind, _ hint: String) -> SourceError {
            SourceError(kind: kind, source: .kubernetes, operation: operation, cause: said, hint: hint)
        }
        if case .exited = result.termination, !said.isEmpty {
            let text = said.lowercased()
            if text.contains("version mismatch") {
                return failure(.refused, "install the calicoctl of the cluster's version")
            }
            if text.contains("is unauthorized") { return failure(.refused, "give the kubeconfig's user this right") }
            if text.contains("update conflict") { return failure(.refused, "someone changed it meanwhile: look again") }
            if text.contains("connection refused") { return failure(.unreachable, "the API server does not answer") }
            return failure(.refused, "the resources before the one named may be applied already: look again")
        }
        let tool = configuration.calicoctl.first ?? "calicoctl"
        return ChildFailure.judge(result, source: .kubernetes, operation: operation, tool: tool)
            ?? failure(.unreadable, "run the command by hand")
    }

    private static func tell(_ line: [UInt8], _ progress: Progress) {
        let text = Sanitised.line(line)
        if !text.isEmpty { progress(text) }
    }
}
