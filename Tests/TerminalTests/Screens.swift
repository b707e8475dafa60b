@testable import Terminal

/// The widgets with typical content, as the golden screens and the size tests draw them.
@MainActor enum Screens {
    static let nodes: [(name: String, isUp: Bool)] = (1...30).map { ($0 == 4 ? "作業-4" : "node-\($0)", $0 % 5 != 0) }

    static var rows: LazyTableRows<String> {
        let nodes = nodes
        return LazyTableRows(
            nodes, id: { $0.name },
            row: { node in
                TableRow([
                    [TextSpan(node.name)], [TextSpan("65103")],
                    [node.isUp ? TextSpan("UP 02:21", .sessionUp) : TextSpan("DOWN 00:41", .sessionDown)],
                    ["cafe\u{301} \u{1B}[31mred"],
                ])
            })
    }

    static func table(rows: LazyTableRows<String> = rows, isFocused: Bool = true) -> TableView<LazyTableRows<String>> {
        TableView(
            columns: [
                TableColumn("node", title: "NODE", minWidth: 8, weight: 1, rank: 2),
                TableColumn("as", title: "AS", minWidth: 6, alignment: .trailing),
                TableColumn("state", title: "LEAF-101", minWidth: 10, rank: 1),
                TableColumn("note", title: "NOTE", minWidth: 6, weight: 1),
            ], rows: rows, sort: TableSort("state", descending: true), emptyText: ["no node matches"],
            isFocused: isFocused)
    }

    static func dialog() -> Dialog {
        Dialog(
            title: "Drain node-5",
            body: [["frontend would lose its ", TextSpan("LAST", .statusCritical), " next hop while node-5 is away."]],
            fields: [
                .choice("force", label: "Unmanaged pods", options: ["refuse", "delete"]),
                .checkbox("daemonsets", label: "Ignore DaemonSets", isOn: true),
                .text("name", label: "Node", expected: "node-5"),
            ], buttons: [DialogButton("drain", title: "Drain", needsConsent: true)], isDangerous: true)
    }

    static let palette = Palette(
        title: "Commands",
        items: [
            PaletteItem(id: "filter", title: "Filter rows", keys: "/"),
            PaletteItem(id: "freeze", title: "Freeze the picture", keys: "f"),
            PaletteItem(id: "drain", title: "Drain nodes", keys: "D", disabledReason: "read-only"),
        ], query: "fr")

    static let help = HelpOverlay(
        title: "Keys",
        sections: [
            HelpSection("Move", [Hint("j", "down"), Hint("ctrl-d", "half a page down")]),
            HelpSection("Change", [Hint("D", "drain (read-only)", isEnabled: false)]),
        ])

    static let text = TextView(
        [
            ["The leaf said: ", TextSpan("hold timer expired", .statusCritical), ", twice in a minute."], ["next line"],
            [],
        ],
        wraps: true)

    static let tree = TableView(
        columns: [TableColumn("name", title: "NAME", minWidth: 12, weight: 1), TableColumn("state", title: "STATE")],
        rows: TreeRows(
            [
                TreeNode(
                    "rack-1", row: { TableRow([[TextSpan("rack-1", .textStrong)], ["1/2"]]) },
                    children: {
                        [
                            TreeNode("node-1", row: { TableRow([["node-1"], [TextSpan("UP", .sessionUp)]]) }),
                            TreeNode("node-2", row: { TableRow([["作業-2"], [TextSpan("DOWN", .sessionDown)]]) }),
                        ]
                    }),
                TreeNode("rack-2", row: { TableRow([["rack-2"], ["1/1"]]) }, children: { [] }),
            ], open: ["rack-1"]))

    static let detail = DetailView([
        DetailSection(
            "Session",
            [
                .init("state", [TextSpan("DOWN", .sessionDown), " for 41 s"]), .init("leaf", ["leaf-104"]),
                .init("last reset", ["hold timer expired on the leaf, after three keepalives in a row were lost"]),
            ]), DetailSection("Prefixes", [.init("accepted", ["8"]), .init("作業", ["9"])]),
    ])

    static let difference = DiffView(
        from: ["router bgp 65101", "  hold 3", "  password x", "  maximum-as 2"],
        to: ["router bgp 65101", "  hold 9", "  maximum-as 2", "  bfd", "  next-hop-self"])

    static let widgets: [(name: String, draw: @MainActor (Rect, inout CellBuffer) -> Void)] = [
        ("table", { table().draw(in: $0, of: &$1, state: TableState(selected: "node-5", marks: ["node-2"])) }),
        ("table-unfocused", { table(isFocused: false).draw(in: $0, of: &$1, state: TableState()) }),
        (
            "table-empty",
            { rect, buffer in
                let none = LazyTableRows<String>(count: 0, id: { _ in "" }, row: { _ in TableRow([]) })
                table(rows: none).draw(in: rect, of: &buffer, state: TableState())
            }
        ),
        ("dialog", { dialog().draw(in: $0, of: &$1) }),
        ("palette", { palette.draw(in: $0, of: &$1) }),
        ("help", { help.draw(in: $0, of: &$1) }),
        ("text", { text.draw(in: $0, of: &$1, state: ScrollState(offset: 1)) }),
        ("diff", { DiffView(from: ["as 1", "hold 3", "x"], to: ["as 2", "hold 3", "x"]).draw(in: $0, of: &$1) }),
        ("tree", { tree.draw(in: $0, of: &$1, state: TableState(selected: "node-2")) }),
        ("detail", { detail.draw(in: $0, of: &$1) }),
        (
            "braille",
            {
                Sparkline([1, 2, nil, 8, 4, 9, 9.5], role: nil, form: .braille, unit: " pfx").draw(in: $0, of: &$1)
            }
        ),
        ("tabs", { TabStrip(["Racks", "Nodes", "Leaves", "Findings"], active: 2).draw(in: $0, of: &$1) }),
        (
            "hints",
            {
                HintLine([Hint("enter", "open"), Hint("D", "drain", isEnabled: false), Hint("?", "help")]).draw(
                    in: $0, of: &$1)
            }
        ),
        ("toast", { Toast(.error, "leaf-104 did not answer in 5 s; retrying").draw(in: $0, of: &$1) }),
        ("sparkline", { Sparkline([1, 2, nil, 8, 4, .nan, 9], role: nil).draw(in: $0, of: &$1) }),
        ("input", { InputLine("rack:2 作業 state:!up").draw(in: $0, of: &$1, prompt: [TextSpan("/", .hintKey)]) }),
        ("box", { $1.box($0, title: [TextSpan("[2]", .titleKey), TextSpan(" Nodes ", .title)], style: .plain) }),
    ]
}
