public import Fabric

/// What `show ip bgp neighbors` tells of one neighbor, as far as it is read (aci.md 6.5).
///
/// Everything but the address is absent where the leaf does not print it: an author may have shortened the text, and
/// a session that is down prints less.
public struct BGPNeighborDetail: Sendable, Hashable {
    /// The number in the controller's banner.
    public var node: Int?
    /// The VRF, where the output names it.
    public var vrf: String?
    /// The neighbor's address.
    public var neighbor: IPAddress
    /// Its AS number.
    public var remoteAS: ASN?
    /// `ebgp` or `ibgp`.
    public var link: String?
    /// The session's state in the words of RFC 4271.
    public var state: String?
    /// How long it has been in it, as printed.
    public var since: String?
    /// The neighbor's router id.
    public var remoteRouterID: IPAddress?
    /// The negotiated hold time.
    public var holdTime: Duration?
    /// The negotiated keepalive interval.
    public var keepalive: Duration?
    /// How often the session was established.
    public var established: UInt64?
    /// How often it was lost.
    public var dropped: UInt64?
    /// `2d00h, due to bfd session down`: when the leaf reset the session last, and why.
    public var lastResetByUs: String?
    /// When the neighbor reset it last, and why.
    public var lastResetByPeer: String?
    /// The route map for what comes in.
    public var inboundRouteMap: String?
    /// The route map for what goes out.
    public var outboundRouteMap: String?
    /// The restart time that the leaf announces.
    public var restartTimeAdvertised: Duration?
    /// How long the leaf keeps the paths of a neighbor that restarts.
    public var staleTime: Duration?
    /// Paths accepted from the neighbor.
    public var acceptedPaths: UInt64?
    /// Paths sent to it.
    public var sentPaths: UInt64?
    /// The leaf's own address in this session.
    public var localHost: IPAddress?
    /// Whether the leaf keeps what it denied (soft reconfiguration inbound).
    public var keepsReceivedRoutes = false
}

extension NXOS {
    /// Reads `show ip bgp neighbors …` (`show bgp ipv4 unicast neighbors`), in the order of the output.
    ///
    /// Lines that carry nothing for the console are passed over without a word: the command prints some sixty a
    /// neighbor, and releases differ in them.
    public static func bgpNeighbors(_ bytes: [UInt8]) -> Parsed<[BGPNeighborDetail]> {
        withView(
            bytes,
            { view in
                var parser = BGPNeighborsParser()
                return parser.run(view)
            }, empty: Parsed([], diagnostics: [empty]))
    }
}

private struct BGPNeighborsParser {
    private static let wanted: StaticString = "show ip bgp neighbors"
    private var neighbors: [BGPNeighborDetail] = []

    mutating func run(_ view: ByteView) -> Parsed<[BGPNeighborDetail]> {
        var lines = OutputLines(view)
        var unreadable: [(Int, String)] = []
        lines.walk(wanted: Self.wanted) { view, line, transcript in
            if let start = view.after("BGP neighbor is ", in: line.range) {
                let isRead = open(view, start..<line.range.upperBound, transcript.node)
                if !isRead { unreadable.append((line.number, excerpt(view.buffer(line.range)))) }
                return true
            }
            guard !neighbors.isEmpty else { return false }
            read(Words(view, line.range))
            return true
        }
        for (number, text) in unreadable {
            lines.log.add(.warning, line: number, "the neighbor's address cannot be read", excerpt: text)
        }
        return Parsed(neighbors, diagnostics: lines.finish(found: !neighbors.isEmpty, wanted: Self.wanted))
    }

    /// `10.34.34.2, remote AS 65002, ebgp link, Peer index 1, Peer Tag 0`
    private mutating func open(_ view: ByteView, _ range: Range<Int>, _ node: Int?) -> Bool {
        let words = Words(view, range)
        guard let address = words.firstWord.flatMap({ IPAddress($0) }) else { return false }
        var detail = BGPNeighborDetail(node: node, neighbor: address)
        detail.remoteAS = words.after("remote AS ").flatMap { ASN(text: $0) }
        detail.vrf = words.after(" VRF ")
        if view.contains("ebgp link", in: range) { detail.link = "ebgp" }
        if view.contains("ibgp link", in: range) { detail.link = "ibgp" }
        neighbors.append(detail)
        return true
    }

