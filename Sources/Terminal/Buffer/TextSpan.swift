/// A piece of text with one role.
public struct TextSpan: Hashable, Sendable {
    /// The text, as it came: drawing sanitises it.
    public let text: String
    /// What it means.
    public let role: Role
    /// Emphasis on top of the role's look.
    public let attributes: Attributes

    /// A piece of text with its meaning.
    public init(_ text: String, _ role: Role = .text, _ attributes: Attributes = []) {
        self.text = text
        self.role = role
        self.attributes = attributes
    }
}

extension TextSpan: ExpressibleByStringLiteral {
    /// Ordinary text.
    public init(stringLiteral value: String) {
        self.init(value)
    }
}

/// One line made of spans.
public typealias TextLine = [TextSpan]

extension [TextSpan] {
    /// Columns that the line takes uncut.
    public var width: Int { reduce(0) { $0 + Width.of($1.text) } }

    /// The text without roles.
    public var plain: String { map(\.text).joined() }
}
