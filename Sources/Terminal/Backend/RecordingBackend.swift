/// A terminal in memory: keeps every frame, and feeds the events that a test sends.
@MainActor
public final class RecordingBackend: TerminalBackend {
    /// The extent of the screen now.
    public private(set) var size: Size
    /// The glyphs that it claims to show.
    public let glyphs: Glyphs
    /// How roles would look.
    public var theme: Theme
    /// What was sent, for one listener.
    public let input = InputFeed()
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

    /// A terminal of a size.
    public init(size: Size, glyphs: Glyphs = .unicode, theme: Theme = .plain) {
        self.size = size
        self.glyphs = glyphs
        self.theme = theme
    }

    /// The frame on the screen; nil before the first.
    public var screen: CellBuffer? { frames.last }

    /// Sends events to the listener; a resize changes the size first.
    public func send(_ events: InputEvent...) {
        for event in events {
            if case .resize(let size) = event { self.size = size }
            input.tell(event)
        }
    }

    /// Keeps a frame.
    public func present(_ buffer: CellBuffer, cursor: Point?) {
        guard !hasEnded else { return }
        frames.append(buffer)
        self.cursor = cursor
    }

    /// Counts, and tells the listener that it is back.
    public func suspend() {
        suspensions += 1
        input.tell(.resumed)
    }

    /// Remembers whether the mouse is taken.
    public func setMouse(_ on: Bool) {
        hasMouse = on
    }

    /// Keeps the bytes.
    public func writeOutOfBand(_ bytes: [UInt8]) {
        outOfBand += bytes
    }

    /// Shows nothing any more.
    public func end() {
        hasEnded = true
    }
}
