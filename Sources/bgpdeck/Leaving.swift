import Dispatch
import Foundation
import Synchronization

/// How a run without a full screen ends before its time: by a signal, or because nobody reads its output any more.
///
/// What a run begins must end with it, so each beginning leaves word here at once: a signal may come while a world is
/// still being built. The full screen has signal handlers of its own, since it must give the terminal back first.
enum Leaving {
    private static let ends = Mutex<[@Sendable () -> Void]>([])

    private static let first = Mutex<(@Sendable () -> Void)?>(nil)

    /// Leaves word of something that was begun: what ends it, which may be called when it has ended already.
    static func owes(_ end: @escaping @Sendable () -> Void) { ends.withLock { $0.append(end) } }

    /// Runs a body; a signal or a closed pipe meanwhile ends what was begun and exits, and so does the end of the body.
    static func guarding<Result>(_ body: () async throws -> Result) async rethrows -> Result {
        defer { finish() }
        return try await watchingSignals(body)
    }

    /// Runs a body that ends by itself what it begins, unless a signal comes meanwhile.
    static func watchingSignals<Result>(_ body: () async throws -> Result) async rethrows -> Result {
        let sources = [SIGINT, SIGTERM, SIGHUP].map(watch)
        defer { for source in sources { source.cancel() } }
        return try await body()
    }

    /// Runs a body in which the first signal does not end the program but calls something that brings the body to its
    /// end; the next signal ends it.
    static func heeding<Result>(
        _ call: @escaping @Sendable () -> Void, _ body: () async throws -> Result
    ) async rethrows -> Result {
        first.withLock { $0 = call }
        defer { first.withLock { $0 = nil } }
        return try await body()
    }

    /// The status to leave with since a signal came; what fails from then on fails because of it.
    private static let signalled = Mutex<Int32?>(nil)

    /// Whether the program is being left, so that a failure is no news.
    static var isUnderWay: Bool { signalled.withLock { $0 != nil } }

    /// Ends what the run began and the program.
    static func now(_ status: Int32) -> Never {
        signalled.withLock { $0 = $0 ?? status }
        finish()
        leave(status)
    }

    /// Ends the program, its output written out, without what the C library calls at an exit: looks may be under way,
    /// and there the library for child processes drops the starts that wait, each of which then complains on standard
    /// error.
    static func leave(_ status: Int32) -> Never {
        fflush(nil)
        _exit(signalled.withLock { $0 } ?? status)
    }

    /// Ends what was begun, the newest first.
    static func finish() {
        let ends = ends.withLock { ends in
            defer { ends = [] }
            return ends
        }
        for end in ends.reversed() { end() }
    }

    /// By convention the status is 128 and the signal's number.
    private static func watch(_ number: Int32) -> any DispatchSourceSignal {
        // A handler and not SIG_IGN, which a child that is started now would inherit, and then not end when it is told to.
        signal(number) { _ in }
        let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
        source.setEventHandler {
            let call = first.withLock { call in
                defer { call = nil }
                return call
            }
            if let call { call() } else { now(128 + number) }
        }
        source.resume()
        return source
    }
}
