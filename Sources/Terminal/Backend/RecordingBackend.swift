/// A terminal in memory: keeps every frame, and feeds the events that a test sends.
@MainActor
public final class RecordingBackend: TerminalBackend {
    /// The extent of the screen now.
    public private(set) var size: Size
    /// The glyphs that it claims to show.
    public let glyphs: Glyphs
    /// How roles would look.
    public var theme: Theme
    /// What was sent, for one consumer.
    public let events: AsyncStream<InputEvent>
    /// Every buffer shown, oldest first.
    public private(set) var frames: [CellBuffer] = []
    /// Where the cursor stands; nil while hidden.
    public private(set) var cursor: Point?
    /// Whether the mouse is taken.
    public private(set) var hasMouse = false
    /// Bytes written between frames.
    public private(set) var outOfBand: [UInt8] = []
    /// How often it was suspended.
    public private(set) var suspensions = 0
    /// Whether it ended.
    public private(set) var hasEnded = false
    private let feed: AsyncStream<InputEvent>.Continuation

    /// A terminal of a size.
    public init(size: Size, glyphs: Glyphs = .unicode, theme: Theme = .plain) {
        self.size = size
        self.glyphs = glyphs
        self.theme = theme
        (events, feed) = AsyncStream.makeStream()
    }

    /// The frame on the screen; nil before the first.
    public var screen: CellBuffer? { frames.last }

    /// Sends events to the consumer; a resize changes the size first.
    public func send(_ events: InputEvent...) {
        for event in events {
            if case .resize(let size) = event { self.size = size }
            feed.yield(event)
        }
    }

    /// Keeps a frame.
    public func present(_ buffer: CellBuffer, cursor: Point?) {
        guard !hasEnded else { return }
        frames.append(buffer)
        self.cursor = cursor
    }

    /// Counts, and tells the consumer that it is back.
    public func suspend() {
        suspensions += 1
        feed.yield(.resumed)
    }

    /// Remembers whether the mouse is taken.
    public func setMouse(_ on: Bool) {
        hasMouse = on
    }

    /// Keeps the bytes.
    public func writeOutOfBand(_ bytes: [UInt8]) {
        outOfBand += bytes
    }

    /// Ends the stream of events.
    public func end() {
        hasEnded = true
        feed.finish()
    }
}
