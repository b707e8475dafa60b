import Console
public import Correlation
import Design
public import Fabric
public import FoundationEssentials
import Terminal

/// Prints a view's rows as a table, JSON or CSV: the same columns in the same order as on screen.
public enum BatchOutput {
    /// The text of a view over a picture.
    public static func text(
        _ view: BatchView, _ picture: Picture, snapshot: Snapshot? = nil, filter: BatchFilter, format: OutputFormat,
        at now: Date
    ) -> String {
        switch view {
        case .racks: text(RacksView.view, picture.racks.filter { filter.rack.matches($0.rack.name) }, format, now)
        case .nodes: text(NodesView.view, picture.nodes.filter(filter.keeps), format, now)
        case .leaves: text(LeavesView.view, picture.leaves.filter(filter.keeps), format, now)
        case .sessions: text(SessionsView.view, picture.sessions.filter(filter.keeps), format, now)
        case .prefixes: text(PrefixesView.view, prefixes(picture, filter), format, now)
        case .services:
            text(
                ServicesView.view,
                (filter.without.map { picture.services(without: NodeName($0)) } ?? picture.services)
                    .filter(filter.keeps), format, now)
        case .findings: text(FindingsView.view, picture.findings.filter(filter.keeps), format, now)
        case .capacity:
            text(CapacityView.view, capacity(picture, snapshot).filter(filter.keeps), format, now)
        }
    }

    /// Of a node alone its own pages are gone through: the whole ledger of the design's maximum has a million lines.
    private static func prefixes(_ picture: Picture, _ filter: BatchFilter) -> [LedgerEntry] {
        guard let node = filter.node else { return picture.ledger.filter(filter.keeps) }
        return picture.ledger.entries(of: NodeName(node)).filter(filter.keeps)
    }

    private static func capacity(_ picture: Picture, _ snapshot: Snapshot?) -> [CapacityRow] {
        let settings = picture.settings
        let use = CapacityUse(
            snapshot ?? Snapshot(inventory: picture.inventory, at: picture.at), picture, ecmpLimit: settings.ecmpLimit,
            supernet: settings.layout?.supernet)
        return Capacity(limits: .of(release: settings.release, profile: settings.profile), use: use).rows
    }

    static func text<Row>(_ view: EntityView<Row>, _ rows: [Row], _ format: OutputFormat, _ now: Date) -> String {
        ViewText.text(view, rows, format.form, at: now)
    }
}

extension OutputFormat {
    /// The form that the views themselves are written in.
    fileprivate var form: ViewFormat {
        switch self {
        case .table: .table
        case .json: .json
        case .csv: .csv
        }
    }
}

extension String? {
    /// Whether a name passes this filter; no filter passes all.
    func matches(_ name: String?) -> Bool { self == nil || self == name }
}

extension BatchFilter {
    func keeps(_ row: NodePicture) -> Bool { node.matches(row.node.name.text) && rack.matches(row.node.rack) }

    func keeps(_ row: LeafPicture) -> Bool {
        (leaf == nil || leaf == row.leaf.id.number) && rack.matches(row.leaf.rack)
    }

    func keeps(_ row: CapacityRow) -> Bool {
        (leaf == nil || leaf == row.leaf?.number) && rack.matches(row.rack)
    }

    func keeps(_ row: Session) -> Bool { keeps(row.key) && rack.matches(row.rack) }

    func keeps(_ row: LedgerEntry) -> Bool { keeps(row.key) && rack.matches(row.rack) && keeps(row.prefix) }

    func keeps(_ row: ServiceView) -> Bool {
        (leaf == nil || leaf == row.leaf.number) && keeps(row.prefix) && keeps(row.service)
            && (node == nil || row.expectedNodes.contains { $0.text == node } || row.nextHops.contains { $0 == node })
    }

    func keeps(_ row: Finding) -> Bool {
        let subject = row.subject
        return (node == nil || node == subject.node?.text) && (leaf == nil || leaf == subject.leaf?.number)
            && (rack == nil || rack == subject.rack) && (prefix == nil || subject.prefix.map(keeps) ?? false)
            && (service == nil || subject.service.map { keeps($0) } ?? false)
    }

    private func keeps(_ key: SessionKey) -> Bool {
        node.matches(key.node.text) && (leaf == nil || leaf == key.leaf.number)
    }

    private func keeps(_ other: IPPrefix) -> Bool {
        guard let prefix else { return true }
        if let address = IPAddress(prefix) { return other.contains(address) }
        return IPPrefix(prefix) == other
    }

    private func keeps(_ name: ObjectName?) -> Bool {
        service == nil || service == name?.description || service == name?.name
    }
}
