/// A fault with its target, as `--fault NAME[:TARGET]` and the console's keys name it.
public struct Fault: Sendable, Hashable, CustomStringConvertible {
    /// What goes wrong.
    public var kind: FaultKind
    /// Where, in the words of ``FaultKind/Scope``; nil: a default that the seed picks.
    public var target: String?

    /// A fault from its parts.
    public init(_ kind: FaultKind, _ target: String? = nil) {
        self.kind = kind
        self.target = target
    }

    /// Reads `NAME` or `NAME:TARGET`; nil where no fault has that name.
    public init?(text: String) {
        let parts = text.split(separator: ":", maxSplits: 1)
        guard let name = parts.first, let kind = FaultKind(rawValue: String(name)) else { return nil }
        self.kind = kind
        target = parts.count > 1 ? String(parts[1]) : nil
    }

    /// `NAME` or `NAME:TARGET`.
    public var description: String { kind.rawValue + (target.map { ":" + $0 } ?? "") }
}

/// A fault and when it comes, as `--fault NAME[:TARGET][@SECONDS]` gives it.
public struct ScheduledFault: Sendable, Hashable {
    /// The fault.
    public var fault: Fault
    /// When it comes, from the start of the fabric.
    public var at: Duration
    /// When it goes; nil: it stays.
    public var until: Duration?

    /// A scheduled fault from its parts.
    public init(_ fault: Fault, at: Duration, until: Duration? = nil) {
        self.fault = fault
        self.at = at
        self.until = until
    }

    /// Reads `NAME[:TARGET][@SECONDS]`, without seconds from the start.
    ///
    /// - Throws: a ``FaultError`` that names what is wrong and what would do.
    public init(text: String) throws(FaultError) {
        let parts = text.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false)
        guard let fault = Fault(text: String(parts[0])) else { throw .unknownName(String(parts[0])) }
        var at = Duration.zero
        if parts.count > 1 {
            guard let seconds = Int(parts[1]), (0...1_000_000).contains(seconds) else {
                throw .badTime(String(parts[1]))
            }
            at = .seconds(seconds)
        }
        self.init(fault, at: at)
    }
}

/// Why a fault cannot be injected.
public enum FaultError: Error, Sendable, Hashable, CustomStringConvertible {
    /// No fault has this name.
    case unknownName(String)
    /// The seconds after `@` are not a number from 0 to 1000000.
    case badTime(String)
    /// The target does not exist in this fabric.
    case unknownTarget(FaultKind, String)

    /// One sentence: what is wrong, and what would do.
    public var description: String {
        switch self {
        case .unknownName(let text):
            "no fault is named '\(text)'; the faults are "
                + FaultKind.allCases.map(\.rawValue).joined(separator: ", ")
        case .badTime(let text): "'\(text)' is not a number of seconds from 0 to 1000000"
        case .unknownTarget(let kind, let text):
            "\(kind.rawValue) needs a \(kind.scope.rawValue), and this fabric has none named '\(text)'"
        }
    }
}
