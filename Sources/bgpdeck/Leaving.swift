import Dispatch
import Foundation
import Synchronization

/// How a run without a full screen ends before its time: by a signal, or because nobody reads its output any more.
///
/// What the world started must end with it, so its end is registered here as soon as it is built. The full screen
/// has signal handlers of its own, since it must give the terminal back first.
enum Leaving {
    private static let end = Mutex<(@Sendable () -> Void)?>(nil)

    /// Runs a body; a signal or a closed pipe meanwhile runs `end` and exits. `end` runs in any case, once.
    static func guarding<Result>(
        _ end: @escaping @Sendable () -> Void, watchesSignals: Bool = true, _ body: () async throws -> Result
    ) async rethrows -> Result {
        self.end.withLock { $0 = end }
        let sources = watchesSignals ? [SIGINT, SIGTERM, SIGHUP].map(watch) : []
        defer {
            for source in sources { source.cancel() }
            finish()
        }
        return try await body()
    }

    /// Ends what the world started and the program.
    static func now(_ status: Int32) -> Never {
        finish()
        leave(status)
    }

    /// Ends the program, its output written out, without what the C library calls at an exit: there the library for
    /// child processes drops the starts that wait, and each of them then complains on standard error.
    static func leave(_ status: Int32) -> Never {
        fflush(nil)
        _exit(status)
    }

    private static func finish() {
        let end = end.withLock { end in
            defer { end = nil }
            return end
        }
        end?()
    }

    /// By convention the status is 128 and the signal's number.
    private static func watch(_ number: Int32) -> any DispatchSourceSignal {
        signal(number, SIG_IGN)
        let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
        source.setEventHandler { now(128 + number) }
        source.resume()
        return source
    }
}
