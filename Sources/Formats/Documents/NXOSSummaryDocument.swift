import Fabric

extension NXOS {
    /// The JSON of `bgpdeck parse bgp-summary`, one line with a line feed: what was printed, absent fields null.
    public static func summaryDocument(_ bytes: UnsafeBufferPointer<UInt8>) -> Parsed<[UInt8]> {
        let parsed = summaryColumns(bytes)
        var writer = JSONWriter()
        writeSummary(parsed.value, into: &writer)
        writer.newline()
        return Parsed(writer.bytes, diagnostics: parsed.diagnostics)
    }

    /// The JSON of `bgpdeck parse bgp-summary` from an array.
    public static func summaryDocument(_ bytes: [UInt8]) -> Parsed<[UInt8]> {
        bytes.withUnsafeBufferPointer { summaryDocument($0) }
    }

    /// Writes the object `{tables: […]}`: the tables that have neighbors, in the order of the output.
    public static func writeSummary(_ columns: SummaryColumns, into writer: inout JSONWriter) {
        writer.beginObject()
        writer.key("tables")
        writer.beginArray()
        for index in columns.tables.indices where !columns.rows(of: index).isEmpty {
            columns.write(table: index, into: &writer)
        }
        writer.endArray()
        writer.endObject()
    }
}

extension SummaryColumns {
    fileprivate func write(table index: Int, into writer: inout JSONWriter) {
        let table = tables[index]
        writer.beginObject()
        writer.key("node")
        writer.number(table.node)
        writer.key("vrf")
        writer.string(table.vrf)
        writer.key("family")
        writer.string(table.family)
        writer.key("router_id")
        write(table.routerID, into: &writer)
        writer.key("local_as")
        writer.number(table.localAS?.value)
        writer.key("neighbors")
        writer.beginArray()
        let states = (0..<stateTexts.count).map { state(stateTexts.string($0)).words }
        for row in rows(of: index) { write(rows[row], states, into: &writer) }
        writer.endArray()
        writer.endObject()
    }

    private func write(_ row: Row, _ states: [String], into writer: inout JSONWriter) {
        writer.beginObject()
        writer.key("neighbor")
        write(row.neighbor, into: &writer)
        writer.key("version")
        writer.number(row.version)
        writer.key("as")
        writer.number(row.asn)
        writer.key("as_printed")
        writeAS(row, into: &writer)
        writer.key("msg_rcvd")
        writer.number(row.received)
        writer.key("msg_sent")
        writer.number(row.sent)
        writer.key("tbl_ver")
        writer.number(row.tableVersion)
        writer.key("in_q")
        writer.number(row.inQueue)
        writer.key("out_q")
        writer.number(row.outQueue)
        writer.key("up_down")
        ages.withText(row.age) { writer.string(utf8: $0) }
        writeState(row, states, into: &writer)
        writer.endObject()
    }

    private func writeAS(_ row: Row, into writer: inout JSONWriter) {
        guard row.asText != 0 else { return writer.quoted(row.asn) }
        asTexts.withBytes(Int(row.asText) - 1) { writer.string(utf8: $0) }
    }

    private func writeState(_ row: Row, _ states: [String], into writer: inout JSONWriter) {
        writer.key("state")
        if row.state == 0 {
            writer.string("Established")
            writer.key("prefixes_received")
            writer.number(row.prefixes)
            writer.key("state_pfxrcd")
            writer.quoted(row.prefixes)
        } else {
            writer.string(states[Int(row.state) - 1])
            writer.key("prefixes_received")
            writer.null()
            writer.key("state_pfxrcd")
            stateTexts.withBytes(Int(row.state) - 1) { writer.string(utf8: $0) }
        }
    }

    private func write(_ address: AddressCode, into writer: inout JSONWriter) {
        guard address.kind != .none else { return writer.null() }
        addresses.withText(address) { writer.string(utf8: $0) }
    }
}
