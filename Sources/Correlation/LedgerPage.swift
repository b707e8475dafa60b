import Fabric
import FoundationEssentials

/// The ledger of one session.
struct LedgerPage {
    let session: Session
    /// Prefixes that the node should advertise, ascending.
    let expected: [IPPrefix]
    /// What BIRD exports to the leaf; nil: not read.
    let export: Observed<[NodeRoute]>?
    let clock: BIRDClock
    /// Prefixes that the leaf forwards to the node, ascending.
    let installed: [IPPrefix]
    let tables: [AddressFamily: Observed<RouteTable>]
    let isSelected: Bool
    let policy: PrefixPolicy
    let areBlocksKnown: Bool
    let areServicesKnown: Bool
    let isLeafOld: Bool

    /// Seconds that a change may take from Calico's datastore to the leaf's table before its absence counts.
    static let settling = 10.0

    /// A prefix before it is judged.
    private struct Line {
        var prefix: IPPrefix
        var isExpected: Bool
        var isAdvertised: Bool
        /// When BIRD got the route, as printed.
        var printedSince: String?
        /// Whether the node has the route from another node alone, through the mesh.
        var isMeshCopy: Bool
        var installed: Knowledge
        var permitted: Bool?
    }

    /// What the leaf's count of accepted paths allows to conclude.
    private struct Count {
        /// PfxRcd; nil where the session is not Established or was not read.
        var received: Int?
        /// Advertised and permitted.
        var advertised = 0
        /// Of these, installed through the node.
        var installed = 0
        /// Of these, in no route of the leaf.
        var absent = 0
        /// Whether each advertised prefix is known to be permitted or not.
        var isExact = true
        /// Whether the leaf was read late enough to show what the node had advertised.
        var isSettled = false
    }

    /// Appends the entries, ascending by prefix.
    func appendEntries(to entries: inout [LedgerEntry]) {
        let lines = mergedLines()
        let count = count(lines)
        entries.reserveCapacity(entries.count + lines.count)
        for line in lines { entries.append(entry(line, count)) }
    }

    /// Whether the node's BIRD is in graceful-restart recovery: it has the session and sends nothing.
    private var isRecovering: Bool { session.nodePeer?.value.isRecovering == true }

    // MARK: Merging

    private func mergedLines() -> [Line] {
        // `show route export` tells what the filter would let through; recovery holds it back all the same.
        let routes = isRecovering ? [] : export?.value ?? []
        let printed = Dictionary(routes.map { ($0.prefix, $0.since) }, uniquingKeysWith: { a, _ in a })
        var copies = Set(routes.lazy.filter(\.isFromMesh).map(\.prefix))
        if !copies.isEmpty { copies.subtract(routes.lazy.filter { !$0.isFromMesh }.map(\.prefix)) }
        let advertised = printed.keys.sorted()
        var lines: [Line] = []
        lines.reserveCapacity(max(expected.count, advertised.count, installed.count))
        var e = 0
        var a = 0
        var i = 0
        while true {
            let heads = [
                e < expected.count ? expected[e] : nil, a < advertised.count ? advertised[a] : nil,
                i < installed.count ? installed[i] : nil,
            ]
            guard let prefix = heads.compactMap({ $0 }).min() else { break }
            let isExpected = heads[0] == prefix
            let isAdvertised = heads[1] == prefix
            let isInstalled = heads[2] == prefix
            e += isExpected ? 1 : 0
            a += isAdvertised ? 1 : 0
            i += isInstalled ? 1 : 0
            lines.append(
                Line(
                    prefix: prefix, isExpected: isExpected, isAdvertised: isAdvertised,
                    printedSince: printed[prefix], isMeshCopy: copies.contains(prefix),
                    installed: isInstalled ? .yes : presence(prefix),
                    permitted: policy.permits(prefix, of: session.nodeAddress)))
        }
        return lines
    }

    /// A prefix that is not installed through this node: absent, or installed through others alone.
    private func presence(_ prefix: IPPrefix) -> Knowledge {
        guard !isSelected, let table = tables[prefix.family] else { return .unknown }
        return table.value.index(of: prefix) == nil ? .no : .unknown
    }

    private func count(_ lines: [Line]) -> Count {
        var count = Count()
        guard let peer = session.leafPeer, !isLeafOld, peer.value.state.isEstablished else { return count }
        count.received = peer.value.prefixesReceived
        for line in lines where line.isAdvertised {
            guard let permitted = line.permitted else {
                count.isExact = false
                continue
            }
            guard permitted else { continue }
            count.advertised += 1
            if line.installed == .yes { count.installed += 1 }
            if line.installed == .no { count.absent += 1 }
        }
        let age = peer.value.age?.seconds ?? .infinity
        let isRead = export.map { peer.at.timeIntervalSince($0.at) > -LedgerPage.settling / 2 } ?? true
        count.isSettled = age >= LedgerPage.settling && isRead
        return count
    }

    // MARK: Judging

