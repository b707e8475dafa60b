import Children

/// The user's own command after a session was lost: a child with an argument list, no shell, at most ten seconds.
enum LossCommand {
    /// Runs it; answers what went wrong, nil where nothing did.
    static func run(_ words: [String]) async -> String? {
        guard let command = ChildCommand(tool: words, []) else { return nil }
        let result = await ChildRunner(limiter: nil).run(command)
        guard !result.succeeded else { return nil }
        return "on_session_loss: \(words[0]) ended with \(result.termination)"
    }
}
