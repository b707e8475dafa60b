import Design
import FoundationEssentials
import Testing

/// The plan files beside the tests.
enum PlanFiles {
    static func text(_ name: String) throws -> String {
        var parts = #filePath.split(separator: "/", omittingEmptySubsequences: false)
        parts.removeLast()
        let path = parts.joined(separator: "/") + "/Fixtures/" + name
        return String(decoding: try #require(FileManager.default.contents(atPath: path)), as: UTF8.self)
    }

    static func layout(_ text: String) throws -> FabricLayout {
        let loaded = FabricPlan.load(text: text, file: "plan.yaml")
        #expect(loaded.diagnostics.map(\.description) == [])
        return try #require(loaded.layout)
    }

    static func figure1() throws -> FabricLayout { try layout(text("figure-1.yaml")) }
    static func figure2() throws -> FabricLayout { try layout(text("figure-2.yaml")) }

    /// Six racks of 400 nodes: the largest cluster that the paper allows.
    static func largest(nodesPerRack: Int = 400) throws -> FabricLayout {
        var text = """
            {tenant: prod, vrf: k8s, l3out: k8s, release: 4.2(1), supernet: 10.1.0.0/16, vlans: 310-3000,
             router_ids: 192.168.255.0/24, pod_subnets: [10.128.0.0/9], service_subnets: [10.96.0.0/12],
             as_range: 4200000000-4200005999, as_per_rack: 1000, racks: [
            """
        for rack in 1...6 {
            text += "{name: rack-\(rack), leaves: [\(99 + 2 * rack), \(100 + 2 * rack)], "
            text += "nodes: {count: \(nodesPerRack), prefix: node-, from: \(nodesPerRack * (rack - 1) + 1)}},"
        }
        return try layout(text + "]}")
    }
}
