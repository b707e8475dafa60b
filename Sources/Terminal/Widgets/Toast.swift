/// A message that passes.
public struct Toast: Hashable, Sendable {
    /// How much it matters.
    public enum Level: Hashable, Sendable, CaseIterable {
        /// Good to know.
        case info
        /// Needs a look.
        case warning
        /// Something failed.
        case error
    }

    /// How much it matters.
    public let level: Level
    /// What happened and what to do.
    public let text: String

    /// A message.
    public init(_ level: Level, _ text: String) {
        self.level = level
        self.text = text
    }

    /// The message with its level as a word, as it is drawn and announced.
    public var line: TextLine {
        switch level {
        case .info: [TextSpan(text, .toastInfo)]
        case .warning: [TextSpan("warning: " + text, .toastWarn)]
        case .error: [TextSpan("error: " + text, .toastError)]
        }
    }

    /// Draws the message in the first row of `rect`.
    public func draw(in rect: Rect, of buffer: inout CellBuffer) {
        guard !rect.isEmpty else { return }
        buffer.fill(Rect(x: rect.minX, y: rect.minY, width: rect.width, height: 1), role: line[0].role)
        buffer.put(line, at: rect.origin, maxWidth: rect.width)
    }
}
