import Correlation
import Fabric
import Formats
import FoundationEssentials
import Polling
import Simulator

/// What each doubling costs: with routes and peers the parsers, with leaves and their nodes correlation. A ratio near
/// the growth is linear.
enum Growth {
    static func table(_ name: String, _ sizes: [Int], runs: Int = 3, _ body: (Int) -> Void) {
        table(name, sizes, runs: runs, { $0 }, body)
    }

    /// What is made of a size before it is measured stays out of the figure.
    static func table<Made>(
        _ name: String, _ sizes: [Int], runs: Int, _ make: (Int) -> Made, _ body: (Made) -> Void
    ) {
        var last: (size: Int, seconds: Double)?
        for size in sizes {
            let made = make(size)
            let seconds = median(runs: runs) { body(made) }
            let figure = Double(Int(seconds * 100_000)) / 100
            guard let former = last else {
                print("\(name) \(size)  \(figure) ms")
                last = (size, seconds)
                continue
            }
            let growth = Double(size) / Double(former.size)
            let ratio = Double(Int(seconds / former.seconds * 100)) / 100
            print("\(name) \(size)  \(figure) ms  x\(ratio) for x\(Double(Int(growth * 100)) / 100)")
            last = (size, seconds)
        }
    }

    /// Parsers by routes and peers, correlation by leaves.
    static func all() {
        let tables = Dictionary(
            uniqueKeysWithValues: [16_000, 32_000, 64_000, 128_000].map { size in
                (size, routeTable(routes: size, meanHops: 4, seed: 3))
            })
        table("routes to tables", tables.keys.sorted()) { size in
            _ = NXOS.routes(tables[size] ?? []).value.tables().first?.table.count
        }
        let summaries = Dictionary(
            uniqueKeysWithValues: [400, 800, 1600, 3200].map { ($0, summaryTable(rows: $0, seed: 4)) })
        table("peers of a summary", summaries.keys.sorted(), runs: 9) { size in
            _ = NXOS.summary(summaries[size] ?? []).value.count
        }
        overREST()
        let whole = designMaximum()
        let parts = Dictionary(uniqueKeysWithValues: [2, 4, 8, 12].map { ($0, part(of: whole, leaves: $0)) })
        let settings = CorrelationSettings(release: "4.2(1)", multipathRelax: true)
        table("leaves correlated", parts.keys.sorted()) { size in
            guard let part = parts[size] else { return }
            _ = correlate(part, settings: settings, previous: nil, now: part.at).ledger.count
        }
        table(
            "after one session's change, leaves", parts.keys.sorted(), runs: 9,
            { size in
                parts[size].map { OneChange($0, settings) }
            }
        ) { change in change?.conclude() }
        let picture = correlate(whole, settings: settings, previous: nil, now: whole.at)
        print(
            "design maximum: \(picture.sessions.count) sessions, \(picture.ledger.count) ledger entries, "
                + "\(picture.services.count) service views, \(picture.findings.count) findings, "
                + "peak \(peakMemory()) MiB")
        for finding in picture.findings.prefix(5) { print("  \(finding.severity) \(finding.rule): \(finding.summary)") }
    }

    /// The same of what controllers answer.
    private static func overREST() {
        let pages = Dictionary(
            uniqueKeysWithValues: [16_000, 32_000, 64_000, 128_000].map { size in
                (size, stride(from: 0, to: size, by: 8000).map { APICPage.make(routes: $0..<($0 + 8000)) })
            })
        table("routes over REST to tables", pages.keys.sorted()) { size in
            var routes = APICRoutes()
            for page in pages[size] ?? [] { _ = routes.add(page) }
            _ = routes.tables(now: Date(timeIntervalSince1970: 1_768_039_200), skew: { _ in 0 }).count
        }
        let answers = Dictionary(uniqueKeysWithValues: [400, 800, 1600, 3200].map { ($0, APICPage.peers($0)) })
        table("peers over REST folded", answers.keys.sorted(), runs: 9) { size in
            var fold = Fold(inventory: Inventory(), at: Date(timeIntervalSince1970: 1_768_039_200))
            let answer = Answer(
                source: .leaf(LeafID(203)), command: "GET /api/mo/topology/pod-1/node-203/sys/bgp/inst.json",
                at: fold.snapshot.at, bytes: answers[size] ?? [])
            _ = fold.absorb([answer], of: .leaf(LeafID(203)), interval: .seconds(5), now: fold.snapshot.at)
            if fold.snapshot.leaves.values.first?.summaries?.value.first?.peers.count != size {
                print("not all was read")
            }
        }
    }

