import Correlation
import Design
import Fabric
import Terminal

/// A node's peer configuration as a three-way difference: intended against Calico against the APIC.
enum PeerConfigView {
    /// The difference as lines of aligned columns; a value that departs from the intent stands out by a mark and a role.
    static func text(_ rows: [PeerComparisonRow]) -> [TextLine] {
        let heads = ["", "INTENDED", "CALICO", "APIC"]
        let cells = rows.map { [$0.item, $0.intended.text, $0.calico.text, $0.apic.text] }
        let widths = heads.indices.map { column in ([heads] + cells).map { Width.of($0[column]) }.max() ?? 0 }
        func padded(_ text: String, _ column: Int) -> String {
            text + String(repeating: " ", count: max(0, widths[column] - Width.of(text)) + 2)
        }
        let head: TextLine = [TextSpan("  " + heads.indices.map { padded(heads[$0], $0) }.joined(), .header)]
        return [head]
            + rows.map { row in
                [
                    // A role that underlines would draw its line under the blanks as well.
                    row.differs == true ? TextSpan("~ ", .diffChange) : TextSpan("  "),
                    TextSpan(padded(row.item, 0), .textDim),
                    TextSpan(padded(row.intended.text, 1)), TextSpan(padded(row.calico.text, 2), role(row, row.calico)),
                    TextSpan(padded(row.apic.text, 3), role(row, row.apic)),
                ]
            }
    }

    private static func role(_ row: PeerComparisonRow, _ side: ToldValue) -> Role {
        if side == .notRead { return .statusUnknown }
        if side == .none { return .textDim }
        return row.departs(side) ? .diffChange : .text
    }
}

extension AppState {
    /// The facts of an audit of what is on screen; nil before the first facts.
    var auditFacts: AuditFacts? {
        guard let snapshot, let picture else { return nil }
        let settings = picture.settings
        return AuditFacts(
            snapshot, picture, layout: settings.layout, release: settings.release, profile: settings.profile)
    }

    /// Renews what `:audit` and `:capacity` show from the facts on screen.
    mutating func renewAudit() {
        switch main {
        case .audit: audit = auditFacts.map { AuditView.ordered(Audit.entries($0)) } ?? []
        case .capacity: capacity = auditFacts?.capacity.rows ?? []
        default: break
        }
    }

    /// The entry of the audit that the detail is about.
    func auditEntry(_ rule: String, _ place: String) -> AuditEntry? {
        audit.first { $0.rule == rule && AuditView.place($0) == place }
    }

    /// The three-way difference of a node's peer configuration.
    func peerDifferenceText(_ node: NodeName) -> [TextLine] {
        guard let facts = auditFacts else { return [] }
        return PeerConfigView.text(PeerComparison.rows(of: node, in: facts))
    }
}
