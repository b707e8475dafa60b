import Fabric

/// How `calicoctl node status` draws its table.
public enum StatusTableStyle: String, Sendable, Hashable, CaseIterable {
    /// v1.0 to v3.32 (olekukonko/tablewriter): centred headings, INFO wrapped at 30 characters.
    case tablewriter
    /// From v3.33 (jedib0t/go-pretty): headings on the left, nothing wrapped.
    case goPretty
}

extension SimulatedFabric {
    /// `calicoctl node status`, run as root.
    func nodeStatus(_ node: NodeName) -> CommandReply {
        guard !conditions.calicoDead.contains(node) else {
            return CommandReply(errors: "Calico process is not running.\n", status: 1)
        }
        var text = "Calico process is running.\n\n"
        guard runsBIRD(node) else {
            return CommandReply(output: text + "The BGP backend process (BIRD) is not running.\n\n")
        }
        let rows = protocolRows(node).compactMap(statusRow)
        text += "IPv4 BGP status\n"
        text += rows.isEmpty ? "No IPv4 peers found.\n" : StatusTable(rows, statusStyle).text
        return CommandReply(output: text + "\nINFO: BIRDv6 process: 'bird6' is not running.\n\n")
    }

    /// calicoctl's reading of a protocol: rows without INFO, such as disabled ones, are left out.
    private func statusRow(_ row: ProtocolRow) -> [String]? {
        let kinds = [("Node_", "node specific"), ("Mesh_", "node-to-node mesh"), ("Global_", "global")]
        let words = words(row.info)
        guard row.kind == "BGP", !words.isEmpty, let kind = kinds.first(where: { row.name.hasPrefix($0.0) }) else {
            return nil
        }
        let address = row.name.dropFirst(kind.0.count).replacing("_", with: ".")
        return [String(address), kind.1, row.state, birdTime(row.since), words.joined(separator: " ")]
    }
}

/// A table as one of calicoctl's two libraries draws it.
struct StatusTable: Sendable {
    static let headings = ["PEER ADDRESS", "PEER TYPE", "STATE", "SINCE", "INFO"]

    var text: String

    init(_ rows: [[String]], _ style: StatusTableStyle) {
        let isWrapped = style == .tablewriter
        let cells = rows.map { row in row.map { isWrapped ? StatusTable.wrapped($0, 30) : [$0] } }
        let widths = StatusTable.headings.indices.map { column in
            let widest = rows.map { row in row[column].utf8.count }.max() ?? 0
            return max(StatusTable.headings[column].utf8.count, isWrapped ? min(widest, 30) : widest)
        }
        let rule = "+" + widths.map { String(repeating: "-", count: $0 + 2) + "+" }.joined() + "\n"
        func line(_ texts: [String]) -> String { "| " + texts.joined(separator: " | ") + " |\n" }
        let heads = zip(StatusTable.headings, widths).map { isWrapped ? $0.centred($1) : $0.padded($1) }
        text = rule + line(heads) + rule
        for row in cells {
            let height = row.map(\.count).max() ?? 1
            for physical in 0..<height {
                text += line(
                    zip(row, widths).map { cell, width in (physical < cell.count ? cell[physical] : "").padded(width) })
            }
        }
        text += rule
    }

    /// Words filled into lines of at most a width.
    static func wrapped(_ text: String, _ width: Int) -> [String] {
        var lines: [String] = []
        for word in text.split(separator: " ") {
            if let last = lines.last, last.utf8.count + 1 + word.utf8.count <= width {
                lines[lines.count - 1] = last + " " + word
            } else {
                lines.append(String(word))
            }
        }
        return lines.isEmpty ? [""] : lines
    }
}
