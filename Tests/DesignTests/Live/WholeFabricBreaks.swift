import Fabric
import Simulator

extension WholeFabricTests.Act {
    /// A Node of Calico.
    fileprivate static func node(_ name: String, asn: Int, address: String) -> Self {
        .apply(
            """
            apiVersion: projectcalico.org/v3
            kind: Node
            metadata: {name: \(name)}
            spec: {bgp: {asNumber: \(asn), ipv4Address: \(address)}}
            """)
    }

    /// A BGPPeer.
    fileprivate static func peer(_ name: String, of node: String, _ address: String, asn: Int) -> Self {
        .apply(
            """
            apiVersion: projectcalico.org/v3
            kind: BGPPeer
            metadata: {name: \(name)}
            spec: {node: \(node), peerIP: \(address), asNumber: \(asn)}
            """)
    }

    /// An IPPool; what is left out has the paper's value.
    fileprivate static func pool(
        _ name: String, _ cidr: String, ipip: String = "Never", nat: Bool = false, blockSize: Int = 26
    ) -> Self {
        .apply(
            """
            apiVersion: projectcalico.org/v3
            kind: IPPool
            metadata: {name: \(name)}
            spec: {cidr: \(cidr), ipipMode: \(ipip), natOutgoing: \(nat), blockSize: \(blockSize)}
            """)
    }

    /// The default BGPConfiguration.
    fileprivate static func configuration(mesh: Bool = false, ranges: String) -> Self {
        .apply(
            """
            apiVersion: projectcalico.org/v3
            kind: BGPConfiguration
            metadata: {name: default}
            spec: {nodeToNodeMeshEnabled: \(mesh), serviceClusterIPs: [\(ranges)]}
            """)
    }

    /// An object of the APIC.
    fileprivate static func made(_ name: String, _ dn: String, _ attributes: [String: String] = [:]) -> Self {
        .post(ManagedObject(name, attributes.merging(["dn": dn]) { first, _ in first }))
    }

    fileprivate static func gone(_ name: String, _ dn: String) -> Self { made(name, dn, ["status": "deleted"]) }
}

extension WholeFabricTests {
    static let breaks = schemeBreaks + calicoBreaks + advertisementBreaks + timerBreaks + scaleBreaks

    private static let schemeBreaks: [Break] = [
        Break("as-scheme", "share AS 65102", .node("node-2", asn: 65102, address: "192.168.2.9/29")),
        Break("rack-as-range", "AS 65299", .node("node-2", asn: 65299, address: "192.168.2.9/29")),
        Break("pair-as-equal", "AS 65101, 65199", .peer("leaf102-node-1", of: "node-1", "192.168.2.5", asn: 65199)),
        Break("two-peers-per-node", "1 BGPPeer", .calicoctl("delete bgppeer leaf101-node-1")),
        Break(
            "peers-are-rack-leaves", "peers with 192.168.2.12",
            .peer("leaf101-node-1", of: "node-1", "192.168.2.12", asn: 65101)),
        Break(
            "peer-names", "to-the-leaf", .calicoctl("delete bgppeer leaf101-node-1"),
            .peer("a-to-the-leaf", of: "node-1", "192.168.2.4", asn: 65101),
            byHand: [.calicoctl("delete bgppeer a-to-the-leaf")]),
        Break(
            "no-route-reflector", "peers with 192.168.2.41 too",
            .peer("reflector", of: "node-1", "192.168.2.41", asn: 65204),
            byHand: [.calicoctl("delete bgppeer reflector")]),
        Break(
            "sessions-up", "session-down",
            .made("bgpPeerP", "{svi node-4}/peerP-[192.168.2.25]", ["adminSt": "disabled"])),
        Break("node-subnet-29", "/24", .node("node-1", asn: 65102, address: "192.168.2.1/24")),
        Break(
            "default-gateway", "default route via 192.168.2.4",
            .onTheNode { $0.setDefaultGateway(IPAddress(v4: 0xc0a8_0204), of: NodeName("node-1")) },
            byHand: [.onTheNode { $0.setDefaultGateway(nil, of: NodeName("node-1")) }]),
    ]

