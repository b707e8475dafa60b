public import Fabric

extension BIRD {
    /// Reads the BGP protocols of `show protocols all` (or, without details, of `show protocols`) as peerings.
    ///
    /// Names that Calico gives are decoded: `Node_192_168_2_4`, `Mesh_fd00__2`, `Global_192_168_2_6_port_1790`,
    /// `Local_Workload_10_244_7_65`; `Neighbor address` counts where it is printed. A disabled protocol is kept
    /// with the state `down` and no BGP state. A BGP protocol whose address is told nowhere is a warning. Of a name
    /// given twice the last row holds; BIRD 2's counts per channel are added up.
    public static func peers(_ bytes: [UInt8]) -> Parsed<[NodePeer]> {
        bytes.withUnsafeBufferPointer { peers($0) }
    }

    /// Reads the BGP protocols from borrowed bytes.
    public static func peers(_ bytes: UnsafeBufferPointer<UInt8>) -> Parsed<[NodePeer]> {
        var table = PeerTable()
        let diagnostics = ProtocolLines.read(bytes) { event in
            switch event {
            case .row(let row): table.begin(row)
            case .detail(let line): table.detail(line.text)
            }
        }
        table.close()
        return Parsed(table.peers, diagnostics: DiagnosticList.merged(diagnostics, table.diagnostics.all))
    }
}

/// What a Calico protocol's name says of its peer.
struct PeerName {
    let kind: NodePeerKind?
    let address: IPAddress?
    let port: Int?

    /// Decodes `Node_192_168_2_4` and its like; all nil for a name that is not Calico's.
    init(_ name: ByteText) {
        let known: (NodePeerKind, ByteText)? =
            if let tail = name.behind("Node_") {
                (.node, tail)
            } else if let tail = name.behind("Mesh_") {
                (.mesh, tail)
            } else if let tail = name.behind("Global_") {
                (.global, tail)
            } else if let tail = name.behind("Local_Workload_") {
                (.localWorkload, tail)
            } else {
                nil
            }
        kind = known?.0
        guard let tail = known?.1 else {
            address = nil
            port = nil
            return
        }
        let (text, port) = PeerName.split(tail, at: "_port_")
        self.port = port
        address = PeerName.address(text)
    }

    /// Takes `_port_1790` (or calicoctl's `.port.1790`, `:port:1790`) off the end.
    static func split(_ text: ByteText, at mark: StaticString) -> (ByteText, Int?) {
        var digits = 0
        while digits < 5, let byte = text[text.count - 1 - digits], ByteText.isDigit(byte) { digits += 1 }
        let head = text.prefix(text.count - digits)
        guard digits > 0, head.hasSuffix(mark), let port = text.dropFirst(head.count).number else { return (text, nil) }
        return (head.prefix(head.count - mark.utf8CodeUnitCount), port)
    }

    private static func address(_ text: ByteText) -> IPAddress? {
        guard text.count <= 45 else { return nil }
        func read(_ separator: UInt8) -> IPAddress? {
            text.buffer.map { $0 == UInt8(ascii: "_") ? separator : $0 }.withUnsafeBufferPointer {
                IPAddress(bytes: $0)
            }
        }
        return read(UInt8(ascii: ".")) ?? read(UInt8(ascii: ":"))
    }
}

/// INFO, split into BGP state and error.
struct PeerInfo {
    let text: String
    let state: BGPState?
    let lastError: String?

    /// Splits `Active        Socket: Connection refused`; a protocol that is down has an error and no state.
    init(_ info: ByteText) {
        text = info.squeezed
        var rest = info
        guard let word = rest.nextWord() else {
            state = nil
            lastError = nil
            return
        }
        let state = PeerInfo.common(word) ?? BGPState(words: word.string)
        if state.phase == .other {
            self.state = nil
            lastError = text
        } else {
            self.state = state
            rest = rest.trimmed
            lastError = rest.isEmpty ? nil : rest.squeezed
        }
    }

