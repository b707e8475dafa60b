import Console
public import Correlation
public import Design
public import Fabric
import FoundationEssentials

/// `bgpdeck audit` and `bgpdeck capacity --plan`.
public enum AuditRun {
    /// What an audit came to.
    public struct Outcome: Sendable {
        /// The table, JSON or CSV.
        public var text: String
        /// 0 as the paper says, 1 it departs, 2 a source could not be read (2 wins).
        public var status: Int32
    }

    /// Audits what was read.
    ///
    /// A table shows departures and what cannot be told, and counts the rest; JSON and CSV hold every rule.
    public static func run(
        _ snapshot: Snapshot, _ picture: Picture, format: OutputFormat, showsAll: Bool
    ) -> Outcome {
        let settings = picture.settings
        let facts = AuditFacts(
            snapshot, picture, layout: settings.layout, release: settings.release, profile: settings.profile)
        let entries = AuditView.ordered(Audit.entries(facts))
        let isPartial = format == .table && !showsAll
        let shown = isPartial ? entries.filter { $0.verdict == .departs || $0.verdict == .unknown } : entries
        var text = shown.isEmpty ? "" : BatchOutput.text(AuditView.view, shown, format, picture.at)
        if format == .table { text += words(entries) + "\n" }
        let isUnreadable =
            snapshot.sources.isEmpty || snapshot.sources.values.contains { $0.lastSuccess == nil || $0.error != nil }
        let departs = entries.contains { $0.severity == .warning }
        return Outcome(text: text, status: isUnreadable ? 2 : departs ? 1 : 0)
    }

    private static func words(_ entries: [AuditEntry]) -> String {
        func count(_ verdict: AuditEntry.Verdict) -> Int {
            Set(entries.filter { $0.verdict == verdict }.map(\.rule)).count
        }
        return "\(AuditRule.all.count) rules: \(count(.holds)) hold, \(count(.departs)) depart, "
            + "\(count(.unknown)) cannot be told, \(count(.notApplicable)) do not apply; "
            + "bgpdeck explain RULE says why and how to mend"
    }

    /// The use of limits that plans ask for together: clusters that share a fabric.
    public static func capacity(_ layouts: [FabricLayout], format: OutputFormat) -> String {
        let limits = Limits.of(release: layouts.first?.release, profile: layouts.first?.profile ?? .dualStack)
        let rows = Capacity(limits: limits, use: .of(layouts)).rows
        return BatchOutput.text(CapacityView.view, rows, format, Date(timeIntervalSince1970: 0))
    }
}
