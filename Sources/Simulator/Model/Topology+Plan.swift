public import Design
import Fabric

extension Topology {
    /// The plan that the topology was built after, as a plan file: what its owner would have written.
    public var planText: String {
        let names = vrf.split(separator: ":").map(String.init)
        var text = """
            tenant: \(names.first ?? "")
            vrf: \(names.last ?? "")
            release: "\(release)"
            fabric_as: \(fabricAS)
            supernet: \(nodes.count > 30 ? "10.1.0.0/16" : "192.168.2.0/24")
            pod_subnets: ["\(podSubnet)"]
            service_subnets: ["\(serviceSubnet)"]
            racks:

            """
        for rack in racks {
            let leaves = rack.leaves.compactMap(leaf).map {
                "{id: \($0.id), name: \($0.name), router_id: \($0.routerID)}"
            }
            let members = nodes.filter { $0.rack == rack.name }.map(\.name.text)
            text += "- {name: \(rack.name), as: \(rack.asn), leaves: [\(leaves.joined(separator: ", "))], "
            text += "nodes: [\(members.joined(separator: ", "))]}\n"
        }
        return text
    }

    /// The layout of ``planText``; nil where it would be refused.
    public var layout: FabricLayout? { FabricPlan.load(text: planText, file: name + ".yaml").layout }
}
