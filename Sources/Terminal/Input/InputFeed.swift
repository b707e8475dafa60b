/// Hands what a terminal's user does to whoever listens, at once and in order, on the main actor.
///
/// No stream of the concurrency library lies between: each would cost a key a turn on threads that may be busy.
@MainActor
public final class InputFeed {
    /// The most events that wait for a listener; of more the newest.
    public static let limit = 1024

    private var waiting: [InputEvent] = []
    private var listener: ((InputEvent) -> Void)?

    /// A feed without a listener.
    public init() {}

    /// Listens from now on, beginning with what waited; nil ends that.
    public func listen(_ listener: ((InputEvent) -> Void)?) {
        self.listener = listener
        guard let listener else { return }
        let missed = waiting
        waiting = []
        for event in missed { listener(event) }
    }

    /// Tells of an event.
    public func tell(_ event: InputEvent) {
        if let listener { return listener(event) }
        waiting.append(event)
        if waiting.count > Self.limit { waiting.removeFirst() }
    }
}
