/// Runs child processes: without a shell, without a terminal, within limits.
public struct ChildRunner: Sendable {
    let limiter: ChildLimiter?

    /// A runner; children wait for the limiter before they start.
    public init(limiter: ChildLimiter? = ChildLimiter()) { self.limiter = limiter }

    /// Runs a child to its end and gives what it wrote. Never throws: each way to fail is a ``ChildTermination``.
    public func run(_ command: ChildCommand) async -> ChildResult {
        await converse(command) { _, _ in [] }
    }

    /// Runs a child and reacts to what it writes; `react` is called once with nothing to open the conversation.
    public func converse(
        _ command: ChildCommand, react: @escaping @Sendable (ChildStream, [UInt8]) -> [ChildReaction]
    ) async -> ChildResult {
        ChildResult(termination: .notStarted("not built"))
    }

    /// Runs a child and hands over its lines as they come, without their line ends.
    public func stream(
        _ command: ChildCommand, line: @escaping @Sendable (ChildStream, [UInt8]) -> Void
    ) async -> ChildResult {
        ChildResult(termination: .notStarted("not built"))
    }
}
