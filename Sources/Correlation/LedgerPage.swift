import Fabric
import FoundationEssentials

/// The ledger of one session.
struct LedgerPage {
    let session: Session
    /// Prefixes that the node should advertise.
    let expected: PrefixList
    /// When BIRD's exports to the leaf were read; nil: not read.
    let exportAt: Date?
    /// What BIRD exports to the leaf.
    let advertised: AdvertisedList
    let standing: LedgerStanding
    /// What the leaf accepted from the node by its own paths, where ``LedgerStanding/arePathsTold``.
    let paths: [PrefixColumn]
    /// Prefixes that the leaf forwards to the node.
    let installed: PrefixList
    let tables: Tables
    let isSelected: Bool
    let policy: PrefixPolicy
    let areBlocksKnown: Bool
    let areServicesKnown: Bool
    let areBorrowedKnown: Bool

    /// The leaf's tables.
    struct Tables {
        var v4: Observed<RouteTable>?
        var v6: Observed<RouteTable>?
        /// What the leaf accepted from each neighbor; nil: it does not tell.
        var pathsV4: AcceptedPaths?
        var pathsV6: AcceptedPaths?

        /// What it accepted from a neighbor, both families; nil: it does not tell.
        func accepted(from neighbor: IPAddress) -> [PrefixColumn]? {
            let told = [pathsV4, pathsV6].compactMap { $0 }
            return told.isEmpty ? nil : told.compactMap { $0.prefixes[neighbor] }
        }

        func table(_ family: AddressFamily) -> Observed<RouteTable>? { family == .ipv4 ? v4 : v6 }
    }

    /// A prefix before it is judged.
    private struct Line {
        var prefix: IPPrefix
        var isExpected: Bool
        var isAdvertised: Bool
        /// Which of the printed times BIRD got the route at.
        var time: Int?
        var installed: Knowledge
        var permitted: Bool?
    }

    /// What the leaf's count of accepted paths allows to conclude.
    private struct Count {
        /// Advertised and permitted.
        var advertised = 0
        /// Of these, installed through the node.
        var installed = 0
        /// Of these, in no route of the leaf.
        var absent = 0
        /// Whether each advertised prefix is known to be permitted or not.
        var isExact = true
    }

    /// What holds for every line of the page.
    private struct Frame {
        let standing: LedgerStanding
        var count = Count()
    }

    /// The pages of the session, ascending by prefix: one for each family that has any.
    func pages() -> [LedgerBook.Page] {
        var frame = Frame(standing: standing)
        // `show route export` tells what the filter would let through; recovery holds it back all the same.
        let told = standing.isRecovering ? PrefixList() : advertised.prefixes
        var lines: [Line] = []
        lines.reserveCapacity(max(expected.v4.count, told.v4.count, installed.v4.count) + 8)
        merge(expected.v4, told.v4, installed.v4, offset: 0, into: &lines) { IPPrefix(v4Key: $0) }
        let split = lines.count
        merge(expected.others, told.others, installed.others, offset: told.v4.count, into: &lines) { $0 }
        if standing.received != nil { frame.count = count(lines) }
        let pages = [page(lines[..<split], .ipv4, frame, told), page(lines[split...], .ipv6, frame, told)]
        return pages.filter { !$0.codes.isEmpty }
    }

    private func page(
        _ lines: ArraySlice<Line>, _ family: AddressFamily, _ frame: Frame, _ told: PrefixList
    ) -> LedgerBook.Page {
        var page = LedgerBook.Page(key: session.key, rack: session.rack, family: family)
        page.reserveCapacity(lines.count)
        for line in lines {
            let kind = policy.kind(line.prefix)
            let expected = expectation(line, kind)
            let advertised =
                exportAt == nil && !standing.isRecovering ? Knowledge.unknown : Knowledge(line.isAdvertised)
            let accepted = acceptance(line, frame)
            let reason = judge(line, expected, advertised, accepted, frame)
            page.append(
                line.prefix,
                LedgerCode(
                    kind: kind, expected: expected, advertised: advertised, accepted: accepted,
                    installed: line.installed, judgement: reason.rawValue),
                LedgerReason.verdicts[reason.rawValue])
        }
        page.share(told.v4)
        return page
    }

    // MARK: Merging

    private func merge<Key: Comparable>(
        _ expected: [Key], _ told: [Key], _ installed: [Key], offset: Int, into lines: inout [Line],
        _ prefix: (Key) -> IPPrefix
    ) {
        var e = 0
        var a = 0
        var i = 0
        while e < expected.count || a < told.count || i < installed.count {
            var key = e < expected.count ? expected[e] : a < told.count ? told[a] : installed[i]
            if a < told.count, told[a] < key { key = told[a] }
            if i < installed.count, installed[i] < key { key = installed[i] }
            let isExpected = e < expected.count && expected[e] == key
            let isAdvertised = a < told.count && told[a] == key
            let isInstalled = i < installed.count && installed[i] == key
            let prefix = prefix(key)
            lines.append(
                Line(
                    prefix: prefix, isExpected: isExpected, isAdvertised: isAdvertised,
                    time: isAdvertised ? advertised.time(at: offset + a) : nil,
                    installed: isInstalled ? .yes : presence(prefix, isCopy: advertised.copies.contains(prefix)),
                    permitted: policy.permits(prefix, of: session.nodeAddress)))
            e += isExpected ? 1 : 0
            a += isAdvertised ? 1 : 0
            i += isInstalled ? 1 : 0
        }
    }

