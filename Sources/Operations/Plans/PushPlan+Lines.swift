import Correlation
import Design
import Fabric
import Polling

extension PushPlan {
    /// The sections of the plan: the difference, the sessions, the document.
    var body: [PlanLine] {
        differenceLines + resetLines + sessionLines(sessions) + documentLines + ageLines(ages)
    }

    private var differenceLines: [PlanLine] {
        var lines = [PlanLine(.heading, "Difference")]
        if let asChange {
            let live = asChange.live.map(\.description) ?? "inherited"
            lines.append(
                PlanLine(asChange.isEmitted ? .changed : .text, "Node \(node): AS \(live) -> \(asChange.intended)"))
        }
        lines += peers.flatMap(PushPlan.lines)
        lines += profiles.map { change in
            PlanLine(
                writesControllers ? .changed : .warning,
                "bgpPeerP \(change.name): \(change.differences.joined(separator: ", "))"
                    + (writesControllers ? "" : " (the controllers cannot be written from here)"))
        }
        lines += objects.filter(\.isLeft).map { PlanLine(.warning, "\($0.name) is left as it is, as chosen") }
        if let reset {
            let words = reset == .refresh ? "routes are sent again" : "the session restarts, some seconds each"
            lines.append(PlanLine(.text, "nothing differs: \(words), one leaf after the other"))
        }
        return lines.count > 1 ? lines : lines + [PlanLine(.text, "nothing differs")]
    }

    private static func lines(of change: PeerChange) -> [PlanLine] {
        switch change {
        case .create(let peer): [PlanLine(.added, words(peer))]
        case .keep(let peer): [PlanLine(.text, words(peer) + ": as intended")]
        case .extra(let peer): [PlanLine(.text, words(peer) + ": not intended, left alone")]
        case .replace(let live, let intended):
            [
                PlanLine(.changed, "BGPPeer \(intended.name)"), PlanLine(.removed, words(live)),
                PlanLine(.added, words(intended)),
            ]
        }
    }

    private static func words(_ peer: CalicoPeer) -> String {
        let port = peer.port.map { " port \($0)" } ?? ""
        let scope = peer.node.map { "node \($0)" } ?? peer.nodeSelector.map { "nodes \($0)" } ?? "all nodes"
        return "BGPPeer \(peer.name): \(scope), peer \(peer.peerIP)\(port), AS \(peer.asn)"
    }

    private var resetLines: [PlanLine] {
        guard !isEmpty else { return [] }
        let lines = resets.map { PlanLine(.warning, "the session with leaf \($0.leaf) resets") }
        return [PlanLine(.heading, "Sessions that reset")] + (lines.isEmpty ? [PlanLine(.text, "none")] : lines)
    }

    private var documentLines: [PlanLine] {
        var lines: [PlanLine] = []
        if !document.isEmpty {
            lines.append(PlanLine(.heading, "calicoctl apply -f -"))
            lines += document.split(separator: "\n").map { PlanLine(.text, String($0)) }
        }
        for change in posted {
            lines.append(PlanLine(.heading, "POST /api/mo/\(change.name).json"))
            lines.append(PlanLine(.text, change.object.json))
        }
        return lines
    }
}
