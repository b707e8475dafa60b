import Design
import Fabric
import Foundation
import Polling
import Simulator
import SimulatorServer
import Testing

@testable import APICClient

/// A simulated APIC on loopback into which a plan's posts go, and a REST client that reads them back.
struct SimulatedTenant {
    let layout: FabricLayout
    let fabric: SharedFabric
    let controllers: SimulatedControllers
    let port: RESTPort
    private let server: APICServer

    /// Runs a body with an APIC that holds nothing of the plan but the outer L3Out that transit routing names, and
    /// the policy groups of the nodes' links.
    static func with(_ layout: FabricLayout, _ body: (SimulatedTenant) async throws -> Void) async throws {
        // A fabric whose own L3Out stands in another tenant.
        let other: Topology = layout.tenant == "common" ? .figure1 : .figure2
        try await with(layout, on: other) { tenant in
            try await tenant.prepare()
            try await body(tenant)
        }
    }

    /// Runs a body with the APIC of a fabric, as the fabric's own configuration left it.
    static func with(
        _ layout: FabricLayout, on topology: Topology, _ body: (SimulatedTenant) async throws -> Void
    ) async throws {
        let shared = SharedFabric(SimulatedFabric(topology: topology, seed: 1, epoch: Date()))
        let controllers = try await SimulatedControllers(shared.state, ControllerSettings())
        let identity = try TLSIdentity.made(names: ["localhost"], addresses: [[127, 0, 0, 1]])
        let server = try APICServer(controllers, APICServer.Listening(identity: identity))
        let ports = try await server.start()
        let configuration = RESTConfiguration(
            controllers: ports.map { RESTController(host: "127.0.0.1", port: $0) }, user: "admin",
            credential: .password { () throws(SourceError) in Secret("cisco") }, trust: .pins([identity.pin]),
            vrf: "\(layout.tenant):\(layout.vrf)", requestsPerSecond: 1000, timeout: .seconds(120), subscribes: false)
        let tenant = SimulatedTenant(
            layout: layout, fabric: shared, controllers: controllers,
            port: RESTPort.make(configuration, leaves: topology.leaves.map(\.id), now: { Date() }),
            server: server)
        do {
            try await body(tenant)
        } catch {
            await tenant.end()
            throw error
        }
        await tenant.end()
    }

    private init(
        layout: FabricLayout, fabric: SharedFabric, controllers: SimulatedControllers, port: RESTPort,
        server: APICServer
    ) {
        self.layout = layout
        self.fabric = fabric
        self.controllers = controllers
        self.port = port
        self.server = server
    }

    /// The same fabric seen with another plan.
    init(_ layout: FabricLayout, like other: SimulatedTenant) {
        self.init(
            layout: layout, fabric: other.fabric, controllers: other.controllers, port: other.port,
            server: other.server)
    }

    private func end() async {
        await port.close()
        await server.stop()
    }

    /// What others configured before: the tenant's outer L3Out, the links' policy groups.
    private func prepare() async throws {
        let tenant = "uni/tn-\(layout.tenant)"
        try await post(ManagedObject("fvTenant", ["dn": tenant, "name": layout.tenant]), to: tenant)
        for post in APICConfigurationPosts(layout).posts where post.body.className != "l3extOut" {
            guard let out = post.dn.firstRange(of: "/out-") else { continue }
            let outer = String(post.dn[..<out.upperBound]) + post.dn[out.upperBound...].prefix { $0 != "/" }
            let name = String(outer[out.upperBound...])
            if layout.l3outs.contains(name) { continue }
            let vrf = ManagedObject("l3extRsEctx", ["tnFvCtxName": layout.vrf])
            try await self.post(ManagedObject("l3extOut", ["dn": outer, "name": name], [vrf]), to: outer)
        }
        for node in layout.nodes {
            let dn = "uni/infra/funcprof/accbundle-\(node.path)"
            let policy = ManagedObject("infraRsLacpPol", ["tnLacpLagPolName": "lacp-active"])
            try await post(ManagedObject("infraAccBndlGrp", ["dn": dn, "name": node.path], [policy]), to: dn)
        }
    }

    /// Posts one object.
    func post(_ object: ManagedObject, to dn: String) async throws {
        _ = try await port.post(dn, Array(object.json.utf8))
    }

    /// Posts all that the plan generates, in its order.
    func postPlan() async throws {
        for post in APICConfigurationPosts(layout).posts { try await self.post(post.body, to: post.dn) }
    }

    /// What the APIC tells of its configuration, beside a cluster that is as planned.
    func snapshot() async throws -> Snapshot {
        var fold = Fold(inventory: layout.inventory, at: Date())
        let result = await port.reading.perform(.fabricConfiguration)
        #expect(result.error == nil)
        #expect(fold.absorb(result, interval: .seconds(300), now: Date()).diagnostics == [])
        var snapshot = try ReadBack.snapshot(of: layout)
        snapshot.configuration = fold.snapshot.configuration
        return snapshot
    }

    /// A distinguished name that may begin with `{tenant}`, `{out}` or `{svi NODE}`.
    func place(_ text: String) throws -> String {
        let tenant = "uni/tn-\(layout.tenant)"
        var text = text.replacing("{out}", with: "\(tenant)/out-\(layout.l3outs.first ?? "")").replacing(
            "{tenant}", with: tenant)
        if text.hasPrefix("{svi "), let end = text.firstIndex(of: "}") {
            let node = String(text[text.index(text.startIndex, offsetBy: 5)..<end])
            text = try interface(of: node) + text[text.index(after: end)...]
        }
        return text
    }

    /// The name of a node's SVI.
    func interface(of node: String) throws -> String {
        let rack = try #require(layout.racks.first { $0.nodes.contains { $0.name.text == node } })
        let path = try #require(layout.nodes.first { $0.name.text == node }?.path)
        let pair = rack.leaves.map { "\($0.id)" }.joined(separator: "-")
        let profile = "uni/tn-\(layout.tenant)/out-\(rack.l3out)/lnodep-\(rack.name)/lifp-\(rack.name)"
        return profile + "/rspathL3OutAtt-[topology/pod-1/protpaths-\(pair)/pathep-[\(path)]]"
    }
}
