public import Correlation
public import Fabric
public import Timeline

/// What an engine tells.
public enum EngineEvent: Sendable {
    /// New facts, and what changed since the facts that were told before.
    case facts(Snapshot, Picture, [PictureChange])
    /// Lines of answers that could not be placed.
    case diagnostics([String])
    /// What a source says of itself, such as whether it tells events.
    case notice(String)
}

/// What an engine tells one listener, in order. A listener that does not keep up hears the newest facts with all that
/// changed on the way there.
public struct EngineEvents: AsyncSequence, Sendable {
    /// The most changes and the most lines that wait for a listener; of more the newest.
    static let limit = 2000

    let box = Mailbox<EngineEvent>(merge: EngineEvents.merge)

    private static func merge(_ waiting: inout [EngineEvent], _ event: EngineEvent) {
        switch event {
        case .facts(let snapshot, let picture, let changes):
            for (index, other) in waiting.enumerated() {
                guard case .facts(_, _, let before) = other else { continue }
                waiting[index] = .facts(snapshot, picture, Array((before + changes).suffix(limit)))
                return
            }
            waiting.append(event)
        case .diagnostics(let lines):
            for (index, other) in waiting.enumerated() {
                guard case .diagnostics(let before) = other else { continue }
                waiting[index] = .diagnostics(Array((before + lines).suffix(limit)))
                return
            }
            waiting.append(event)
        case .notice:
            if waiting.count < limit { waiting.append(event) }
        }
    }

    /// One event after the other.
    public func makeAsyncIterator() -> Iterator { Iterator(box: box.makeAsyncIterator()) }

    /// The listener's place.
    public struct Iterator: AsyncIteratorProtocol {
        fileprivate var box: Mailbox<EngineEvent>.Iterator
        private var taken: ArraySlice<EngineEvent> = []

        fileprivate init(box: Mailbox<EngineEvent>.Iterator) { self.box = box }

        /// The next event; nil when the engine has ended.
        public mutating func next() async -> EngineEvent? { await next(isolation: nil) }

        /// The next event; nil when the engine has ended.
        public mutating func next(isolation actor: isolated (any Actor)?) async -> EngineEvent? {
            if taken.isEmpty { taken = await box.next(isolation: actor)?[...] ?? [] }
            return taken.popFirst()
        }
    }
}
