/// How the use of a limit went while it was watched.
public struct UseTrend: Hashable, Sendable {
    /// What was added; negative: what went.
    public var change: Int
    /// Over how many seconds.
    public var seconds: Double

    /// A trend from its parts.
    public init(change: Int, seconds: Double) {
        self.change = change
        self.seconds = seconds
    }

    /// `+12 in 1h`, `-3 in 25m`, `as 1h ago`.
    public var words: String {
        let span = UseTrend.span(seconds)
        return change == 0 ? "as \(span) ago" : "\(change > 0 ? "+" : "")\(change) in \(span)"
    }

    /// In how many seconds what is left is used up at this pace; nil: never, or the watch is too short to say.
    public func secondsLeft(of headroom: Int?) -> Double? {
        guard let headroom, headroom > 0, change > 0, seconds >= 600 else { return nil }
        return Double(headroom) / Double(change) * seconds
    }

    /// A time in its largest unit, rounded down: `25m`, `3h`, `12d`.
    public static func span(_ seconds: Double) -> String {
        let minutes = Int(clamping: Int64(max(0, min(seconds, 1e12)) / 60))
        return minutes < 60 ? "\(minutes)m" : minutes < 2880 ? "\(minutes / 60)h" : "\(minutes / 1440)d"
    }
}

/// Which row of a capacity is meant.
public struct CapacityKey: Hashable, Sendable {
    /// ``CapacityRow/scope``.
    public var scope: String
    /// ``CapacityRow/what``.
    public var what: String

    /// A key from its parts.
    public init(scope: String, what: String) {
        self.scope = scope
        self.what = what
    }
}
