@preconcurrency import Dispatch
import Glibc
import Synchronization

/// A child that lasts as long as the console: `kubectl proxy`.
///
/// It is not run by the library that runs all others, which wakes the process once a second for as long as a child of
/// its runs: a console at rest would wake twice as often as the ages on its screen ask. Here the system tells of bytes
/// and of the end; nothing is looked at in turns.
final class LastingChild: Sendable {
    private struct State {
        var process: pid_t?
        var stopped: ChildTermination?
        var errors: [UInt8] = []
    }

    /// What it says in months is not kept; its last words are.
    private static let wordsKept = 1 << 14

    private let command: ChildCommand
    private let state = Mutex(State())
    private let queue = DispatchQueue(label: "lasting-child")

    init(_ command: ChildCommand) { self.command = command }

    /// Starts the child and stays until it is gone, which the end of its standard output tells.
    func perform() async -> ChildResult {
        let start = ContinuousClock.now
        let ended: ChildTermination
        do throws(StartFailure) {
            let pipes = try ChildPipes()
            let process = try pipes.start(command)
            let isStopped = state.withLock {
                $0.process = process
                return $0.stopped != nil
            }
            if isStopped { signalGroup(SIGTERM) }
            ended = await attend(process, pipes)
        } catch {
            ended = error.code == ENOENT ? .notFound : .notStarted(error.words)
        }
        return state.withLock {
            ChildResult(
                termination: $0.stopped ?? ended, errors: $0.errors, duration: ContinuousClock.now - start)
        }
    }

    /// Asks the child and all that it started to end; two seconds later they are made to.
    func stop(_ reason: ChildTermination) {
        state.withLock { if $0.stopped == nil { $0.stopped = reason } }
        signalGroup(SIGTERM)
        queue.asyncAfter(deadline: .now() + 2) { self.signalGroup(SIGKILL) }
    }

    private func attend(_ process: pid_t, _ pipes: ChildPipes) async -> ChildTermination {
        let errors = Listener(pipes.errors, queue, take: keepWords, whenEnded: {})
        await withCheckedContinuation { isGone in
            _ = Listener(pipes.output, queue, take: { _ in }, whenEnded: { isGone.resume() })
        }
        signalGroup(SIGKILL)
        close(pipes.input)
        state.withLock { $0.process = nil }
        var status: Int32 = 0
        while waitpid(process, &status, 0) < 0, errno == EINTR {}
        await withCheckedContinuation { done in
            queue.async {
                errors.finish()
                done.resume()
            }
        }
        return status & 0x7f == 0 ? .exited((status >> 8) & 0xff) : .signalled(status & 0x7f)
    }

    private func keepWords(_ bytes: [UInt8]) {
        state.withLock {
            $0.errors += bytes
            if $0.errors.count > Self.wordsKept { $0.errors.removeFirst($0.errors.count - Self.wordsKept) }
        }
    }

    /// The group's number is the child's own until the child is reaped.
    private func signalGroup(_ signal: Int32) {
        state.withLock { if let process = $0.process { kill(-process, signal) } }
    }
}

/// Takes what comes on a descriptor until its end, and closes it then; all of it happens on one queue.
private struct Listener: Sendable {
    private let source: any DispatchSourceRead
    private let look: @Sendable () -> Void

    init(
        _ descriptor: Int32, _ queue: DispatchQueue, take: @escaping @Sendable ([UInt8]) -> Void,
        whenEnded: @escaping @Sendable () -> Void
    ) {
        let source = DispatchSource.makeReadSource(fileDescriptor: descriptor, queue: queue)
        self.source = source
        look = {
            while !source.isCancelled {
                var room = [UInt8](repeating: 0, count: 4096)
                let count = read(descriptor, &room, room.count)
                if count > 0 {
                    take(Array(room.prefix(count)))
                } else if count < 0, errno == EINTR {
                    continue
                } else {
                    if count == 0 || errno != EAGAIN { source.cancel() }
                    return
                }
            }
        }
        source.setEventHandler(handler: look)
        source.setCancelHandler {
            close(descriptor)
            whenEnded()
        }
        source.resume()
    }

    /// Takes what is there now and stops, though someone else may still hold the other end. Only on the queue.
    func finish() {
        look()
        source.cancel()
    }
}
