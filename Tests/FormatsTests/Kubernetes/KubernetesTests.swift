import Fabric
import Formats
import Testing

@Suite struct KubernetesTests {
    static func address(_ text: String) -> IPAddress { IPAddress(text) ?? IPAddress(v4: 0) }

    @Test func readsNodes() throws {
        let parsed = Kubernetes.nodes(try Capture("kubernetes/nodes.json").bytes)
        #expect(
            parsed.value == [
                KubernetesNode(
                    name: NodeName("calico-master-1"), isCordoned: true, isReady: true,
                    internalIP: KubernetesTests.address("192.168.2.1"),
                    calicoAddress: KubernetesTests.address("192.168.2.1"), calicoPrefixLength: 29,
                    calicoAS: ASN(64501),
                    labels: [
                        "kubernetes.io/hostname": "calico-master-1",
                        "node.kubernetes.io/exclude-from-external-load-balancers": "",
                    ]),
                KubernetesNode(
                    name: NodeName("calico-node-1"), calicoAddress: KubernetesTests.address("192.168.2.9"),
                    calicoAS: ASN(123456)),
                KubernetesNode(name: NodeName("calico-node-2"), isReady: false),
            ])
        #expect(
            parsed.diagnostics.map(\.message) == [
                "Node calico-node-2: projectcalico.org/IPv4Address: \"192.168.2.17/99\" cannot be read",
                "Node calico-node-2: projectcalico.org/ASNumber: \"many\" cannot be read",
                "Node broken: spec.unschedulable: not a Bool",
                "Pod gb/stray: not a Node",
            ])
        #expect(!parsed.isRefused && !parsed.isComplete)
    }

    @Test func readsServices() throws {
        let parsed = Kubernetes.services(try Capture("kubernetes/services.json").bytes)
        func name(_ name: String, _ space: String = "gb") -> ObjectName { ObjectName(namespace: space, name: name) }
        #expect(
            parsed.value == [
                Service(
                    name: name("frontend"), type: "LoadBalancer", isLocal: true,
                    clusterIPs: [KubernetesTests.address("10.96.142.7"), KubernetesTests.address("fd00:96::7")],
                    externalIPs: [KubernetesTests.address("203.0.113.10")],
                    loadBalancerIPs: [KubernetesTests.address("198.51.100.7")]),
                Service(name: name("headless"), type: "ClusterIP", isLocal: false, clusterIPs: []),
                Service(name: name("elsewhere"), type: "ExternalName", isLocal: false, clusterIPs: []),
                Service(
                    name: name("old", "default"), type: "NodePort", isLocal: false,
                    clusterIPs: [KubernetesTests.address("10.96.0.9")],
                    externalIPs: [KubernetesTests.address("203.0.113.11")]),
            ])
        #expect(
            parsed.diagnostics.map(\.message) == ["Service old: spec.externalIPs: \"nonsense\" cannot be read"])
    }

    @Test func readsEndpointSlices() throws {
        let parsed = Kubernetes.endpoints(try Capture("kubernetes/slices.json").bytes)
        let frontend = ObjectName(namespace: "gb", name: "frontend")
        func endpoint(_ address: String, _ node: String?, _ ready: Bool) -> ServiceEndpoint {
            ServiceEndpoint(
                address: KubernetesTests.address(address), node: node.map { NodeName($0) }, isReady: ready)
        }
        #expect(
            parsed.value == [
                ServiceEndpoints(
                    service: frontend,
                    endpoints: [
                        endpoint("10.244.7.65", "calico-master-1", true),
                        endpoint("10.244.7.66", "calico-node-1", false), endpoint("10.244.9.12", nil, true),
                        endpoint("10.244.9.13", "calico-node-2", true),
                    ]),
                ServiceEndpoints(service: frontend, endpoints: []),
            ])
        #expect(parsed.diagnostics.map(\.severity) == [.note, .note])
        let old = Kubernetes.endpoints(try Capture("kubernetes/endpoints.json").bytes)
        #expect(
            old.value == [
                ServiceEndpoints(
                    service: frontend,
                    endpoints: [
                        endpoint("10.244.7.65", "calico-master-1", true),
                        endpoint("10.244.7.66", "calico-node-1", false),
                    ]),
                ServiceEndpoints(service: ObjectName(namespace: "gb", name: "nobody"), endpoints: []),
            ])
        #expect(old.diagnostics.isEmpty)
    }

    @Test func readsPods() throws {
        let parsed = Kubernetes.pods(try Capture("kubernetes/pods.json").bytes)
        func pod(_ space: String, _ name: String, _ node: String?, _ owner: String?) -> Pod {
            Pod(name: ObjectName(namespace: space, name: name), node: node.map { NodeName($0) }, ownerKind: owner)
        }
        var expected = [
            pod("gb", "frontend-x", "calico-node-1", "ReplicaSet"),
            pod("kube-system", "kube-proxy-5lq2p", "calico-node-1", "DaemonSet"),
            pod("kube-system", "etcd", "calico-master-1", "Node"), pod("default", "debug-shell", nil, nil),
        ]
        expected[0].labels = ["app": "guestbook"]
        expected[0].hasEmptyDir = true
        expected[3].phase = "Pending"
        #expect(parsed.value == expected && parsed.diagnostics.isEmpty)
    }

    @Test func readsDisruptionBudgets() throws {
        let parsed = Kubernetes.disruptionBudgets(try Capture("kubernetes/budgets.json").bytes)
        func budget(_ name: String, _ labels: [String: String], _ counts: (Int, Int, Int)) -> DisruptionBudget {
            DisruptionBudget(
                name: ObjectName(namespace: "gb", name: name), matchLabels: labels, disruptionsAllowed: counts.0,
                desiredHealthy: counts.1, currentHealthy: counts.2)
        }
        #expect(
            parsed.value == [
                budget("frontend", ["app": "guestbook"], (0, 2, 2)), budget("all", [:], (1, 1, 2)),
                budget("expressions", ["a": "b"], (3, 0, 3)),
            ])
        #expect(parsed.diagnostics.map(\.severity) == [.note, .warning])
    }

    @Test func readsASingleObject() {
        let text = #"{"apiVersion":"v1","kind":"Node","metadata":{"name":"n1"},"spec":{"unschedulable":true}}"#
        let parsed = Kubernetes.nodes(text.octets)
        #expect(parsed.value == [KubernetesNode(name: NodeName("n1"), isCordoned: true)])
        #expect(parsed.diagnostics.isEmpty)
        let warned = Kubernetes.nodes(("Warning: v1 Endpoints is deprecated\n{\n" + text.dropFirst() + "\n").octets)
        #expect(warned.value == parsed.value && warned.isComplete && warned.diagnostics.count == 1)
        #expect(Kubernetes.nodes(#"{"kind":"NodeList","items":[]}"#.octets).diagnostics.isEmpty)
        #expect(Kubernetes.nodes(#"{"kind":"NodeList","items":null}"#.octets).diagnostics.isEmpty)
    }

    @Test(arguments: [
        ("", "this is an empty input, not a Node as JSON"),
        ("<!DOCTYPE html>\n<html>\n", "this is an HTML page, not a Node as JSON"),
        ("NAME   STATUS\n", "this is a table of kubectl or calicoctl (use -o json), not a Node as JSON"),
        ("apiVersion: v1\nkind: Node\n", "this is YAML, not a Node as JSON"),
        (#"{"kind":"PodList","items":[{"metadata":{"name":"x"}}]}"#, "this is a PodList, not a Node"),
        (
            #"{"kind":"Status","status":"Failure","message":"nodes is forbidden"}"#,
            "this is a Status, not a Node: nodes is forbidden"
        ),
        (#"{"imdata":[]}"#, "this is JSON without a kind, not a Node"),
        (
            "Error from server (Forbidden): nodes is forbidden: User \"ops\" cannot list\n",
            "an error instead of a Node: Error from server (Forbidden): nodes is forbidden: User \"ops\" cannot list"
        ),
    ])
    func refusesOtherInputs(_ text: String, _ message: String) {
        let parsed = Kubernetes.nodes(text.octets)
        #expect(parsed.value.isEmpty && parsed.isRefused)
        #expect(parsed.diagnostics.map(\.message) == [message])
    }

    @Test func refusesACutDocument() throws {
        let bytes = try Capture("kubernetes/nodes.json").bytes
        for length in stride(from: 1, to: bytes.count - 2, by: 37) {
            let parsed = Kubernetes.nodes(Array(bytes.prefix(length)))
            #expect(parsed.isRefused && parsed.value.isEmpty)
        }
    }
}

@Suite struct CalicoResourceTests {
    @Test func readsBGPPeers() throws {
        let parsed = Calico.peers(try Capture("calico/bgppeers.json").bytes)
        #expect(
            parsed.value == [
                CalicoPeer(
                    name: "leaf203-calico-master-1", node: NodeName("calico-master-1"),
                    peerIP: KubernetesTests.address("192.168.2.4"), asn: ASN(64500)),
                CalicoPeer(
                    name: "rack1-leaf-a", node: nil, nodeSelector: "rack == 'rack-1'",
                    peerIP: KubernetesTests.address("192.168.2.4"), port: 1790, asn: ASN(123456)),
                CalicoPeer(
                    name: "six", node: nil, peerIP: KubernetesTests.address("fd00::4"), port: 1790, asn: ASN(64500)),
            ])
        #expect(
            parsed.diagnostics.map(\.description) == [
                "1: note: BGPPeer reflectors: passed over: it selects nodes or workloads as peers, not an address",
                "1: warning: BGPPeer no-as: spec.asNumber: missing",
                "1: warning: BGPPeer bad-ip: spec.peerIP: \"fd00::4::1790\" cannot be read",
                "1: warning: BGPPeer bad-as: spec.asNumber: not a String",
            ])
    }

    @Test func readsTheBGPConfiguration() {
        let text = """
            {"kind":"BGPConfigurationList","items":[
            {"metadata":{"name":"node.calico-node-1"},"spec":{"logSeverityScreen":"Debug"}},
            {"metadata":{"name":"default"},"spec":{"nodeToNodeMeshEnabled":false,"asNumber":"64512",
            "serviceClusterIPs":[{"cidr":"10.96.0.0/12"}],"serviceExternalIPs":[{"cidr":"203.0.113.0/24"},{"cidr":"x"}],
            "serviceLoadBalancerIPs":[{"cidr":"198.51.100.7/32"}]}}]}
            """
        let parsed = Calico.bgpConfiguration(text.octets)
        func prefixes(_ texts: String...) -> [IPPrefix] { texts.compactMap { IPPrefix($0) } }
        #expect(
            parsed.value
                == CalicoBGPConfiguration(
                    isMeshEnabled: false, asn: ASN(64512), serviceClusterIPs: prefixes("10.96.0.0/12"),
                    serviceExternalIPs: prefixes("203.0.113.0/24"),
                    serviceLoadBalancerIPs: prefixes("198.51.100.7/32")))
        #expect(
            parsed.diagnostics.map(\.message) == [
                "BGPConfiguration default: spec.serviceExternalIPs: \"x\" cannot be read"
            ])
        let bare = Calico.bgpConfiguration(
            #"{"kind":"BGPConfiguration","metadata":{"name":"default"},"spec":{}}"#.octets)
        #expect(bare.value == CalicoBGPConfiguration(isMeshEnabled: true) && bare.diagnostics.isEmpty)
    }

    @Test(arguments: [
        "Failed to get resources: resource does not exist: BGPConfiguration(default) with error: the server could not",
        "Error from server (NotFound): bgpconfigurations.crd.projectcalico.org \"default\" not found",
        #"{"kind":"BGPConfigurationList","items":[]}"#,
    ])
    func readsThatThereIsNoConfiguration(_ text: String) {
        let parsed = Calico.bgpConfiguration(text.octets)
        #expect(parsed.value == nil && !parsed.isRefused && parsed.isComplete)
    }

    @Test func refusesAnErrorInsteadOfAConfiguration() {
        let text = "Error from server (Forbidden): bgpconfigurations is forbidden: User \"ops\" cannot get"
        #expect(Calico.bgpConfiguration(text.octets).isRefused)
    }

    @Test func readsBlockAffinities() throws {
        func item(_ cidr: String, _ rest: String) -> String {
            #"{"metadata":{"name":"a"},"spec":{"cidr":"\#(cidr)","node":"calico-master-1"\#(rest)}}"#
        }
        let items = [
            item("10.244.7.64/26", #","state":"confirmed","deleted":"false","type":"host""#),
            item("10.244.7.128/26", #","state":"confirmed","deleted":false"#), item("10.244.7.192/26", ""),
            item("10.244.8.0/26", #","state":"pending","deleted":"false""#),
            item("10.244.8.64/26", #","state":"confirmed","deleted":"true""#),
            item("10.244.8.128/26", #","state":"confirmed","deleted":true"#),
            item("10.244.8.192/26", #","state":"confirmed","type":"virtual""#),
            item("10.244.9.0", #","deleted":7"#),
        ]
        let text = #"{"kind":"BlockAffinityList","items":["# + items.joined(separator: ",") + "]}"
        let parsed = Calico.blockAffinities(text.octets)
        #expect(parsed.value.map(\.isConfirmed) == [true, true, true, false, false, false])
        #expect(parsed.value.map(\.block.description).first == "10.244.7.64/26")
        #expect(parsed.diagnostics.map(\.severity) == [.note, .warning])
        #expect(parsed.diagnostics.last?.message == "BlockAffinity a: spec.deleted: not a String")
    }

    @Test func readsCalicoNodes() {
        let text = """
            {"kind":"NodeList","apiVersion":"projectcalico.org/v3","items":[{"kind":"Node","metadata":
            {"name":"calico-master-1","labels":{"rack_id":"1"}},"spec":{"addresses":[{"address":"192.168.2.1/29",
            "type":"CalicoNodeIP"},{"address":"192.168.2.1","type":"InternalIP"}],"bgp":{"asNumber":64501,
            "ipv4Address":"192.168.2.1/29"}},"status":{"podCIDRs":["10.244.0.0/24"]}},
            {"kind":"Node","metadata":{"name":"calico-node-2"},"spec":{"bgp":{"ipv4Address":"192.168.2.17/29"}}}]}
            """
        let parsed = Calico.nodes(text.octets)
        #expect(
            parsed.value == [
                KubernetesNode(
                    name: NodeName("calico-master-1"), internalIP: KubernetesTests.address("192.168.2.1"),
                    calicoAddress: KubernetesTests.address("192.168.2.1"), calicoPrefixLength: 29,
                    calicoAS: ASN(64501), labels: ["rack_id": "1"]),
                KubernetesNode(
                    name: NodeName("calico-node-2"), calicoAddress: KubernetesTests.address("192.168.2.17"),
                    calicoPrefixLength: 29),
            ])
        #expect(parsed.diagnostics.isEmpty)
    }
}
