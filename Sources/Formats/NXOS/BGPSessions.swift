public import Fabric

/// A row of `show bgp sessions`: the cheapest text source for flaps and notifications of all neighbors (aci.md 6.5).
public struct BGPSessionRow: Sendable, Hashable {
    /// The number in the controller's banner.
    public var node: Int?
    /// The VRF, `tenant:name`.
    public var vrf: String?
    /// The VRF's local AS number.
    public var localAS: ASN?
    /// The local router id.
    public var routerID: IPAddress?
    /// The neighbor's address.
    public var neighbor: IPAddress
    /// The neighbor's AS number.
    public var asn: ASN
    /// How often the session was lost since the neighbor was configured.
    public var flaps: UInt64
    /// Time since the last change of state, as printed.
    public var lastUpDown: String
    /// Time since something was last read, as printed.
    public var lastRead: String
    /// Time since something was last written, as printed.
    public var lastWrite: String
    /// The state's letter: `I`, `A`, `O`, `E`, `C` or `S`.
    public var state: Character
    /// The local TCP port, 0 where there is no connection.
    public var localPort: UInt16
    /// The neighbor's TCP port.
    public var remotePort: UInt16
    /// Notifications sent.
    public var notificationsSent: UInt64
    /// Notifications received.
    public var notificationsReceived: UInt64

    /// The state's word, nil for a letter that the legend does not know.
    public var stateWord: String? {
        switch state {
        case "I": "Idle"
        case "A": "Active"
        case "O": "Open"
        case "E": "Established"
        case "C": "Closing"
        case "S": "Shutdown"
        default: nil
        }
    }
}

extension NXOS {
    /// Reads `show bgp sessions vrf …` of one or many leaves and VRFs, in the order of the output.
    public static func bgpSessions(_ bytes: [UInt8]) -> Parsed<[BGPSessionRow]> {
        withView(
            bytes,
            { view in
                var parser = BGPSessionsParser()
                return parser.run(view)
            }, empty: Parsed([], diagnostics: [empty]))
    }
}

private struct BGPSessionsParser {
    private static let wanted: StaticString = "show bgp sessions"
    private var rows: [BGPSessionRow] = []
    private var vrf: String?
    private var localAS: ASN?
    private var routerID: IPAddress?
    private var sawHead = false
    /// Address and AS of a row whose AS was too long for its column.
    private var held: (neighbor: IPAddress, asn: ASN)?

    mutating func run(_ view: ByteView) -> Parsed<[BGPSessionRow]> {
        var lines = OutputLines(view)
        lines.walk(wanted: Self.wanted) { view, line, transcript in place(view, line.range, transcript) }
        return Parsed(rows, diagnostics: lines.finish(found: sawHead || !rows.isEmpty, wanted: Self.wanted))
    }

    private mutating func place(_ view: ByteView, _ range: Range<Int>, _ transcript: Transcript) -> Bool {
        if let start = view.after("VRF ", in: range), let comma = view.firstIndex(of: 0x2c, in: range) {
            held = nil
            vrf = view.string(view.trimmed(start..<comma))
            localAS = view.find("local ASN ", in: range)
                .flatMap { view.token(from: $0 + 10, limit: range.upperBound) }
                .flatMap { SummaryRow.autonomousSystem(view, $0) }.map { ASN($0) }
            sawHead = true
            return true
        }
        if let found = view.find("local router-id ", in: range) {
            routerID = view.token(from: found + 16, limit: range.upperBound).flatMap { view.address($0) }
            return true
        }
        let heads: [StaticString] = ["Total peers ", "ASN ", "peers ", "State: ", "Neighbor "]
        if heads.contains(where: { view.starts(range, $0) }) {
            sawHead = true
            return true
        }
        return readRow(view, range, transcript.node)
    }

    private mutating func readRow(_ view: ByteView, _ range: Range<Int>, _ node: Int?) -> Bool {
        var words = tokens(view, range)
        if let first = words.first, let neighbor = view.address(first) {
            guard words.count > 1, let asn = SummaryRow.autonomousSystem(view, words[1]) else { return false }
            held = (neighbor, ASN(asn))
            words.removeFirst(2)
            if words.isEmpty { return true }
        }
        guard let (neighbor, asn) = held, words.count > 4, let flaps = view.decimal(words[0]),
            let notifications = pair(view, words.removeLast()), let ports = pair(view, words.removeLast()),
            let letter = words.popLast(), letter.count == 1, let first = words.dropFirst().first,
            let localPort = UInt16(exactly: ports.0), let remotePort = UInt16(exactly: ports.1)
        else { return false }
        // Each time is padded before the bar that ends it: `14:40:26|never   |never`.
        let times = view.string(first.lowerBound..<letter.lowerBound).split(separator: "|").map {
            $0.filter { $0 != " " }
        }
        guard times.count == 3 else { return false }
        held = nil
        rows.append(
            BGPSessionRow(
                node: node, vrf: vrf, localAS: localAS, routerID: routerID, neighbor: neighbor, asn: asn, flaps: flaps,
                lastUpDown: times[0], lastRead: times[1], lastWrite: times[2],
                state: Character(Unicode.Scalar(view[letter.lowerBound])), localPort: localPort,
                remotePort: remotePort, notificationsSent: notifications.0, notificationsReceived: notifications.1))
        return true
    }

    private func tokens(_ view: ByteView, _ range: Range<Int>) -> [Range<Int>] {
        var words: [Range<Int>] = []
        var position = range.lowerBound
        while words.count < 12, let word = view.token(from: position, limit: range.upperBound) {
            words.append(word)
            position = word.upperBound
        }
        return words
    }

    /// `49276/179`
    private func pair(_ view: ByteView, _ range: Range<Int>) -> (UInt64, UInt64)? {
        guard let slash = view.firstIndex(of: UInt8(ascii: "/"), in: range),
            let first = view.decimal(range.lowerBound..<slash),
            let second = view.decimal((slash + 1)..<range.upperBound)
        else { return nil }
        return (first, second)
    }
}
