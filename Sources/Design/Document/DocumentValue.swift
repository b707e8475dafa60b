/// A place in a YAML document, counted from 1.
public struct DocumentMark: Hashable, Sendable, Comparable {
    /// The line.
    public var line: Int
    /// The column, in Unicode scalars.
    public var column: Int

    /// A place from its numbers.
    public init(line: Int, column: Int) {
        self.line = line
        self.column = column
    }

    /// The first character of a document.
    public static let start = DocumentMark(line: 1, column: 1)

    /// In reading order.
    public static func < (a: DocumentMark, b: DocumentMark) -> Bool { (a.line, a.column) < (b.line, b.column) }
}

/// A value of a YAML document with its place, free of the YAML library's types.
public struct DocumentValue: Hashable, Sendable {
    /// What the value is.
    public enum Content: Hashable, Sendable {
        /// Nothing, `~` or `null`.
        case null
        /// A scalar's text, and whether it stood without quotes.
        case scalar(String, isPlain: Bool)
        /// A list.
        case list([DocumentValue])
        /// A mapping, in the order of the document.
        case mapping([DocumentEntry])
    }

    /// What the value is.
    public var content: Content
    /// Where it begins.
    public var mark: DocumentMark

    /// A value from its parts.
    public init(_ content: Content, mark: DocumentMark) {
        self.content = content
        self.mark = mark
    }

    /// What it is in words, for messages: `a list`.
    public var kind: String {
        switch content {
        case .null: "nothing"
        case .scalar: "a single value"
        case .list: "a list"
        case .mapping: "a mapping"
        }
    }
}

/// A key of a mapping and its value.
public struct DocumentEntry: Hashable, Sendable {
    /// The key's text.
    public var key: String
    /// Where the key begins.
    public var mark: DocumentMark
    /// The value.
    public var value: DocumentValue

    /// An entry from its parts.
    public init(key: String, mark: DocumentMark, value: DocumentValue) {
        self.key = key
        self.mark = mark
        self.value = value
    }
}
