public import Fabric

/// The rows of `show ip bgp summary` as the parser keeps them: one fixed-size row per neighbor, each text once.
///
/// It holds everything that was printed, in the order of the output; ``summaries()`` makes Fabric's values of it.
public struct SummaryColumns: Sendable {
    var tables: [Table] = []
    var rows: [Row] = []
    var addresses = PrintedAddresses()
    var ages = PrintedAges()
    /// AS numbers that were not printed as plain numbers.
    var asTexts = ByteTable()
    /// Texts of the last column other than plain numbers.
    var stateTexts = ByteTable()

    /// The head of one table.
    struct Table {
        var node: Int?
        var nodeName: String?
        var vrf: String?
        var family: String?
        var routerID: AddressCode = .none
        var localAS: ASN?
        var tableVersion: UInt64?
        var firstRow: Int
    }

    /// One neighbor.
    struct Row {
        var neighbor: AddressCode
        var version: UInt8
        var asn: UInt32
        /// 0 where the AS was printed as a plain number, else the number of its text plus 1.
        var asText: UInt32
        var received: UInt64
        var sent: UInt64
        var tableVersion: UInt64
        var inQueue: UInt64
        var outQueue: UInt64
        var age: UInt32
        /// 0 where the last column is a number, else the number of its text plus 1.
        var state: UInt32
        var prefixes: UInt64
    }

    init() {}

    /// The number of neighbors in all tables.
    public var neighborCount: Int { rows.count }

    /// The number of tables, with and without neighbors.
    public var tableCount: Int { tables.count }

    /// The rows of a table.
    func rows(of table: Int) -> Range<Int> {
        let end = table + 1 < tables.count ? tables[table + 1].firstRow : rows.count
        return tables[table].firstRow..<end
    }

    /// The tables as Fabric knows them. A neighbor whose address the capture lost is left out; the parser noted it.
    public func summaries() -> [LeafSummary] {
        let states = (0..<stateTexts.count).map { state(stateTexts.string($0)) }
        return tables.indices.map { index in
            let table = tables[index]
            var peers: [LeafPeer] = []
            peers.reserveCapacity(rows(of: index).count)
            for row in rows(of: index) { if let peer = peer(rows[row], states: states) { peers.append(peer) } }
            return LeafSummary(
                node: table.node, nodeName: table.nodeName, vrf: table.vrf, family: table.family,
                routerID: addresses.address(table.routerID), localAS: table.localAS,
                tableVersion: table.tableVersion, peers: peers)
        }
    }

    private func peer(_ row: Row, states: [BGPState]) -> LeafPeer? {
        guard let neighbor = addresses.address(row.neighbor) else { return nil }
        let plain = row.state == 0
        let state = plain ? .established : states[Int(row.state) - 1]
        return LeafPeer(
            neighbor: neighbor, version: Int(row.version), asn: ASN(row.asn), asPrinted: asText(row),
            messagesReceived: row.received, messagesSent: row.sent, tableVersion: row.tableVersion,
            inQueue: row.inQueue, outQueue: row.outQueue, upDown: ages.text(row.age),
            age: ages.seconds(row.age).map { .seconds($0) }, state: state,
            prefixesReceived: plain ? Int(clamping: row.prefixes) : nil, stateOrPrefixes: stateText(row))
    }

    /// `0 (No Cap)` is an established session that did not negotiate the family.
    func state(_ words: String) -> BGPState {
        words.utf8.first.map(ByteView.isDigit) == true ? .established : BGPState(words: words)
    }

    private func asText(_ row: Row) -> String {
        row.asText == 0 ? String(row.asn) : asTexts.string(Int(row.asText) - 1)
    }

    private func stateText(_ row: Row) -> String {
        row.state == 0 ? String(row.prefixes) : stateTexts.string(Int(row.state) - 1)
    }
}
