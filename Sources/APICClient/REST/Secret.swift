/// A password or token: it can be sent, and it cannot be printed.
public struct Secret: Hashable, Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The text itself, for the one place that sends it.
    let text: String

    /// A secret from its text.
    public init(_ text: String) { self.text = text }

    /// `•••`.
    public var description: String { "•••" }
    /// `•••`.
    public var debugDescription: String { "•••" }
    /// Nothing: a dump shows no more than a description does.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