    private mutating func read(_ line: Words) {
        let last = neighbors.count - 1
        if let state = line.begins("BGP state = ") {
            neighbors[last].state = state
            neighbors[last].since = line.after("up for ") ?? line.after("down for ")
        } else if line.begins("BGP version ") != nil {
            neighbors[last].remoteRouterID = line.after("remote router ID ").flatMap { IPAddress($0) }
        } else if line.begins("Last read ") != nil {
            neighbors[last].holdTime = line.seconds("hold time = ")
            neighbors[last].keepalive = line.seconds("keepalive interval is ")
        } else if line.begins("Connections established ") != nil {
            neighbors[last].established = line.number("Connections established ")
            neighbors[last].dropped = line.number("dropped ")
        } else if let rest = line.rest("Last reset by us ") {
            neighbors[last].lastResetByUs = rest
        } else if let rest = line.rest("Last reset by peer ") {
            neighbors[last].lastResetByPeer = rest
        } else {
            readPolicy(line, &neighbors[last])
        }
    }

    private func readPolicy(_ line: Words, _ detail: inout BGPNeighborDetail) {
        if let name = line.begins("Inbound route-map configured is ") {
            detail.inboundRouteMap = name
        } else if let name = line.begins("Outbound route-map configured is ") {
            detail.outboundRouteMap = name
        } else if line.begins("Restart time advertised to peer: ") != nil {
            detail.restartTimeAdvertised = line.seconds("peer: ")
        } else if line.begins("Stale time for routes advertised by peer: ") != nil {
            detail.staleTime = line.seconds("peer: ")
        } else if let address = line.begins("Local host: ") {
            detail.localHost = IPAddress(address)
        } else if line.contains("accepted paths consume") {
            detail.acceptedPaths = line.leadingNumber
        } else if line.contains("sent paths") {
            detail.sentPaths = line.leadingNumber
        } else if line.contains("Inbound soft reconfiguration allowed") {
            detail.keepsReceivedRoutes = true
        }
    }
}

/// Searches in a line of sentences.
private struct Words {
    private let view: ByteView
    private let range: Range<Int>

    init(_ view: ByteView, _ range: Range<Int>) {
        self.view = view
        self.range = range
    }

    func contains(_ text: StaticString) -> Bool { view.contains(text, in: range) }

    /// The word behind a text that the line begins with, without the punctuation that ends it.
    func begins(_ text: StaticString) -> String? { view.after(text, in: range).flatMap(word) }

    /// All that follows a text that the line begins with.
    func rest(_ text: StaticString) -> String? {
        view.after(text, in: range).map { view.string(view.trimmed($0..<range.upperBound)) }
    }

    /// The word behind a text anywhere in the line.
    func after(_ text: StaticString) -> String? {
        view.find(text, in: range).flatMap { word($0 + text.utf8CodeUnitCount) }
    }

    func number(_ text: StaticString) -> UInt64? { after(text).flatMap { UInt64($0) } }

    func seconds(_ text: StaticString) -> Duration? {
        number(text).flatMap { Int64(exactly: $0) }.map { Duration.seconds($0) }
    }

    var leadingNumber: UInt64? { word(range.lowerBound).flatMap { UInt64($0) } }

    var firstWord: String? { word(range.lowerBound) }

    private func word(_ start: Int) -> String? {
        guard let token = view.token(from: start, limit: range.upperBound) else { return nil }
        var end = token.upperBound
        while end > token.lowerBound, view[end - 1] == UInt8(ascii: ",") { end -= 1 }
        return end > token.lowerBound ? view.string(token.lowerBound..<end) : nil
    }
}
