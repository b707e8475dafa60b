public import Correlation
public import Fabric

/// The outcome of `bgpdeck check`: lines, and the status to exit with.
public struct CheckReport: Sendable, Hashable {
    /// One line per unreadable source, per part that a source does not tell this user, and per finding.
    public var lines: [String]
    /// 0 healthy, 1 findings of warning or worse, 2 a source could not be read (2 wins).
    public var status: Int32

    /// Judges a picture.
    public init(_ snapshot: Snapshot, _ picture: Picture) {
        let unreadable = snapshot.sources.filter { $0.value.lastSuccess == nil || $0.value.error != nil }
            .sorted { $0.key < $1.key }
        let silent = unreadable.map { source, status in
            "unreadable: \(status.error?.description ?? "\(source): no answer")"
        }
        let gaps = snapshot.sources.sorted { $0.key < $1.key }.flatMap { $0.value.gaps.map { "not read: \($0)" } }
        let findings = picture.findings.map { finding in
            "\(finding.severity): \(finding.rule): \(finding.summary): \(finding.cause)"
        }
        lines = silent + gaps + findings
        let isAlarming = picture.findings.contains { $0.severity >= .warning }
        status = snapshot.sources.isEmpty || !unreadable.isEmpty ? 2 : isAlarming ? 1 : 0
        if status == 0, findings.isEmpty {
            lines.append("healthy: \(picture.sessions.count) sessions up, nothing that the rules know is wrong")
        }
        if snapshot.sources.isEmpty { lines.append("unreadable: no source is configured and nothing was read") }
    }
}