    /// A prefix that is not installed through this node: absent, or installed through others alone.
    private func presence(_ prefix: IPPrefix, isCopy: Bool) -> Knowledge {
        guard !isSelected, let table = tables.table(prefix.family) else { return .unknown }
        guard let row = table.value.index(of: prefix) else { return .no }
        // A leaf prefers what its own nodes tell it: a route through other leaves alone says that none of them does. A
        // copy from the mesh has the longer path.
        if isCopy { return .unknown }
        let hops = table.value.nextHops(at: row).hops
        return hops.allSatisfy { $0.kind == "internal" } && !hops.isEmpty ? .no : .unknown
    }

    private func count(_ lines: [Line]) -> Count {
        var count = Count()
        for line in lines where line.isAdvertised {
            guard let permitted = line.permitted else {
                count.isExact = false
                continue
            }
            // Whether a leaf takes a copy from the mesh besides hangs on its length: the node's own are counted.
            guard permitted, !advertised.copies.contains(line.prefix) else { continue }
            count.advertised += 1
            if line.installed == .yes { count.installed += 1 }
            if line.installed == .no { count.absent += 1 }
        }
        return count
    }

    // MARK: Judging

    private func expectation(_ line: Line, _ kind: PrefixKind) -> Knowledge {
        if line.isExpected { return .yes }
        return switch kind {
        case .block: areBlocksKnown ? .no : .unknown
        case .service, .serviceRange: areServicesKnown ? .no : .unknown
        case .borrowed: areBorrowedKnown ? .no : .unknown
        case .other: .unknown
        }
    }

    private func acceptance(_ line: Line, _ frame: Frame) -> Knowledge {
        let count = frame.count
        guard let received = standing.received else { return standing.isLeafDown == true ? .no : .unknown }
        if line.installed == .yes { return .yes }
        let told = tells(line.prefix)
        if told == .yes { return .yes }
        guard standing.isSettled, line.time.map({ standing.isSettled($0) }) ?? true else { return .unknown }
        if received == 0 || told == .no { return .no }
        guard line.isAdvertised, count.isExact else { return .unknown }
        if advertised.copies.contains(line.prefix) { return received <= count.installed ? .no : .unknown }
        guard received <= count.advertised else { return .unknown }
        if line.permitted == false { return .no }
        if received == count.advertised { return advertised.copies.isEmpty ? .yes : .unknown }
        if received == count.installed { return .no }
        return line.installed == .no && received <= count.advertised - count.absent ? .no : .unknown
    }

    /// Whether a prefix is among the paths that the leaf tells; unknown without them.
    private func tells(_ prefix: IPPrefix) -> Knowledge {
        guard standing.arePathsTold else { return .unknown }
        let isTold = paths.contains { column in
            let place = column.lowerBound(of: prefix)
            return place < column.count && column[place] == prefix
        }
        return Knowledge(isTold)
    }

    private func judge(
        _ line: Line, _ expected: Knowledge, _ advertised: Knowledge, _ accepted: Knowledge, _ frame: Frame
    ) -> LedgerReason {
        if standing.isLeafDown == true { return judgeDown(line) }
        if line.isAdvertised, line.permitted == false {
            if line.installed == .yes { return .letIn }
            return session.nodeAddress.map(line.prefix.contains) == true ? .deniedSubnet : .denied
        }
        if accepted == .no, line.isAdvertised, line.permitted == true {
            return self.advertised.copies.contains(line.prefix) ? .meshCopy : .notAccepted
        }
        if expected == .yes, advertised == .no {
            // Of a leaf that tells nothing the node's end says why.
            return standing.isNodeDown ? .sessionDown : standing.isRecovering ? .recovering : .notAdvertised
        }
        if accepted == .yes, line.installed == .no { return .notInstalled }
        if line.installed == .yes, advertised == .no || expected == .no {
            return advertised == .no ? .notAdvertisedButInstalled : .unasked
        }
        if accepted == .yes {
            guard line.installed != .yes else { return .installed }
            return tells(line.prefix) == .yes ? .accepted : .acceptedByCount
        }
        return unknownReason(line, advertised)
    }

    private func judgeDown(_ line: Line) -> LedgerReason {
        guard line.installed == .yes else { return .sessionDown }
        let isYounger = line.prefix.family == .ipv4 ? standing.isTableYoungerV4 : standing.isTableYoungerV6
        return isYounger ? .stale : .readBeforeLoss
    }

    private func unknownReason(_ line: Line, _ advertised: Knowledge) -> LedgerReason {
        if tables.table(line.prefix.family) == nil { return .tableUnread }
        if advertised == .unknown { return .exportsUnread }
        return line.installed == .unknown ? .throughOthers : .perPrefixUnknown
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
