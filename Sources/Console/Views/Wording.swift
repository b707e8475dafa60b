public import Correlation
import Fabric
public import FoundationEssentials
public import Terminal

/// How ages, counts and states are written, in one place so that every view says them alike.
public enum Wording {
    /// An age in the fewest characters that tell: `47s`, `12m03s`, `3h05m`, `4d07h`.
    public static func age(_ seconds: Double) -> String {
        let total = Int(max(0, seconds.rounded(.down)))
        func two(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
        switch total {
        case ..<60: return "\(total)s"
        case ..<3600: return "\(total / 60)m\(two(total % 60))s"
        case ..<86400: return "\(total / 3600)h\(two(total % 3600 / 60))m"
        default: return "\(total / 86400)d\(two(total % 86400 / 3600))h"
        }
    }

    /// In what time the request budget lets everything be read once: `all in 24s`.
    static func pace(_ traffic: SourceTraffic) -> String {
        "all in " + (traffic.secondsPerPoll < 1 ? "<1s" : age(traffic.secondsPerPoll.rounded(.up)))
    }

    /// The age since a moment, or a dash where it is unknown.
    public static func age(since: Date?, at now: Date) -> String {
        since.map { age(now.timeIntervalSince($0)) } ?? "-"
    }

    /// A time of day in UTC: `14:02:11`.
    public static func clock(_ date: Date) -> String {
        let seconds = Int(date.timeIntervalSince1970.rounded(.down)) % 86400
        let day = (seconds + 86400) % 86400
        func two(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
        return "\(two(day / 3600)):\(two(day % 3600 / 60)):\(two(day % 60))"
    }

    /// A count, or `?` where it is unknown.
    public static func count(_ value: Int?) -> String { value.map(String.init) ?? "?" }

    /// A number of bytes in three or four characters: `812B`, `64kB`, `1.2MB`.
    public static func bytes(_ count: Int) -> String {
        switch count {
        case ..<1000: "\(count)B"
        case ..<1_000_000: "\(count / 1000)kB"
        case ..<10_000_000: "\(count / 1_000_000).\(count / 100_000 % 10)MB"
        default: "\(count / 1_000_000)MB"
        }
    }

    /// A skew figure with one decimal, or `-`.
    public static func skew(_ value: Double?) -> String {
        value.map { "\(Int(($0 * 10).rounded()) / 10).\(Int(($0 * 10).rounded()) % 10)" } ?? "-"
    }

    /// The role of a skew figure: even, skewed from 1.5 on.
    public static func skewRole(_ value: Double?) -> Role {
        guard let value else { return .statusUnknown }
        return value > 1.5 ? .skewSkewed : .skewEven
    }

    /// The word and role of a session's verdict.
    public static func verdict(_ verdict: SessionVerdict) -> TextSpan {
        switch verdict {
        case .up: TextSpan("UP", .sessionUp)
        case .down: TextSpan("DOWN", .sessionDown)
        case .oneSided: TextSpan("ONE-SIDED", .sessionFlapping)
        case .flapping: TextSpan("FLAPPING", .sessionFlapping)
        case .missing: TextSpan("MISSING", .sessionDown)
        case .stale: TextSpan("STALE", .statusStale)
        case .unknown: TextSpan("UNKNOWN", .statusUnknown)
        }
    }

    /// What verdicts sort by: the worst first, what is unknown last.
    static func order(_ verdict: SessionVerdict) -> SortKey {
        verdict == .unknown ? .missing : SortKey(SessionVerdict.allCases.firstIndex(of: verdict))
    }

    /// What healths sort by: the worst first, what is unknown last.
    static func order(_ health: Health) -> SortKey {
        health == .unknown ? .missing : SortKey(-health.rawValue)
    }

    /// The word and role of a health.
    public static func health(_ health: Health) -> TextSpan {
        switch health {
        case .ok: TextSpan("OK", .statusOk)
        case .maintenance: TextSpan("MAINT", .statusWarn)
        case .unknown: TextSpan("UNKNOWN", .statusUnknown)
        case .degraded: TextSpan("DEGRADED", .statusWarn)
        case .down: TextSpan("DOWN", .statusCritical)
        }
    }

    /// The word and role of a severity.
    public static func severity(_ severity: Severity) -> TextSpan {
        switch severity {
        case .critical: TextSpan("CRITICAL", .statusCritical)
        case .warning: TextSpan("WARNING", .statusWarn)
        case .note: TextSpan("NOTE", .textDim)
        }
    }

    /// What is known of a question, as a word.
    public static func knowledge(_ knowledge: Knowledge) -> TextSpan {
        switch knowledge {
        case .yes: TextSpan("yes", .prefixAccepted)
        case .no: TextSpan("no", .prefixMissing)
        case .unknown: TextSpan("?", .statusUnknown)
        }
    }

    /// The word and role of a prefix verdict.
    public static func prefixVerdict(_ verdict: PrefixVerdict) -> TextSpan {
        switch verdict {
        case .ok: TextSpan("ok", .prefixAccepted)
        case .notAccepted: TextSpan("NOT ACCEPTED", .prefixRejected)
        case .notAdvertised: TextSpan("NOT ADVERTISED", .prefixMissing)
        case .notInstalled: TextSpan("NOT INSTALLED", .prefixMissing)
        case .denied: TextSpan("denied as designed", .textDim)
        case .unexpected: TextSpan("UNEXPECTED", .prefixUnexpected)
        case .stale: TextSpan("STALE", .statusCritical)
        case .unknown: TextSpan("unknown", .statusUnknown)
        }
    }

    /// The word and role of a service verdict.
    public static func serviceVerdict(_ verdict: ServiceVerdict) -> TextSpan {
        switch verdict {
        case .even: TextSpan("even", .skewEven)
        case .skewed: TextSpan("SKEWED", .skewSkewed)
        case .single: TextSpan("SINGLE", .skewSingle)
        case .absent: TextSpan("ABSENT", .skewSingle)
        case .unknown: TextSpan("unknown", .statusUnknown)
        }
    }
}
