/// Why a theme file cannot be used; the theme before it stays.
public struct ThemeError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The file, or the name of an embedded theme.
    public let file: String
    /// The line, from 1.
    public let line: Int
    /// The column, from 1.
    public let column: Int
    /// What is wrong and what would be right.
    public let problem: String

    /// The error as one line: place, problem.
    public var description: String { "\(file):\(line):\(column): \(problem)" }
}

/// Something in a theme file that was passed over.
public struct ThemeWarning: Hashable, Sendable, CustomStringConvertible {
    /// The file, or the name of an embedded theme.
    public let file: String
    /// The line, from 1.
    public let line: Int
    /// What was passed over and what would be right.
    public let problem: String

    /// The warning as one line: place, problem.
    public var description: String { "\(file):\(line): \(problem)" }
}
