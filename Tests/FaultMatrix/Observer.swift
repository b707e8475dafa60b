import Correlation
import Design
import Fabric
import Formats
import Foundation
import Polling
import Simulator

/// Looks at a simulated fabric as a console does: the text of leaves, nodes and cluster through the parsers into a
/// snapshot, and from picture to picture what follows from it. No children, no sockets.
struct Observer {
    var fabric: SimulatedFabric
    private var fold: Fold
    private(set) var picture: Picture?
    /// Where a picture was another than one concluded from nothing, the first time.
    private(set) var divergence: String?
    private let settings: CorrelationSettings
    private let hasReturns: Bool
    private var routesDue: [LeafID: Bool] = [:]
    private var versions: [LeafID: UInt64] = [:]

    /// Seconds between two looks at a leaf, a leaf's routes, a node, and the cluster (product.md, intervals).
    static let leafInterval = 5
    static let slowInterval = 30

    init(_ fabric: SimulatedFabric, hasReturns: Bool) {
        self.fabric = fabric
        self.hasReturns = hasReturns
        fold = Fold(inventory: SimulatedWorld(fabric.topology).inventory, at: fabric.epoch)
        settings = CorrelationSettings(
            release: fabric.topology.release, multipathRelax: fabric.topology.relaxesMultipath ? nil : false)
        for leaf in fabric.topology.leaves { fold.expect(.leaf(leaf.id), interval: .seconds(Self.leafInterval)) }
        for node in fabric.topology.nodes { fold.expect(.node(node.name), interval: .seconds(Self.slowInterval)) }
        fold.expect(.kubernetes, interval: .seconds(Self.slowInterval))
    }

    private var seconds: Int { Int(fabric.now.components.seconds) }
    private var now: Date { fabric.epoch.addingTimeInterval(Double(seconds)) }

    /// What is due at this second of a console that has been watching: each source at its turn, and a node at once
    /// when its leaf half has changed.
    mutating func poll(phase: Int) {
        var early: Set<IPAddress> = []
        for (index, leaf) in fabric.topology.leaves.enumerated() {
            if (seconds + phase + index) % Self.leafInterval == 0 { early.formUnion(lookAtLeaf(leaf.id)) }
            if routesDue[leaf.id] == true || (seconds + phase + 7 * index) % Self.slowInterval == 0 {
                lookAtRoutes(leaf.id)
            }
        }
        for (index, node) in fabric.topology.nodes.enumerated()
        where early.contains(node.address) || (seconds + phase + 5 * index) % Self.slowInterval == 0 {
            lookAtNode(node.name)
        }
        if (seconds + 3 * phase) % Self.slowInterval == 0 { lookAtCluster() }
    }

    /// One look at everything.
    mutating func lookAtAll() {
        for leaf in fabric.topology.leaves {
            _ = lookAtLeaf(leaf.id)
            lookAtRoutes(leaf.id)
        }
        for node in fabric.topology.nodes { lookAtNode(node.name) }
        lookAtCluster()
    }

    /// Concludes, and remembers the picture for the next time.
    ///
    /// - Parameter isRepeated: whether it is concluded again from nothing, which has to give the same.
    mutating func conclude(isRepeated: Bool) -> Picture {
        let concluded = correlate(fold.snapshot, settings: settings, previous: picture, now: now)
        // What is taken over from the picture before must be what would be concluded from nothing.
        if isRepeated, let picture, divergence == nil {
            let anew = correlate(fold.snapshot, settings: settings, previous: picture.forgetting(), now: now)
            divergence = concluded.difference(from: anew).map { "after \(seconds) s: \($0)" }
        }
        picture = concluded
        return concluded
    }

    // MARK: Looks

    private mutating func take(_ source: SourceID, _ answers: [(String, String)], _ error: SourceError?) -> FoldOutcome
    {
        let now = now
        let decoded = answers.map { command, text in
            Answer(source: source, command: command, at: now, bytes: Array(text.utf8))
        }
        let interval = if case .leaf = source { Self.leafInterval } else { Self.slowInterval }
        return fold.absorb(decoded, of: source, error: error, interval: .seconds(interval), now: now)
    }

    private func error(_ source: SourceID, _ operation: String, _ words: String) -> SourceError {
        let lower = words.lowercased()
        let kind: SourceError.Kind =
            lower.contains("timed out")
            ? .timedOut
            : lower.contains("password")
                ? .refused
                : lower.contains("port 22") || lower.contains("refused")
                    || lower.contains("route") ? .unreachable : .notFound
        return SourceError(kind: kind, source: source, operation: operation, cause: words, hint: "")
    }

    private mutating func ask(_ leaf: LeafID, _ words: String) -> (answers: [(String, String)], error: SourceError?) {
        let command = "fabric \(leaf) \(words) vrf \(fabric.topology.vrf)"
        let reply = fabric.run(command, on: .controller)
        guard reply.status == 0 else {
            let words = reply.errors.trimmingCharacters(in: .whitespacesAndNewlines)
            return ([], error(.leaf(leaf), command, words))
        }
        return ([(command, hasReturns ? reply.output.replacingOccurrences(of: "\n", with: "\r\n") : reply.output)], nil)
    }

