import Console
public import Correlation
import Design
public import Fabric
import Formats
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
        case .prefixes: text(PrefixesView.view, picture.ledger.filter(filter.keeps), format, now)
        case .services: text(ServicesView.view, picture.services.filter(filter.keeps), format, now)
        case .findings: text(FindingsView.view, picture.findings.filter(filter.keeps), format, now)
        case .capacity:
            text(CapacityView.view, capacity(picture, snapshot).filter(filter.keeps), format, now)
        }
    }

    private static func capacity(_ picture: Picture, _ snapshot: Snapshot?) -> [CapacityRow] {
        let settings = picture.settings
        let use = CapacityUse(
            snapshot ?? Snapshot(inventory: picture.inventory, at: picture.at), picture, ecmpLimit: settings.ecmpLimit,
            supernet: settings.layout?.supernet)
        return Capacity(limits: .of(release: settings.release, profile: settings.profile), use: use).rows
    }

    static func text<Row>(_ view: EntityView<Row>, _ rows: [Row], _ format: OutputFormat, _ now: Date)
        -> String
    {
        switch format {
        case .table: table(view, rows, now)
        case .json: json(view, rows, now)
        case .csv: csv(view, rows, now)
        }
    }

    private static func table<Row>(_ view: EntityView<Row>, _ rows: [Row], _ now: Date) -> String {
        let heads = view.columns.map(\.layout.title)
        let cells = rows.map { row in view.columns.map { Sanitiser.sanitised($0.cell(row, now).plain) } }
        let widths = heads.indices.map { column in
            ([heads[column]] + cells.map { $0[column] }).map(Width.of).max() ?? 0
        }
        func line(_ texts: [String]) -> String {
            var out = ""
            for (column, text) in texts.enumerated() {
                let blanks = String(repeating: " ", count: max(0, widths[column] - Width.of(text)))
                let isRight = view.columns[column].layout.alignment == .trailing
                out += (column == 0 ? "" : "  ") + (isRight ? blanks + text : text + blanks)
            }
            while out.last == " " { out.removeLast() }
            return out + "\n"
        }
        if rows.isEmpty { return view.emptyText + "\n" }
        return line(heads) + cells.map(line).joined()
    }

    private static func json<Row>(_ view: EntityView<Row>, _ rows: [Row], _ now: Date) -> String {
        var writer = JSONWriter()
        writer.beginArray()
        for row in rows { write(.record(view.record(row, now)), to: &writer) }
        writer.endArray()
        return String(decoding: writer.bytes, as: UTF8.self) + "\n"
    }

    private static func write(_ field: Field, to writer: inout JSONWriter) {
        switch field {
        case .null: writer.null()
        case .text(let text): writer.string(text)
        case .integer(let value): writer.number(value)
        case .number(let value): writer.number(value)
        case .flag(let flag): writer.boolean(flag)
        case .list(let items):
            writer.beginArray()
            for item in items { write(item, to: &writer) }
            writer.endArray()
        case .record(let entries):
            writer.beginObject()
            for entry in entries {
                writer.key(entry.name)
                write(entry.value, to: &writer)
            }
            writer.endObject()
        }
    }

    private static func csv<Row>(_ view: EntityView<Row>, _ rows: [Row], _ now: Date) -> String {
        let records = rows.map { view.record($0, now) }
        guard let heads = records.first?.map(\.name) else { return "" }
        let lines = [heads.map(quoted)] + records.map { $0.map { quoted(plain($0.value)) } }
        return lines.map { $0.joined(separator: ",") + "\r\n" }.joined()
    }

    /// A field as one CSV value: lists by semicolons, records as `name=value`.
    private static func plain(_ field: Field) -> String {
        switch field {
        case .null: ""
        case .text(let text): text
        case .integer(let value): String(value)
        case .number(let value): "\(value)"
        case .flag(let flag): flag ? "true" : "false"
        case .list(let items): items.map(plain).joined(separator: ";")
        case .record(let entries):
            entries.filter { $0.value != .null }.map { "\($0.name)=\(plain($0.value))" }.joined(separator: " ")
        }
    }

    /// Quoted as RFC 4180 says, and never a formula to a spreadsheet.
    private static func quoted(_ text: String) -> String {
        let guarded = text.first.map { "=+-@\t\r".contains($0) } == true && Double(text) == nil ? "'" + text : text
        guard guarded.contains(where: { ",\"\r\n".contains($0) }) else { return guarded }
        return "\"" + guarded.replacing("\"", with: "\"\"") + "\""
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
