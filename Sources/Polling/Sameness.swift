import Fabric

/// Whether two looks at a node told the same: all but clocks, and the second by which BIRD's printed times jitter from
/// look to look of an unchanged session.
extension NodePeer {
    static func tellSame(_ former: [NodePeer], _ present: [NodePeer]) -> Bool {
        guard former.count == present.count else { return false }
        if former == present { return true }
        // Rows change their order with every reconfiguration.
        let known = Dictionary(former.map { ($0.address, $0) }, uniquingKeysWith: { first, _ in first })
        return present.allSatisfy { peer in known[peer.address].map { $0.tellsSame(as: peer) } ?? false }
    }

    func tellsSame(as other: NodePeer) -> Bool {
        guard PrintedTime.isSame(since, other.since) else { return false }
        var other = other
        other.since = since
        return self == other
    }
}

extension CalicoNodeStatus {
    func tellsSame(as other: CalicoNodeStatus) -> Bool {
        isRunning == other.isRunning && remarks == other.remarks && NodePeer.tellSame(peers, other.peers)
    }
}

extension NodeRoute {
    static func tellSame(_ former: [NodeRoute], _ present: [NodeRoute]) -> Bool {
        former.count == present.count
            && zip(former, present).allSatisfy { a, b in
                guard a.prefix == b.prefix else { return false }
                return a.isLike(b)
                    || (a.protocolName == b.protocolName && a.gateway == b.gateway && a.type == b.type
                        && PrintedTime.isSame(a.since, b.since))
            }
    }
}

extension BIRDStatus {
    func tellsSame(as other: BIRDStatus) -> Bool {
        var other = other
        other.serverTime = serverTime
        return self == other
    }
}

/// Times as BIRD prints them.
enum PrintedTime {
    /// Whether two are the same but for the jitter of two seconds at most.
    static func isSame(_ a: String, _ b: String) -> Bool {
        if a == b { return true }
        guard let first = seconds(a), let second = seconds(b) else { return false }
        return abs(first - second) <= 2
    }

    private static func seconds(_ text: String) -> Int? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 3, let hours = Int(parts[0]), let minutes = Int(parts[1]), let seconds = Int(parts[2])
        else { return nil }
        return hours * 3600 + minutes * 60 + seconds
    }
}