    private mutating func lookAtLeaf(_ leaf: LeafID) -> Set<IPAddress> {
        let (answers, error) = ask(leaf, "show ip bgp summary")
        let outcome = take(.leaf(leaf), answers, error)
        if let version = outcome.tableVersions[leaf], version != versions[leaf] {
            versions[leaf] = version
            routesDue[leaf] = true
        }
        return outcome.changedNeighbors
    }

    private mutating func lookAtRoutes(_ leaf: LeafID) {
        let (answers, error) = ask(leaf, "show ip route")
        _ = take(.leaf(leaf), answers, error)
        if error == nil { routesDue[leaf] = false }
    }

    private mutating func lookAtNode(_ node: NodeName) {
        let source = SourceID.node(node)
        if let words = silence(of: node) {
            _ = take(source, [], error(source, "calicoctl node status", words))
            return
        }
        if fabric.sourceFault(of: node.text) == .sourceGarbage {
            _ = take(source, [("calicoctl node status", "\u{1}\u{2}%PDF-1.4 \u{7f}\u{3}")], nil)
            return
        }
        var answers: [(String, String)] = []
        let status = fabric.run("sudo -n calicoctl node status", on: .node(node))
        answers.append(("calicoctl node status", status.output.isEmpty ? status.errors : status.output))
        let protocols = fabric.run("birdcl -r -v show protocols all", on: .node(node))
        guard protocols.status == 0 else {
            _ = take(source, answers, error(source, "birdcl show protocols all", protocols.errors))
            return
        }
        answers.append(("birdcl show protocols all", protocols.output))
        let names = BIRD.peers(Array(protocols.output.utf8)).value.compactMap(\.protocolName)
        for question in names.map({ "show route export \($0)" }) + ["show status"] {
            answers.append(("birdcl " + question, fabric.run("birdcl -r -v " + question, on: .node(node)).output))
        }
        _ = take(source, answers, nil)
    }

    /// Why a node as a whole tells nothing; nil where it does.
    private func silence(of node: NodeName) -> String? {
        switch fabric.sourceFault(of: node.text) {
        case .sourceSSHRefused: "ssh: connect to host \(node) port 22: Connection refused"
        case .sourceHang: "no answer in time: timed out"
        case .sourcePasswordPrompt: "a password was asked for"
        default: fabric.isReachable(.node(node)) ? nil : "ssh: connect to host \(node) port 22: No route to host"
        }
    }

    private static let resources = [
        "nodes", "services -A", "endpointslices.discovery.k8s.io -A", "bgppeers.crd.projectcalico.org",
        "bgpconfigurations.crd.projectcalico.org", "blockaffinities.crd.projectcalico.org",
        "ippools.crd.projectcalico.org", "ipamblocks.crd.projectcalico.org", "bgpfilters.crd.projectcalico.org",
        "clusterinformations.crd.projectcalico.org", "daemonsets.apps -A",
    ]

    private mutating func lookAtCluster() {
        var answers: [(String, String)] = []
        var failure: SourceError?
        for resource in Self.resources {
            let words = "get \(resource) -o json"
            guard case .reply(let reply) = fabric.kubectl(words.split(separator: " ").map(String.init)) else {
                continue
            }
            if reply.status == 0 {
                answers.append(("kubectl " + words, reply.output))
            } else {
                failure = failure ?? error(.kubernetes, "kubectl " + words, reply.errors)
            }
        }
        _ = take(.kubernetes, answers, failure)
    }
}

extension Picture {
    /// What it says otherwise than another; nil: nothing.
    fileprivate func difference(from other: Picture) -> String? {
        if inventory != other.inventory { return "the inventory" }
        for (a, b) in zip(sessions, other.sessions) where a != b {
            return "session \(a.key): \(a.verdict), \(b.verdict)"
        }
        if sessions.count != other.sessions.count { return "\(sessions.count) sessions, \(other.sessions.count)" }
        for (a, b) in zip(ledger, other.ledger) where a != b {
            return "\(a.key) \(a.prefix): \(a.verdict) \(a.reason), \(b.verdict) \(b.reason)"
        }
        if ledger.count != other.ledger.count { return "\(ledger.count) ledger entries, \(other.ledger.count)" }
        if services != other.services { return "services" }
        for (a, b) in zip(nodes, other.nodes) where a != b { return "node \(a.node.name)" }
        if leaves != other.leaves || racks != other.racks { return "leaves or racks" }
        for (a, b) in zip(findings, other.findings) where a != b { return "\(a.rule) \(a.summary), \(b.rule)" }
        return findings.count == other.findings.count ? nil : "\(findings.count) findings, \(other.findings.count)"
    }
}