    private static let idle = BGPState(words: "Idle")
    private static let connect = BGPState(words: "Connect")
    private static let active = BGPState(words: "Active")
    private static let passive = BGPState(words: "Passive")
    private static let openSent = BGPState(words: "OpenSent")
    private static let openConfirm = BGPState(words: "OpenConfirm")

    /// The states that nearly every row has, made once.
    private static func common(_ word: ByteText) -> BGPState? {
        if word.equals("Established") { return .established }
        if word.equals("Active") { return active }
        if word.equals("Idle") { return idle }
        if word.equals("Connect") { return connect }
        if word.equals("OpenSent") { return openSent }
        if word.equals("OpenConfirm") { return openConfirm }
        return word.equals("Passive") ? passive : nil
    }
}

/// Peerings under construction.
private struct PeerTable {
    private(set) var peers: [NodePeer] = []
    private(set) var diagnostics = DiagnosticList()
    private var indexes: [String: Int] = [:]
    private var open: Draft?

    private struct Draft {
        let row: BIRDProtocol
        let name: PeerName
        let info: PeerInfo
        let line: Int
        var address: IPAddress?
        var port: Int?
        var lastError: String?
        var neighborID: IPAddress?
        var neighborAS: ASN?
        var sourceAddress: IPAddress?
        var exported: Int?
        var imported: Int?
        var holdTime: Int?

        mutating func add(imported: Int) { self.imported = (self.imported ?? 0) &+ imported }

        mutating func add(exported: Int) { self.exported = (self.exported ?? 0) &+ exported }
    }

    mutating func begin(_ row: ProtocolRow) {
        close()
        guard row.isBGP else { return }
        open = Draft(row: row.value, name: PeerName(row.name), info: PeerInfo(row.info), line: row.line.number)
    }

    mutating func detail(_ text: ByteText) {
        guard open != nil, let colon = text.offset(of: UInt8(ascii: ":")) else { return }
        let key = text.prefix(colon)
        let value = text.dropFirst(colon + 1).trimmed
        if key.equals("Neighbor address") {
            open?.address = value.prefix(value.offset(of: UInt8(ascii: "%")) ?? value.count).address
        } else if key.equals("Neighbor port") {
            open?.port = value.number
        } else if key.equals("Neighbor AS") {
            open?.neighborAS = value.number.flatMap(UInt32.init(exactly:)).map { ASN($0) }
        } else if key.equals("Neighbor ID") {
            open?.neighborID = value.address
        } else if key.equals("Source address") {
            open?.sourceAddress = value.address
        } else if key.equals("Routes") {
            count(value)
        } else if key.equals("Hold timer") {
            open?.holdTime = BIRDTime.timer(value)?.total
        } else if key.equals("Last error") {
            open?.lastError = value.squeezed
        }
    }

    /// `2 imported, 1 filtered, 6 exported, 1 preferred`.
    private mutating func count(_ text: ByteText) {
        var rest = text
        while let number = rest.nextWord(), let word = rest.nextWord() {
            guard let value = number.number else { return }
            if word.hasPrefix("imported") { open?.add(imported: value) }
            if word.hasPrefix("exported") { open?.add(exported: value) }
        }
    }

    mutating func close() {
        guard let draft = open else { return }
        open = nil
        guard let address = draft.address ?? draft.name.address else {
            diagnostics.add(
                .warning, line: draft.line, "neither name nor details tell the peer's address", excerpt: draft.row.name)
            return
        }
        let peer = NodePeer(
            address: address, port: draft.port ?? draft.name.port, kind: draft.name.kind, protocolName: draft.row.name,
            protocolState: draft.row.state, state: draft.info.state, info: draft.info.text,
            lastError: draft.lastError ?? draft.info.lastError, since: draft.row.since, neighborID: draft.neighborID,
            neighborAS: draft.neighborAS, sourceAddress: draft.sourceAddress, exported: draft.exported,
            imported: draft.imported, holdTime: draft.holdTime)
        if let index = indexes[draft.row.name] {
            peers[index] = peer
        } else {
            indexes[draft.row.name] = peers.count
            peers.append(peer)
        }
    }
}
