/// What a parser could not place: a line of the input, and why.
public struct Diagnostic: Hashable, Sendable, CustomStringConvertible {
    /// How much it matters.
    public enum Severity: String, Sendable, Hashable {
        /// Something was read in spite of it; the rest is right.
        case note
        /// A line was not read.
        case warning
        /// The input as a whole is not what the command prints.
        case error
    }

    /// How much it matters.
    public var severity: Severity
    /// The line, from 1.
    public var line: Int
    /// The column in bytes, from 1; nil where the whole line is meant.
    public var column: Int?
    /// What is wrong and, where it helps, what was expected.
    public var message: String
    /// The line's text, sanitised and cut at 120 bytes.
    public var excerpt: String

    /// A diagnostic from its parts.
    public init(severity: Severity, line: Int, column: Int? = nil, message: String, excerpt: String) {
        self.severity = severity
        self.line = line
        self.column = column
        self.message = message
        self.excerpt = excerpt
    }

    /// `12:5: warning: message: excerpt`.
    public var description: String {
        let place = column.map { "\(line):\($0)" } ?? "\(line)"
        return "\(place): \(severity.rawValue): \(message)" + (excerpt.isEmpty ? "" : ": \(excerpt)")
    }
}

/// A parser's result: what was read, and what was not.
///
/// A parser never throws away a line silently and never throws: nothing readable is an empty value with an error.
public struct Parsed<Value: Sendable>: Sendable {
    /// What was read.
    public var value: Value
    /// What was not, in the order of the input; at most the first 200, then one that counts the rest.
    public var diagnostics: [Diagnostic]

    /// A result from its parts.
    public init(_ value: Value, diagnostics: [Diagnostic] = []) {
        self.value = value
        self.diagnostics = diagnostics
    }

    /// Whether the input as a whole was refused.
    public var isRefused: Bool { diagnostics.contains { $0.severity == .error } }

    /// Whether every line was placed.
    public var isComplete: Bool { diagnostics.allSatisfy { $0.severity == .note } }
}