    private func entry(_ line: Line, _ count: Count) -> LedgerEntry {
        let kind = policy.kind(line.prefix)
        let expected = expectation(line, kind)
        let advertised = export == nil && !isRecovering ? Knowledge.unknown : Knowledge(line.isAdvertised)
        let accepted = acceptance(line, count)
        let judged = judge(line, expected, advertised, accepted)
        return LedgerEntry(
            key: session.key, rack: session.rack, prefix: line.prefix, kind: kind, expected: expected,
            advertised: advertised, accepted: accepted, installed: line.installed, verdict: judged.verdict,
            rule: judged.rule, reason: judged.reason)
    }

    private func expectation(_ line: Line, _ kind: PrefixKind) -> Knowledge {
        if line.isExpected { return .yes }
        return switch kind {
        case .block: areBlocksKnown ? .no : .unknown
        case .service, .serviceRange: areServicesKnown ? .no : .unknown
        // Which host routes lie outside their node's blocks is not read.
        case .borrowed, .other: .unknown
        }
    }

    private func acceptance(_ line: Line, _ count: Count) -> Knowledge {
        guard let received = count.received else { return isLeafDown == true ? .no : .unknown }
        if line.installed == .yes { return .yes }
        guard count.isSettled, isSettled(line) else { return .unknown }
        if received == 0 { return .no }
        guard line.isAdvertised, count.isExact, received <= count.advertised else { return .unknown }
        if line.permitted == false { return .no }
        if received == count.advertised { return .yes }
        if received == count.installed { return .no }
        return line.installed == .no && received <= count.advertised - count.absent ? .no : .unknown
    }

    /// Whether the node has had the route for long enough.
    private func isSettled(_ line: Line) -> Bool {
        guard let export, let leaf = session.leafPeer, let printed = line.printedSince,
            let since = clock.moment(printed, observed: export.at)
        else { return true }
        return leaf.at.timeIntervalSince(since) >= LedgerPage.settling
    }

    /// Whether the leaf says that the session is not Established; nil where it was not read or too long ago.
    private var isLeafDown: Bool? {
        if isLeafOld { return nil }
        if let peer = session.leafPeer {
            // A session that is up all the same came back after the leaf was read.
            return peer.value.state.isEstablished ? false : session.verdict == .up ? nil : true
        }
        return session.isLeafRead ? true : nil
    }

    private typealias Judgement = (verdict: PrefixVerdict, rule: RuleID?, reason: String)

    private func judge(
        _ line: Line, _ expected: Knowledge, _ advertised: Knowledge, _ accepted: Knowledge
    ) -> Judgement {
        if isLeafDown == true { return judgeDown(line, advertised) }
        if line.isAdvertised, line.permitted == false {
            return (.denied, nil, "outside the pod and service subnets: the import route map denies it")
        }
        if accepted == .no, line.isMeshCopy, line.installed == .unknown, line.permitted == true {
            return (.denied, MeshEnabled.id, "passed on from the node-to-node mesh: the leaf has it without this node")
        }
        if accepted == .no, line.isAdvertised, line.permitted == true {
            return (.notAccepted, PrefixNotAccepted.id, "the node advertises it, the leaf does not accept it")
        }
        if expected == .yes, advertised == .no {
            if isRecovering {
                return (.notAdvertised, RecoveryWait.id, "graceful-restart recovery holds all routes back")
            }
            return (.notAdvertised, nil, "Calico should advertise it, BIRD does not export it to this leaf")
        }
        if accepted == .yes, line.installed == .no {
            return (.notInstalled, nil, "accepted, but in no route of the leaf")
        }
        if line.installed == .yes, advertised == .no || expected == .no {
            let reason = advertised == .no ? "installed, but the node does not advertise it" : "nothing asks for it"
            return (.unexpected, nil, reason)
        }
        if accepted == .yes { return (.ok, nil, line.installed == .yes ? "installed" : "accepted by count") }
        return (.unknown, nil, unknownReason(line, advertised))
    }

    private func judgeDown(_ line: Line, _ advertised: Knowledge) -> Judgement {
        guard line.installed == .yes else { return (.notAdvertised, SessionDown.id, "the session is not Established") }
        guard isTableYounger(line.prefix.family) else {
            return (.unknown, nil, "the table was read before the session was lost")
        }
        return (.stale, StaleNextHops.id, "the leaf still forwards to the node, the session is gone")
    }

    /// Whether the table was read after the leaf had lost the session.
    private func isTableYounger(_ family: AddressFamily) -> Bool {
        guard let table = tables[family], let peer = session.leafPeer, let lost = session.leafLost else { return false }
        return table.at.timeIntervalSince(min(lost, peer.at)) > 1
    }

    private func unknownReason(_ line: Line, _ advertised: Knowledge) -> String {
        if tables[line.prefix.family] == nil { return "the leaf's table was not read" }
        if advertised == .unknown { return "the node's exports were not read" }
        if line.installed == .unknown { return "installed through other nodes, or not among the prefixes read" }
        return "what the leaf accepts is not known per prefix"
    }
}

extension NodeRoute {
    /// Whether another node told it, through Calico's node-to-node mesh.
    var isFromMesh: Bool { protocolName.hasPrefix("Mesh_") }
}

extension Session {
    /// When the leaf lost the session; nil where it has it, never had it, or does not tell.
    var leafLost: Date? {
        guard let peer = leafPeer, !peer.value.state.isEstablished, let age = peer.value.age else { return nil }
        return peer.at.addingTimeInterval(-age.seconds)
    }
}