    /// Everything that one look at the design's maximum tells.
    private static func designMaximum() -> Snapshot {
        var fabric = SimulatedFabric(topology: .designMax)
        let topology = fabric.topology
        let now = fabric.epoch
        var fold = Fold(inventory: SimulatedWorld(topology).inventory, at: now)
        for leaf in topology.leaves {
            for words in ["show ip bgp summary", "show ip route"] {
                let command = "fabric \(leaf.id) \(words) vrf \(topology.vrf)"
                let bytes = Array(fabric.run(command, on: .controller).output.utf8)
                let answer = Answer(source: .leaf(leaf.id), command: command, at: now, bytes: bytes)
                _ = fold.absorb([answer], of: .leaf(leaf.id), interval: .seconds(10), now: now)
            }
        }
        absorbNodes(&fabric, into: &fold, at: now)
        return fold.snapshot
    }

    /// What nodes and the cluster tell.
    static func absorbNodes(_ fabric: inout SimulatedFabric, into fold: inout Fold, at now: Date) {
        func take(_ source: SourceID, _ told: [Observation]) {
            let provenance = Provenance(source: source, command: "facts", at: now)
            _ = fold.absorb(
                [Decoded(observations: told, provenance: provenance)], of: source, interval: .seconds(10), now: now)
        }
        for node in fabric.topology.nodes {
            let facts = fabric.facts(of: node.name, withRoutes: false)
            var told: [Observation] = []
            if let status = facts.calico { told.append(.calicoStatus(node.name, status)) }
            if let peers = facts.peers { told.append(.protocols(node.name, peers, only: nil)) }
            for export in facts.exports {
                let routes = NodeRoute.sharing(export.routes)
                told += export.protocolNames.map { .exports(node.name, protocolName: $0, routes) }
            }
            if let bird = facts.bird { told.append(.birdStatus(node.name, bird)) }
            take(.node(node.name), told)
        }
        let cluster = fabric.clusterFacts()
        let slices = cluster.slices.map {
            ServiceEndpoints(service: $0.service, endpoints: cluster.endpointLists[$0.list])
        }
        take(
            .kubernetes,
            [
                .kubernetesNodes(cluster.nodes), .services(cluster.services), .endpoints(slices),
                .budgets(cluster.budgets), .calicoPeers(cluster.peers), .bgpConfiguration(cluster.configuration),
                .blocks(cluster.blocks),
            ])
    }

    /// The first leaves of a snapshot with the nodes of their racks.
    private static func part(of whole: Snapshot, leaves count: Int) -> Snapshot {
        var part = whole
        part.inventory.leaves = Array(whole.inventory.leaves.prefix(count))
        let racks = Set(part.inventory.leaves.compactMap(\.rack))
        part.inventory.racks = whole.inventory.racks.filter { racks.contains($0.name) }
        part.inventory.nodes = whole.inventory.nodes.filter { racks.contains($0.rack ?? "") }
        let nodes = Set(part.inventory.nodes.map(\.name))
        let leaves = Set(part.inventory.leaves.map(\.id))
        part.leaves = whole.leaves.filter { leaves.contains($0.key) }
        part.nodes = whole.nodes.filter { nodes.contains($0.key) }
        part.cluster.nodes?.value.removeAll { !nodes.contains($0.name) }
        part.cluster.blocks?.value.removeAll { !nodes.contains($0.node) }
        part.cluster.peers?.value.removeAll { !($0.node.map(nodes.contains) ?? true) }
        part.sources = whole.sources.filter { source, _ in
            switch source {
            case .leaf(let id): leaves.contains(id)
            case .node(let name): nodes.contains(name)
            case .apic, .kubernetes: true
            }
        }
        return part
    }
}
