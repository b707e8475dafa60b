import Fabric
import FoundationEssentials

/// How a session stands at the moment of judging its prefixes: all of the ledger that follows from the clock and from
/// what the two ends say of the session, so that a page holds for as long as this and its lists are the same.
struct LedgerStanding: Sendable, Equatable {
    /// PfxRcd; nil where the session is not Established or was not read.
    private(set) var received: Int?
    /// Whether the leaf was read late enough to show what the node had advertised.
    private(set) var isSettled = false
    /// Whether the leaf tells paths of the node, and as many as it counts.
    private(set) var arePathsTold = false
    /// Whether graceful-restart recovery holds the routes back.
    let isRecovering: Bool
    /// Whether the node says that the session is not Established.
    let isNodeDown: Bool
    /// Whether the leaf says that the session is not Established; nil where it was not read or too long ago.
    let isLeafDown: Bool?
    /// Whether the leaf's table of a family was read after it had lost the session.
    private(set) var isTableYoungerV4 = false
    private(set) var isTableYoungerV6 = false
    /// Of the times that BIRD printed, those that lie back for too little.
    private let young: Set<Int>

    /// Seconds that a change may take from Calico's datastore to the leaf's table before its absence counts.
    static let settling = 10.0

    init(
        _ session: Session, _ end: NodeEnd, _ tables: LedgerPage.Tables, paths: [PrefixColumn]?, isLeafOld: Bool
    ) {
        isRecovering = session.isRecovering
        isNodeDown = session.nodePeer.map { !$0.value.isUp && !$0.value.isRecovering } ?? false
        let isDown = LedgerStanding.isLeafDown(session, isLeafOld)
        isLeafDown = isDown
        young = end.young(for: session)
        if isDown == true {
            isTableYoungerV4 = LedgerStanding.isYounger(tables.v4, session)
            isTableYoungerV6 = LedgerStanding.isYounger(tables.v6, session)
        }
        guard let peer = session.leafPeer, !isLeafOld, peer.value.state.isEstablished else { return }
        received = peer.value.prefixesReceived
        arePathsTold = paths.map { $0.reduce(0) { $0 + $1.count } == peer.value.prefixesReceived } ?? false
        let age = peer.value.age?.seconds ?? .infinity
        let isRead = end.exportAt.map { peer.at.timeIntervalSince($0) > -LedgerStanding.settling / 2 } ?? true
        isSettled = age >= LedgerStanding.settling && isRead
    }

    /// Whether a route that BIRD got at a printed time has been there for long enough.
    func isSettled(_ time: Int) -> Bool { !young.contains(time) }

    private static func isLeafDown(_ session: Session, _ isLeafOld: Bool) -> Bool? {
        if isLeafOld { return nil }
        if let peer = session.leafPeer {
            // A session that is up all the same came back after the leaf was read.
            return peer.value.state.isEstablished ? false : session.verdict == .up ? nil : true
        }
        return session.isLeafRead ? true : nil
    }

    private static func isYounger(_ table: Observed<RouteTable>?, _ session: Session) -> Bool {
        guard let table, let peer = session.leafPeer, let lost = session.leafLost else { return false }
        // A table that is younger than the summary may show a session that has come back since, as one that was seen
        // coming and going does.
        let isOfOneMoment = table.at.timeIntervalSince(peer.at) <= 1
        return table.at.timeIntervalSince(min(lost, peer.at)) > 1 && (isOfOneMoment || session.losses == 0)
    }
}

/// What a node exports to a leaf, and since when by its own clock.
struct NodeEnd: Sendable {
    /// When BIRD's exports to the leaf were read; nil: not read.
    let exportAt: Date?
    /// What BIRD exports to the leaf.
    let advertised: AdvertisedList
    let clock: BIRDClock

    /// The numbers of the printed times at which a route is too young to be missed on the leaf.
    func young(for session: Session) -> Set<Int> {
        guard let exportAt, let leaf = session.leafPeer else { return [] }
        var young: Set<Int> = []
        for (number, printed) in advertised.times.enumerated() {
            guard let since = clock.moment(printed, observed: exportAt) else { continue }
            if leaf.at.timeIntervalSince(since) < LedgerStanding.settling { young.insert(number) }
        }
        return young
    }
}
