import Glibc
import Synchronization

/// Runs child processes: without a shell, without a terminal, within limits.
///
/// Each child leads a session of its own, so that it cannot write to the console's terminal or read its keys, and
/// signals reach all that it started. A child that is ended gets the terminating signal and two seconds later the
/// one that cannot be refused.
public struct ChildRunner: Sendable {
    private let limiter: ChildLimiter?

    /// A runner; children wait for the limiter before they start.
    public init(limiter: ChildLimiter? = ChildLimiter()) {
        self.limiter = limiter
        Self.brokenPipesAreErrors
    }

    /// A child that ends before it has read its input must not end the console, which the signal would do.
    private static let brokenPipesAreErrors: Void = { _ = signal(SIGPIPE, SIG_IGN) }()

    /// Runs a child to its end and gives what it wrote. Never throws: each way to fail is a ``ChildTermination``.
    public func run(_ command: ChildCommand) async -> ChildResult {
        await converse(command) { _, _ in [] }
    }

    /// Runs a child and reacts to what it writes; `react` is called first with nothing, which opens the conversation,
    /// and then from one or two tasks as bytes come on either stream.
    public func converse(
        _ command: ChildCommand, react: @escaping @Sendable (ChildStream, [UInt8]) -> [ChildReaction]
    ) async -> ChildResult {
        if let limiter {
            guard await limiter.enter() else { return ChildResult(termination: .cancelled) }
        }
        let run = ChildRun(command, react: react)
        // A task of its own: the library would otherwise end the child by its own means upon cancellation.
        let result = await withTaskCancellationHandler {
            await Task { await run.perform() }.value
        } onCancel: {
            run.stop(.cancelled)
        }
        await limiter?.leave()
        return result
    }

    /// Runs a child that lasts as long as the console: no time-out ends it, it takes no place among those that come and
    /// go, and while it rests nothing wakes. Its standard input stays open until it is gone, its standard output is not
    /// kept, and of its standard error the end is.
    public func keep(_ command: ChildCommand) async -> ChildResult {
        let child = LastingChild(command)
        return await withTaskCancellationHandler {
            await Task { await child.perform() }.value
        } onCancel: {
            child.stop(.cancelled)
        }
    }

    /// Runs a child and hands over its lines as they come, without their line ends; the order between the two
    /// streams is not known.
    public func stream(
        _ command: ChildCommand, line: @escaping @Sendable (ChildStream, [UInt8]) -> Void
    ) async -> ChildResult {
        let output = Mutex(LineSplitter())
        let errors = Mutex(LineSplitter())
        let result = await converse(command) { stream, bytes in
            let lines = stream == .output ? output.withLock { $0.take(bytes) } : errors.withLock { $0.take(bytes) }
            for text in lines { line(stream, text) }
            return []
        }
        if let rest = output.withLock({ $0.last() }) { line(.output, rest) }
        if let rest = errors.withLock({ $0.last() }) { line(.errors, rest) }
        return result
    }
}
