/// What is wrong at a place of a configuration, plan or capture file.
public struct DocumentDiagnostic: Hashable, Sendable, CustomStringConvertible {
    /// How much it matters.
    public enum Severity: String, Hashable, Sendable {
        /// The file is used, without the part that is meant.
        case warning
        /// The file is not used.
        case error
    }

    /// The file's name as the reader of the message knows it.
    public var file: String
    /// The place.
    public var mark: DocumentMark
    /// How much it matters.
    public var severity: Severity
    /// What is wrong and what to do.
    public var message: String

    /// A diagnostic from its parts.
    public init(file: String, mark: DocumentMark, severity: Severity, message: String) {
        self.file = file
        self.mark = mark
        self.severity = severity
        self.message = message
    }

    /// `config.yaml:12:5: error: …`.
    public var description: String { "\(file):\(mark.line):\(mark.column): \(severity.rawValue): \(message)" }
}

extension [DocumentDiagnostic] {
    /// Whether any of them forbids the use of the file.
    public var hasErrors: Bool { contains { $0.severity == .error } }
}
