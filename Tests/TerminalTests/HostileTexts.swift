@testable import Terminal

extension Screens {
    /// What a node's name, a description or a reply of a device might hold.
    nonisolated static let hostileTexts: [String] = [
        "\u{1B}[2J\u{1B}[1;1Hgone", "\u{1B}]0;title\u{07}x", "\u{1B}]52;c;eA==\u{1B}\\", "\u{9B}31mred",
        "a\u{90}q\u{9C}b",
        "\u{1B}", "\u{1B}[", "\u{1B}]never closed", "bell\u{07}back\u{08}\u{08}", "one\rtwo\nthree\tfour\u{0B}\u{0C}",
        "\u{202E}gnp.exe\u{202C}", "\u{2066}a\u{2069}\u{200F}b\u{061C}", "zero\u{200B}width\u{2060}\u{FEFF}",
        "👩\u{200D}👩\u{200D}👧\u{200D}👦", "\u{2764}\u{FE0F}", "👍🏽", "🇩🇪🇫", "1\u{FE0F}\u{20E3}", "\u{E0067}\u{E007F}tag",
        "\u{301}\u{301}\u{301}", "z" + String(repeating: "\u{36F}", count: 60), "한글\u{1160}\u{11A8}",
        "\u{115F}\u{1160}",
        "\u{FFFD}" + String(decoding: [0xED, 0xA0, 0x80, 0xC0, 0xAF, 0xFF] as [UInt8], as: UTF8.self),
        "\u{2028}\u{2029}\u{85}", "\u{AD}soft", "\u{180E}\u{180B}", "\u{10FFFF}\u{E000}\u{378}", "שלום عليكم",
        "作業" + "作業作業作業作業",
        "", " ", String(repeating: "long ", count: 400), "\0\0\0",
    ]

    /// Every widget with a text from outside wherever it shows one.
    @MainActor static func widgets(
        with text: String
    ) -> [(name: String, draw: @MainActor (Rect, inout CellBuffer) -> Void)] {
        let row = LazyTableRows(
            [text, "b"], id: { $0 }, row: { TableRow([[TextSpan($0)], [TextSpan($0, .statusOk)]]) })
        let columns = [TableColumn("a", title: text, weight: 1), TableColumn("b", title: "B", alignment: .trailing)]
        let item = PaletteItem(id: "a", title: text, keys: text)
        let dialog = Dialog(
            title: text, body: [[TextSpan(text)]],
            fields: [
                .text("t", label: text, value: text, expected: text), .checkbox("c", label: text),
                .choice("o", label: text, options: [text]),
            ], buttons: [DialogButton("b", title: text)])
        return [
            ("table", { TableView(columns: columns, rows: row).draw(in: $0, of: &$1, state: TableState()) }),
            (
                "table-empty",
                {
                    let none = LazyTableRows<Int>(count: 0, id: { $0 }, row: { _ in TableRow([]) })
                    TableView(columns: columns, rows: none, emptyText: [TextSpan(text)])
                        .draw(in: $0, of: &$1, state: TableState())
                }
            ),
            (
                "tree",
                {
                    let part = TreeNode(1, row: { TableRow([[TextSpan(text)]]) })
                    let whole = TreeNode(0, row: { TableRow([[TextSpan(text)]]) }, children: { [part] })
                    TableView(columns: [TableColumn("a", title: "A")], rows: TreeRows([whole], open: [0]))
                        .draw(in: $0, of: &$1, state: TableState())
                }
            ),
            (
                "detail",
                {
                    DetailView([DetailSection(text, [.init(text, [TextSpan(text)])])]).draw(in: $0, of: &$1)
                }
            ),
            ("text", { TextView([[TextSpan(text)]], wraps: true).draw(in: $0, of: &$1) }),
            ("text-cut", { TextView([[TextSpan(text).highlighted]]).draw(in: $0, of: &$1) }),
            ("diff", { DiffView(from: [text, "same"], to: ["same", text + "!"]).draw(in: $0, of: &$1) }),
            ("dialog", { dialog.draw(in: $0, of: &$1) }),
            ("palette", { Palette(title: text, items: [item], query: "").draw(in: $0, of: &$1) }),
            (
                "help",
                { HelpOverlay(title: text, sections: [HelpSection(text, [Hint(text, text)])]).draw(in: $0, of: &$1) }
            ),
            ("hints", { HintLine([Hint(text, text)]).draw(in: $0, of: &$1) }),
            ("tabs", { TabStrip([text, text], active: 1).draw(in: $0, of: &$1) }),
            ("toast", { Toast(.error, text).draw(in: $0, of: &$1) }),
            ("input", { InputLine(text).draw(in: $0, of: &$1, prompt: [TextSpan(text)]) }),
            ("sparkline", { Sparkline([1, 2], unit: text).draw(in: $0, of: &$1) }),
            ("box", { $1.box($0, title: [TextSpan(text)]) }),
        ]
    }
}

extension TextSpan {
    fileprivate var highlighted: TextSpan { [self].highlighting("e").first ?? self }
}
