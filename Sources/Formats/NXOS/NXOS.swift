public import Fabric

/// Reads what NX-OS in ACI mode prints: leaves over SSH, and controllers with `fabric N show …`.
///
/// Banners of several nodes, several VRFs and families in one output, prompts, echoed commands, colours, a pager's
/// prompt, CRLF, missing titles and broken rows are read through. Output of another vendor or command is refused by
/// name.
public enum NXOS {
    /// Reads `show ip bgp summary` (`show bgp ipv4|ipv6|… summary`) into Fabric's tables, in the order of the output.
    public static func summary(_ bytes: UnsafeBufferPointer<UInt8>) -> Parsed<[LeafSummary]> {
        let parsed = summaryColumns(bytes)
        return Parsed(parsed.value.summaries(), diagnostics: parsed.diagnostics)
    }

    /// Reads `show ip bgp summary` into Fabric's tables.
    public static func summary(_ bytes: [UInt8]) -> Parsed<[LeafSummary]> {
        bytes.withUnsafeBufferPointer { summary($0) }
    }

    /// Reads `show ip bgp summary` into columns, which hold every printed field and are quickly written as JSON.
    public static func summaryColumns(_ bytes: UnsafeBufferPointer<UInt8>) -> Parsed<SummaryColumns> {
        guard let view = ByteView(bytes) else { return Parsed(SummaryColumns(), diagnostics: [empty]) }
        var parser = SummaryParser(view)
        return parser.run()
    }

    /// Reads `show ip bgp summary` into columns.
    public static func summaryColumns(_ bytes: [UInt8]) -> Parsed<SummaryColumns> {
        bytes.withUnsafeBufferPointer { summaryColumns($0) }
    }

    /// Reads `show ip route` and `show ipv6 route` into columns, in the order of the output.
    ///
    /// A next hop or prefix that the capture lost is nil with a note. Compare ``RouteColumns/tables()``.
    public static func routes(_ bytes: UnsafeBufferPointer<UInt8>) -> Parsed<RouteColumns> {
        guard let view = ByteView(bytes) else { return Parsed(RouteColumns(), diagnostics: [empty]) }
        var parser = RouteParser(view)
        return parser.run()
    }

    /// Reads `show ip route` and `show ipv6 route` into columns.
    public static func routes(_ bytes: [UInt8]) -> Parsed<RouteColumns> {
        bytes.withUnsafeBufferPointer { routes($0) }
    }

    static var empty: Diagnostic {
        Diagnostic(severity: .error, line: 1, message: "the input is empty", excerpt: "")
    }
}
