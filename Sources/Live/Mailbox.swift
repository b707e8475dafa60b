import Synchronization

/// Where what happens waits for its one reader, who may stand still for long: behind a terminal or a pipe that takes
/// nothing. What is newer then takes the place of what it makes pointless, so that the box does not grow.
///
/// The reader goes on where it is isolated, with no turn on the threads where tables are read and compared: behind them
/// a key would wait for a tenth of a second. An `AsyncStream` takes that turn.
final class Mailbox<Element: Sendable>: AsyncSequence, Sendable {
    private struct State {
        var waiting: [Element] = []
        var reader: CheckedContinuation<Void, Never>?
        var isFinished = false
    }

    private let state = Mutex(State())
    private let merge: @Sendable (inout [Element], Element) -> Void

    /// An empty box; `merge` puts an element among those that wait.
    init(merge: @escaping @Sendable (_ waiting: inout [Element], _ element: Element) -> Void) { self.merge = merge }

    /// Puts something in; from any thread, never waits.
    func post(_ element: Element) { change { merge(&$0.waiting, element) } }

    /// Nothing will come any more; what waits is still read.
    func finish() { change { $0.isFinished = true } }

    /// Changes the state and lets the reader look.
    private func change(_ body: (inout sending State) -> Void) {
        let reader = state.withLock { state in
            body(&state)
            defer { state.reader = nil }
            return state.reader
        }
        reader?.resume()
    }

    /// What waits, none where nothing does yet; nil where nothing will come.
    private func take() -> [Element]? {
        state.withLock { state in
            defer { state.waiting = [] }
            return state.waiting.isEmpty && (state.isFinished || Task.isCancelled) ? nil : state.waiting
        }
    }

    /// Lets a reader wait for the next change, unless there is something to read.
    private func wait(_ reader: CheckedContinuation<Void, Never>) {
        let goesOn = state.withLock { state in
            guard state.waiting.isEmpty, !state.isFinished, !Task.isCancelled else { return true }
            state.reader = reader
            return false
        }
        if goesOn { reader.resume() }
    }

    /// Everything that waits, each time something does.
    func makeAsyncIterator() -> Iterator { Iterator(box: self) }

    /// The reader's place.
    struct Iterator: AsyncIteratorProtocol {
        fileprivate let box: Mailbox

        mutating func next() async -> [Element]? { await next(isolation: nil) }

        mutating func next(isolation actor: isolated (any Actor)?) async -> [Element]? {
            while let taken = box.take() {
                if !taken.isEmpty { return taken }
                let box = box
                await withTaskCancellationHandler {
                    await withCheckedContinuation(isolation: actor) { box.wait($0) }
                } onCancel: {
                    box.change { _ in }
                }
            }
            return nil
        }
    }
}