    private static let calicoBreaks: [Break] = [
        Break("overlay-off", "ipipMode Always", .pool("default-ipv4-ippool", "10.244.0.0/16", ipip: "Always")),
        Break("nat-outgoing-off", "natOutgoing true", .pool("default-ipv4-ippool", "10.244.0.0/16", nat: true)),
        // A pool's subnet and block size are fixed: such a pool stands beside the plan's, and goes by hand.
        Break(
            "block-size", "blockSize 28", .pool("small", "10.244.255.0/24", blockSize: 28),
            byHand: [.calicoctl("delete ippool small")]),
        Break(
            "pools-inside-pod-subnets", "10.200.0.0/16", .pool("stray", "10.200.0.0/16"),
            byHand: [.calicoctl("delete ippool stray")]),
        Break("mesh-off", "mesh-enabled", .configuration(mesh: true, ranges: "{cidr: 10.96.0.0/12}")),
        Break("calico-node-as", "AS 64102", .node("node-1", asn: 64102, address: "192.168.2.1/29")),
        Break("calico-node-address", "10.0.0.7", .node("node-1", asn: 65102, address: "10.0.0.7/29")),
        Break(
            "calico-peer-as", "leaf101-node-1 expects AS 65199",
            .peer("leaf101-node-1", of: "node-1", "192.168.2.4", asn: 65199)),
    ]

    private static let advertisementBreaks: [Break] = [
        Break("service-cidr-advertised", "does not advertise 10.96.0.0/12", .configuration(ranges: "")),
        Break(
            "service-cidr-advertised", "CALICO_ADVERTISE_CLUSTER_IPS 10.99.0.0/16",
            .onTheNode { $0.setAdvertisedByVariable(IPPrefix("10.99.0.0/16").map { [$0] }) },
            byHand: [.onTheNode { $0.setAdvertisedByVariable(nil) }]),
        Break("local-services-advertised", "10.96.142.7", .configuration(ranges: "{cidr: 10.97.0.0/16}")),
        Break(
            "node-receives-no-routes", "1 route from its leaves",
            .made("l3extSubnet", "{out}/instP-default/extsubnet-[10.96.0.0/12]", ["scope": "export-rtctrl"]),
            byHand: [.gone("l3extSubnet", "{out}/instP-default/extsubnet-[10.96.0.0/12]")]),
        Break(
            "drained-nodes-silent", "cordoned", .kubectl("cordon node-3"), byHand: [.kubectl("uncordon node-3")]),
    ]

    private static let timerBreaks: [Break] = [
        // The plan mends the policy; a session keeps what it agreed on until it is opened anew.
        Break(
            "negotiated-hold", "hold time 180 s",
            .made("bgpCtxPol", "{tenant}/bgpCtxP-calico-1s-3s", ["kaIntvl": "60", "holdIntvl": "180"]),
            .onTheNode { $0.resetSessions(of: NodeName("node-5")) },
            byHand: [.onTheNode { $0.resetSessions(of: NodeName("node-5")) }]),
        Break(
            "graceful-restart-node", "no graceful restart with leaf 103",
            .onTheNode { $0.setGracefulRestart(false, of: NodeName("node-6")) },
            byHand: [.onTheNode { $0.setGracefulRestart(true, of: NodeName("node-6")) }]),
    ]

    private static let scaleBreaks: [Break] = [
        Break(
            "six-racks", "14",
            .post(
                ManagedObject(
                    "l3extLNodeP", ["dn": "{out}/lnodep-more", "name": "more"],
                    (201...210).map {
                        ManagedObject(
                            "l3extRsNodeL3OutAtt",
                            ["tDn": "topology/pod-1/node-\($0)", "rtrId": "10.9.9.\($0)"])
                    })),
            byHand: [.gone("l3extLNodeP", "{out}/lnodep-more")]),
        Break("supernet-room", "10.3.3.1", .node("node-1", asn: 65102, address: "10.3.3.1/29")),
    ]
}
