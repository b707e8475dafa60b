public import FoundationEssentials

/// Why a source could not be read: what was tried, where, why it failed and what to do.
public struct SourceError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The kinds of failure, which decide the back-off and the hint.
    public enum Kind: String, Sendable, Hashable {
        /// Refused, unreachable, or the child could not be started.
        case unreachable
        /// No complete answer in time.
        case timedOut = "timed out"
        /// A password was asked for, a key refused, a right is missing.
        case refused
        /// The host's key is unknown or has changed.
        case untrusted
        /// An answer came that is not what the command prints.
        case unreadable
        /// The answer is larger than the limit; what was read of it is thrown away.
        case tooLarge = "too large"
        /// The tool or the target does not know the command, VRF or object.
        case notFound = "not found"
        /// A word is not safe for a remote command line.
        case unsafe
    }

    /// The kind of failure.
    public var kind: Kind
    /// Who was asked.
    public var source: SourceID
    /// What was tried: the command.
    public var operation: String
    /// What it said, sanitised, its first lines at most.
    public var cause: String
    /// What to do about it.
    public var hint: String

    /// An error from its parts.
    public init(kind: Kind, source: SourceID, operation: String, cause: String, hint: String) {
        self.kind = kind
        self.source = source
        self.operation = operation
        self.cause = cause
        self.hint = hint
    }

    /// One sentence: where, what, why; then what to do.
    public var description: String {
        "\(source): \(operation): \(cause)" + (hint.isEmpty ? "" : " (\(hint))")
    }
}

/// What asking a source costs it: shown in the header where a source counts its requests.
public struct SourceTraffic: Hashable, Sendable {
    /// Requests within the last minute.
    public var requestsPerMinute: Int
    /// Bytes of answers within the last minute.
    public var bytesPerMinute: Int
    /// Requests since the start.
    public var requests: Int
    /// Bytes since the start.
    public var bytes: Int
    /// How many requests a second the budget allows.
    public var requestsPerSecondAllowed: Double
    /// The shortest time in seconds in which that budget lets everything be read once, as much as the last looks took.
    public var secondsPerPoll: Double

    /// Traffic from its parts.
    public init(
        requestsPerMinute: Int, bytesPerMinute: Int, requests: Int, bytes: Int, requestsPerSecondAllowed: Double,
        secondsPerPoll: Double = 0
    ) {
        self.requestsPerMinute = requestsPerMinute
        self.bytesPerMinute = bytesPerMinute
        self.requests = requests
        self.bytes = bytes
        self.requestsPerSecondAllowed = requestsPerSecondAllowed
        self.secondsPerPoll = secondsPerPoll
    }
}

/// How a source is doing: when it last answered, and what it said when it did not.
public struct SourceStatus: Hashable, Sendable {
    /// When it last gave a readable answer; nil: never.
    public var lastSuccess: Date?
    /// When it was last asked.
    public var lastAttempt: Date?
    /// The last failure, nil after a success.
    public var error: SourceError?
    /// Parts that the source does not tell this user, though it answers: what they would tell stays unknown, and the
    /// rest is judged. Never a reason to call the source unreadable.
    public var gaps: [SourceError] = []
    /// Failures since the last success.
    public var failures: Int
    /// How often it is asked.
    public var interval: Duration
    /// What asking it costs; nil where nobody counts.
    public var traffic: SourceTraffic?

    /// A status from its parts.
    public init(
        lastSuccess: Date? = nil, lastAttempt: Date? = nil, error: SourceError? = nil, failures: Int = 0,
        interval: Duration
    ) {
        self.lastSuccess = lastSuccess
        self.lastAttempt = lastAttempt
        self.error = error
        self.failures = failures
        self.interval = interval
    }

    /// The words that stand beside a source.
    public enum Freshness: String, Sendable, Hashable {
        /// Not asked yet, or the first answer is under way.
        case waiting
        /// The last answer is as young as the interval promises.
        case ok
        /// The last answer is older than three intervals: shown, but not trusted.
        case stale
        /// The last look failed; the last answer, if any, is still young.
        case failing
    }

    /// Judges freshness at a moment: stale after three intervals without an answer.
    public func freshness(at now: Date) -> Freshness {
        guard let lastSuccess else { return error == nil ? .waiting : .failing }
        if now.timeIntervalSince(lastSuccess) > max(3 * interval.seconds, 6) { return .stale }
        return error == nil ? .ok : .failing
    }

    /// Seconds since the last readable answer, nil where there was none. Never negative, even when a clock jumps back.
    public func age(at now: Date) -> Double? { lastSuccess.map { max(0, now.timeIntervalSince($0)) } }
}

extension Duration {
    /// The duration in seconds.
    public var seconds: Double {
        Double(components.seconds) + Double(components.attoseconds) / 1e18
    }
}
