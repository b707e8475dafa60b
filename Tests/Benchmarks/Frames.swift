import Console
import Correlation
import Fabric
import FoundationEssentials
import Terminal

/// A picture of the design's maximum, made without any source: 12 leaves in 6 racks, 2,400 nodes, 4,800 sessions and
/// six prefixes on each.
struct MaximumPicture {
    static let now = Date(timeIntervalSince1970: 1_768_039_200)
    let picture: Picture
    let snapshot: Snapshot

    init(generation: Int) {
        let now = MaximumPicture.now
        let racks = (0..<6).map { index in
            Rack(
                name: "rack-\(index + 1)", asn: ASN(UInt32(4_200_000_000 + index)),
                leaves: [LeafID(101 + 2 * index), LeafID(102 + 2 * index)], origin: .configured)
        }
        let leaves = racks.flatMap { rack in
            rack.leaves.map { Leaf(id: $0, name: "leaf-\($0)", rack: rack.name, origin: .configured) }
        }
        let nodes = (0..<2400).map { index in
            Node(
                name: NodeName("node-\(index + 1)"), address: IPAddress(v4: 0x0A80_0000 + UInt32(index) * 8 + 1),
                asn: ASN(UInt32(4_201_000_000 + index)), rack: racks[index / 400].name, origin: .configured)
        }
        let inventory = Inventory(vrf: "common:calico", racks: racks, leaves: leaves, nodes: nodes)
        var picture = Picture(at: now)
        picture.inventory = inventory
        picture.sessions = nodes.enumerated().flatMap { index, node in
            racks[index / 400].leaves.map {
                MaximumPicture.session(node, $0, now, isDown: index % 97 == generation % 97)
            }
        }
        picture.nodes = nodes.enumerated().map { index, node in
            NodePicture(
                node: node, sessions: Array(picture.sessions[2 * index..<2 * index + 2]), advertised: 6, accepted: 6,
                installed: 6, services: 3, skew: 1, isCordoned: false,
                health: index % 97 == generation % 97 ? .degraded : .ok)
        }
        for (place, session) in picture.sessions.enumerated() {
            for number in 0..<6 { picture.ledger.append(MaximumPicture.entry(place, session, number)) }
        }
        picture.racks = racks.map {
            RackPicture(rack: $0, nodes: 400, sessionsUp: 796, sessionsTotal: 800, maintenance: [], health: .degraded)
        }
        picture.leaves = leaves.map { leaf in
            LeafPicture(
                leaf: leaf, localAS: ASN(65001), routerID: nil, peersUp: 398, peersTotal: 400, peerLimit: 400,
                pathsAccepted: 2400, routesInstalled: 128_000, lpmLimit: 128_000, tableVersion: 9, lastRead: now,
                health: .degraded)
        }
        self.picture = picture
        var snapshot = Snapshot(inventory: inventory, at: now)
        let sources = leaves.map { SourceID.leaf($0.id) } + nodes.map { SourceID.node($0.name) } + [.kubernetes]
        for source in sources {
            snapshot.sources[source] = SourceStatus(lastSuccess: now, lastAttempt: now, interval: .seconds(30))
        }
        self.snapshot = snapshot
    }

    private static func session(_ node: Node, _ leaf: LeafID, _ now: Date, isDown: Bool) -> Session {
        Session(
            key: SessionKey(node: node.name, leaf: leaf), rack: node.rack, leafAddress: node.address,
            nodeAddress: node.address, leafAS: ASN(65001), nodeAS: node.asn, leafPeer: nil, nodePeer: nil,
            isLeafRead: true, isNodeRead: true, verdict: isDown ? .down : .up,
            since: now.addingTimeInterval(-7200), accepted: 6, advertised: 6, losses: 0)
    }

    private static func entry(_ place: Int, _ session: Session, _ index: Int) -> LedgerEntry {
        return LedgerEntry(
            key: session.key, rack: session.rack,
            prefix: IPPrefix(host: IPAddress(v4: 0x0AF4_0000 + UInt32(place * 6 + index))), kind: .block,
            expected: .yes, advertised: .yes,
            accepted: .yes, installed: .yes, verdict: .ok, rule: nil, reason: "")
    }
}

/// Measures what a key press, new facts and a frame cost at 200x60 over the design's maximum.
func measureFrames() {
    let maximum = MaximumPicture(generation: 0)
    let other = MaximumPicture(generation: 1)
    var state = AppState(
        label: FabricLabel(context: "max", vrf: "common:calico", isSimulated: true), size: Size(width: 200, height: 60),
        now: MaximumPicture.now)
    _ = update(&state, .facts(maximum.snapshot, maximum.picture))
    var cells = 0
    func frame() { cells &+= render(state, glyphs: .unicode).buffer.size.width }
    func press(_ key: String) {
        if let chord = KeyChord(text: key) { _ = update(&state, .input(.key(chord))) }
    }
    func tell(_ name: String, runs: Int = 41, _ body: () -> Void) {
        let time = median(runs: runs, body) * 1000
        print("  \(name): \(Double(Int(time * 100)) / 100) ms of processor time")
    }
    print("console at 200x60 over 2,400 nodes, 4,800 sessions, 28,800 ledger entries; median")
    tell("a frame") { frame() }
    tell("a cursor move and its frame") {
        press("j")
        frame()
    }
    press("enter")
    press("right")
    tell("a frame with a node's prefixes") { frame() }
    press("escape")
    _ = update(&state, .input(.key(KeyChord(":"))))
    for character in "sessions" { press(String(character)) }
    press("enter")
    tell("a frame of the sessions") { frame() }
    tell("a letter of a filter, and its frame", runs: 9) {
        press("/")
        press("7")
        frame()
        press("escape")
    }
    var turn = false
    tell("new facts and their frame", runs: 9) {
        turn.toggle()
        let next = turn ? other : maximum
        _ = update(&state, .facts(next.snapshot, next.picture))
        frame()
    }
    press("1")
    press("right")
    tell("a frame with a rack of 400 nodes open") { frame() }
    tell("new facts and their frame, a rack open", runs: 9) {
        turn.toggle()
        let next = turn ? other : maximum
        _ = update(&state, .facts(next.snapshot, next.picture))
        frame()
    }
    for view in ["audit", "capacity"] {
        press(":")
        for character in view { press(String(character)) }
        press("enter")
        tell("new facts and their frame, with :\(view)", runs: 9) {
            turn.toggle()
            let next = turn ? other : maximum
            _ = update(&state, .facts(next.snapshot, next.picture))
            frame()
        }
    }
    press("2")
    press("enter")
    for _ in 0..<4 { press("right") }
    tell("a frame with a node's peer config", runs: 9) { frame() }
    press("ctrl-p")
    tell("a letter in the finder, and its frame", runs: 9) {
        press("4")
        frame()
        press("backspace")
    }
    print("  cells \(cells)")
}
