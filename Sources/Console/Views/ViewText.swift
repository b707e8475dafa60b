public import FoundationEssentials
import Terminal

/// The formats that a view can be read in outside of the screen.
public enum ViewFormat: String, Sendable, Hashable, CaseIterable {
    case table, json, csv
}

/// A view's rows as text: the same columns in the same order for the batch commands, the clipboard and files.
public enum ViewText {
    /// The rows of a view in a format.
    public static func text<Row>(_ view: EntityView<Row>, _ rows: [Row], _ format: ViewFormat, at now: Date) -> String {
        switch format {
        case .table:
            rows.isEmpty
                ? view.emptyText + "\n"
                : table(view.columns.map(\.layout), rows.map { row in view.columns.map { $0.cell(row, now).plain } })
        case .json: json(rows.map { view.record($0, now) })
        case .csv: csv(rows.map { view.record($0, now) })
        }
    }

    /// The rows of a table on screen in a format; a table without records is written as its cells read.
    static func text(_ table: PaneTable, _ format: ViewFormat) -> String {
        let cells = { (0..<table.rows.count).map { table.rows.row(at: $0).cells.map(\.plain) } }
        let records =
            table.records ?? {
                cells().map { row in zip(table.columns, row).map { FieldEntry($0.id, .text($1)) } }
            }
        return switch format {
        case .table: table.rows.count == 0 ? table.emptyText + "\n" : self.table(table.columns, cells())
        case .json: json(records())
        case .csv: csv(records())
        }
    }

    private static func table(_ columns: [TableColumn], _ rows: [[String]]) -> String {
        let heads = columns.map(\.title)
        let cells = rows.map { $0.map { Sanitiser.sanitised($0) } }
        let widths = heads.indices.map { column in
            ([heads[column]] + cells.map { $0[column] }).map(Width.of).max() ?? 0
        }
        func line(_ texts: [String]) -> String {
            var out = ""
            for (column, text) in texts.enumerated() {
                let blanks = String(repeating: " ", count: max(0, widths[column] - Width.of(text)))
                out +=
                    (column == 0 ? "" : "  ") + (columns[column].alignment == .trailing ? blanks + text : text + blanks)
            }
            while out.last == " " { out.removeLast() }
            return out + "\n"
        }
        return line(heads) + cells.map(line).joined()
    }

    private static func json(_ records: [[FieldEntry]]) -> String {
        "[" + records.map { Field.record($0).json }.joined(separator: ",") + "]\n"
    }

    private static func csv(_ records: [[FieldEntry]]) -> String {
        guard let heads = records.first?.map(\.name) else { return "" }
        let lines = [heads.map(quoted)] + records.map { $0.map { quoted($0.value.plain) } }
        return lines.map { $0.joined(separator: ",") + "\r\n" }.joined()
    }

    /// Quoted as RFC 4180 says, and never a formula to a spreadsheet.
    private static func quoted(_ text: String) -> String {
        let guarded = text.first.map { "=+-@\t\r".contains($0) } == true && Double(text) == nil ? "'" + text : text
        guard guarded.contains(where: { ",\"\r\n".contains($0) }) else { return guarded }
        return "\"" + guarded.replacing("\"", with: "\"\"") + "\""
    }
}

extension Field {
    /// The value as JSON (RFC 8259).
    var json: String {
        switch self {
        case .null: "null"
        case .text(let text): Field.quoted(text)
        case .integer(let value): String(value)
        case .number(let value): value.isFinite ? "\(value)" : "null"
        case .flag(let flag): flag ? "true" : "false"
        case .list(let items): "[" + items.map(\.json).joined(separator: ",") + "]"
        case .record(let entries):
            "{" + entries.map { Field.quoted($0.name) + ":" + $0.value.json }.joined(separator: ",") + "}"
        }
    }

    /// The value as one CSV value: lists by semicolons, records as `name=value`.
    fileprivate var plain: String {
        switch self {
        case .null: ""
        case .text(let text): text
        case .integer(let value): String(value)
        case .number(let value): "\(value)"
        case .flag(let flag): flag ? "true" : "false"
        case .list(let items): items.map(\.plain).joined(separator: ";")
        case .record(let entries):
            entries.filter { $0.value != .null }.map { "\($0.name)=\($0.value.plain)" }.joined(separator: " ")
        }
    }

    private static func quoted(_ text: String) -> String {
        var out = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": out += "\\\""
            case "\\": out += "\\\\"
            case "\n": out += "\\n"
            case "\r": out += "\\r"
            case "\t": out += "\\t"
            case _ where scalar.value < 0x20 || scalar.value == 0x7f:
                let digits = String(scalar.value, radix: 16)
                out += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: out.unicodeScalars.append(scalar)
            }
        }
        return out + "\""
    }
}
