import APICClient
import Correlation
import Design
import Fabric
import Formats
import Foundation
import Polling
import Simulator
import SimulatorServer
import Testing
import Yams

/// A simulated fabric that follows a plan on both sides: the APIC holds what the plan posts, leaves are read over REST,
/// nodes and cluster by the text of their commands.
extension SimulatedTenant {
    /// Runs a body with a topology whose own L3Out was replaced by what its plan posts, all sessions up again.
    static func planned(
        _ topology: Topology, _ layout: FabricLayout? = nil, _ body: (SimulatedTenant) async throws -> Void
    ) async throws {
        try await with(try layout ?? PlanFiles.layout(topology.planText), on: topology) { whole in
            let out = "uni/tn-\(whole.layout.tenant)/out-calico"
            try await whole.post(ManagedObject("l3extOut", ["dn": out, "status": "deleted"]), to: out)
            try await whole.postPlan()
            await whole.advance(60)
            try await body(whole)
        }
    }

    /// Lets virtual time pass.
    func advance(_ seconds: Int) async {
        fabric.with { $0.advance(to: $0.now + .seconds(seconds)) }
        await controllers.look()
    }

    /// Applies the YAML of Calico's resources.
    func calicoctl(apply yaml: String) throws {
        let documents = try Yams.load_all(yaml: yaml).map { document in
            try YAMLDecoder().decode(CalicoDocument.self, from: Yams.dump(object: document))
        }
        let reply = fabric.with { $0.applyCalico(documents) }
        #expect(reply.status == 0, "\(reply.errors)")
    }

    /// Applies and posts all that the plan generates.
    func applyPlan() async throws {
        try calicoctl(apply: CalicoConfiguration(layout).yaml)
        try await postPlan()
    }

    // MARK: Reading

    /// Which sources are read.
    enum Sources {
        /// The configuration, and the sessions of every leaf.
        case sessions
        /// The routes of every leaf too.
        case leaves
        /// Nodes and cluster too.
        case all
    }

    /// What a console knows that looked twice, some time between; of leaves alone one look tells all.
    func facts(_ sources: Sources = .all, inventory: Inventory? = nil, plan: Bool = true) async throws -> AuditFacts {
        var fold = Fold(inventory: inventory ?? layout.inventory, at: moment)
        let settings = CorrelationSettings(release: layout.release)
        try await look(&fold, sources)
        let first = correlate(fold.snapshot, settings: settings, previous: nil, now: moment)
        var picture = first
        if sources == .all {
            await advance(45)
            try await look(&fold, sources)
            picture = correlate(fold.snapshot, settings: settings, previous: first, now: moment)
        }
        return AuditFacts(
            fold.snapshot, picture, layout: plan ? layout : nil, release: layout.release, profile: .dualStack)
    }

    private var moment: Date { fabric.with { $0.epoch.addingTimeInterval($0.now.seconds) } }

    private func look(_ fold: inout Fold, _ sources: Sources) async throws {
        let leaves = fabric.with { $0.topology.leaves.map(\.id) }
        var looks: [Look] = [.fabric]
        looks += leaves.map { .leafSummary($0) }
        if sources != .sessions { looks += leaves.map { .leafRoutes($0, .all) } }
        looks.append(.fabricConfiguration)
        for look in looks {
            let result = await port.reading.perform(look)
            #expect(result.error == nil)
            _ = fold.absorb(result, interval: .seconds(30), now: moment)
        }
        guard sources == .all else { return }
        for node in fabric.with({ $0.topology.nodes.map(\.name) }) {
            take(fabric.with { SimulatedTenant.texts(of: node, &$0) }, of: .node(node), &fold)
        }
        take(fabric.with { SimulatedTenant.texts(ofCluster: &$0) }, of: .kubernetes, &fold)
    }

    private func take(_ texts: [(String, String)], of source: SourceID, _ fold: inout Fold) {
        let now = moment
        let answers = texts.map { Answer(source: source, command: $0, at: now, bytes: Array($1.utf8)) }
        #expect(fold.absorb(answers, of: source, interval: .seconds(30), now: now).diagnostics == [])
    }

    private static func texts(of node: NodeName, _ fabric: inout SimulatedFabric) -> [(String, String)] {
        var texts = [("calicoctl node status", fabric.run("sudo -n calicoctl node status", on: .node(node)).output)]
        let protocols = fabric.run("birdcl -r -v show protocols all", on: .node(node)).output
        texts.append(("birdcl show protocols all", protocols))
        let names = BIRD.peers(Array(protocols.utf8)).value.compactMap(\.protocolName)
        for question in names.map({ "show route export \($0)" }) + ["show status", "show route"] {
            texts.append(("birdcl " + question, fabric.run("birdcl -r -v " + question, on: .node(node)).output))
        }
        return texts
    }

    private static func texts(ofCluster fabric: inout SimulatedFabric) -> [(String, String)] {
        let resources = [
            "nodes", "services -A", "endpointslices.discovery.k8s.io -A", "bgppeers.crd.projectcalico.org",
            "bgpconfigurations.crd.projectcalico.org", "blockaffinities.crd.projectcalico.org",
            "ippools.crd.projectcalico.org", "daemonsets.apps -A",
        ]
        return resources.compactMap { resource in
            let words = "get \(resource) -o json"
            guard case .reply(let reply) = fabric.kubectl(words.split(separator: " ").map(String.init)) else {
                return nil
            }
            return ("kubectl " + words, reply.output)
        }
    }
}

extension AuditFacts {
    /// What departs, one line each.
    var departures: [String] {
        Audit.entries(self).filter { $0.verdict == .departs }.map { "\($0.rule) \($0.subject): \($0.says)" }
    }

    /// What one rule says.
    func verdict(of rule: String) throws -> AuditEntry {
        let known = try #require(AuditRule.rule(rule))
        return try #require(Audit.entries(of: known, self).first)
    }
}
