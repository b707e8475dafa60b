import Children
import Fabric

/// Calls kubectl, and words what it says when it fails.
struct Kubectl: Sendable {
    let configuration: ClusterConfiguration
    let children: ChildRunner

    /// kubectl's command with the kubeconfig and context of the configuration before its own words.
    func command(_ words: [String], timeout: Duration) throws(SourceError) -> ChildCommand {
        var arguments: [String] = []
        if let file = configuration.kubeconfig { arguments.append("--kubeconfig=\(file)") }
        if let context = configuration.context { arguments.append("--context=\(context)") }
        guard
            let command = ChildCommand(
                tool: configuration.kubectl, arguments + words, timeout: timeout,
                outputLimit: configuration.outputLimit)
        else {
            throw SourceError(
                kind: .notFound, source: .kubernetes, operation: "kubectl", cause: "no kubectl is configured",
                hint: "give `kubectl` as an argument list")
        }
        return command
    }

    /// Runs a reading command and gives its standard output.
    func read(_ words: [String], source: SourceID = .kubernetes, timeout: Duration) async throws(SourceError) -> [UInt8]
    {
        let result = await children.run(try command(words, timeout: timeout))
        if let error = judge(result, source: source, operation: "kubectl " + words.joined(separator: " ")) {
            throw error
        }
        return result.output
    }

    /// Why kubectl failed (texts of kubectl 1.27 to 1.32); nil where it did not. Any status but 0 is a failure: it
    /// writes an answer whole or not at all.
    func judge(_ result: ChildResult, source: SourceID, operation: String) -> SourceError? {
        if result.succeeded { return nil }
        let tool = configuration.kubectl.first ?? "kubectl"
        let said = Sanitised.summary(result.errors.isEmpty ? result.output : result.errors)
        if case .exited = result.termination {
            let text = String(decoding: result.errors.prefix(16 << 10), as: UTF8.self)
            if let sign = Self.sign(in: text) {
                return SourceError(
                    kind: sign.kind, source: source, operation: operation, cause: said, hint: sign.hint)
            }
        }
        if let error = ChildFailure.judge(result, source: source, operation: operation, tool: tool) { return error }
        return SourceError(
            kind: .unreadable, source: source, operation: operation, cause: said, hint: "run the command by hand")
    }

    /// What a failure's words are known for.
    static func sign(in text: String) -> (kind: SourceError.Kind, hint: String)? {
        signs.first { text.contains($0.text) }.map { ($0.kind, $0.hint) }
    }

    private static let signs: [(text: String, kind: SourceError.Kind, hint: String)] = [
        ("(Forbidden)", .refused, "give the kubeconfig's user this right (RBAC)"),
        // `kubectl cordon` and `drain` word a refusal in a sentence of their own.
        (" is forbidden: User ", .refused, "give the kubeconfig's user this right (RBAC)"),
        ("(NotFound)", .notFound, "the object or its kind is not in this cluster"),
        (
            "the server doesn't have a resource type", .notFound,
            "this kind is not in this cluster: is Calico installed?"
        ),
        ("You must be logged in", .refused, "the kubeconfig's credentials are not taken: log in again"),
        ("(Unauthorized)", .refused, "the kubeconfig's credentials are not taken: log in again"),
        ("x509:", .untrusted, "the API server's certificate is not trusted: see the kubeconfig's CA"),
        ("error dialing backend", .unreachable, "the API server does not reach this node's kubelet"),
        ("container not found", .unreachable, "the container is restarting"),
        ("did you specify the right host or port", .unreachable, "the API server does not answer: see the kubeconfig"),
        ("no such host", .unreachable, "the API server's name is not known: see the kubeconfig"),
        ("no route to host", .unreachable, "the network does not lead to the API server"),
        ("Unable to connect to the server", .unreachable, "the API server does not answer"),
        ("context deadline exceeded", .timedOut, "the API server is slow"),
        ("Timeout exceeded", .timedOut, "the API server is slow"),
        ("does not exist", .notFound, "see kubeconfig and context in the configuration"),
        ("Unable to connect to server control socket", .unreachable, "BIRD does not run in the pod"),
        ("global timeout reached", .timedOut, "pods did not end in time: see budgets and finalizers"),
        ("disruption budget", .refused, "a disruption budget forbids it: wait, or add replicas"),
    ]
}
