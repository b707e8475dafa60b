import Synchronization

/// Where what happens waits for its one reader, who may stand still for long: behind a terminal or a pipe that takes
/// nothing. What is newer then takes the place of what it makes pointless, so that the box does not grow.
final class Mailbox<Element: Sendable>: AsyncSequence, Sendable {
    private let waiting = Mutex<[Element]>([])
    private let merge: @Sendable (inout [Element], Element) -> Void
    private let bells: AsyncStream<Void>
    private let bell: AsyncStream<Void>.Continuation

    /// An empty box; `merge` puts an element among those that wait.
    init(merge: @escaping @Sendable (_ waiting: inout [Element], _ element: Element) -> Void) {
        self.merge = merge
        (bells, bell) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// Puts something in; from any thread, never waits.
    func post(_ element: Element) {
        waiting.withLock { merge(&$0, element) }
        bell.yield()
    }

    /// Nothing will come any more; what waits is still read.
    func finish() { bell.finish() }

    private func take() -> [Element] {
        waiting.withLock { waiting in
            defer { waiting = [] }
            return waiting
        }
    }

    /// Everything that waits, each time something does.
    func makeAsyncIterator() -> Iterator { Iterator(box: self, bells: bells.makeAsyncIterator()) }

    /// The reader's place.
    struct Iterator: AsyncIteratorProtocol {
        fileprivate let box: Mailbox
        fileprivate var bells: AsyncStream<Void>.Iterator

        mutating func next() async -> [Element]? { await next(isolation: nil) }

        mutating func next(isolation actor: isolated (any Actor)?) async -> [Element]? {
            while await bells.next(isolation: actor) != nil {
                let taken = box.take()
                if !taken.isEmpty { return taken }
            }
            let rest = box.take()
            return rest.isEmpty ? nil : rest
        }
    }
}
