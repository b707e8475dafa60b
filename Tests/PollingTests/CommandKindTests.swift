import Fabric
import Polling
import Testing

@Suite struct CommandKindTests {
    @Test(arguments: [
        ("fabric 203 show ip bgp summary vrf common:calico", CommandKind.bgpSummary),
        ("show bgp ipv4 unicast summary vrf all", .bgpSummary),
        ("show bgp ipv4 unicast summ vrf all", .bgpSummary),
        ("fabric 203 show bgp ipv4 unicast vrf common:calico", .bgpTable),
        ("show bgp ipv4 uni vrf all", .bgpTable), ("show ip bgp vrf common:calico", .bgpTable),
        ("show ip route vrf common:calico", .routes(prefix: nil)),
        ("fabric 203 show ip route 10.96.12.34/32 vrf common:calico", .routes(prefix: IPPrefix("10.96.12.34/32"))),
        ("sudo -n ./calicoctl node status", .calicoStatus),
        ("birdcl show protocols all", .birdProtocols(only: nil)),
        ("birdcl show protocols all \"Node_*\"", .birdProtocols(only: nil)),
        ("birdcl show protocols all Node_192_168_2_5", .birdProtocols(only: "Node_192_168_2_5")),
        ("birdcl -r show protocols \"Node_192_168_2_5\"", .birdProtocols(only: "Node_192_168_2_5")),
        ("kubectl exec -n kube-system calico-node-x -c calico-node -- birdcl -r -v show status", .birdStatus),
        ("birdcl -s /var/run/calico/bird.ctl show route", .birdRoutes),
        ("birdcl show route export Node_192_168_2_4", .birdExport(protocolName: "Node_192_168_2_4")),
        ("birdcl show route export \"Node_192_168_2_4\"", .birdExport(protocolName: "Node_192_168_2_4")),
        ("kubectl get endpointslices.discovery.k8s.io -A -o json", .resource(.endpointSlices, isComplete: true)),
        (
            "kubectl get pods -A --field-selector spec.nodeName=node-1 -o json",
            .resource(.pods, isComplete: false)
        ),
        ("calicoctl get bgppeer -o json", .resource(.calicoPeers, isComplete: true)),
    ])
    func classifies(_ command: String, _ kind: CommandKind) { #expect(CommandKind(command: command) == kind) }

    @Test(arguments: [
        "", "   ", "rm -rf /", "show version", "kubectl delete node x", "birdcl disable Node_x", "fabric",
        "show bgp ipv4 unicast 10.0.0.0/8 vrf common:calico",
        "show bgp ipv4 unicast neighbors 192.168.2.5 routes vrf common:calico", "show bgp sessions vrf all",
    ])
    func leavesAlone(_ command: String) { #expect(CommandKind(command: command) == nil) }

    @Test func readsTheLeafOfACommand() {
        #expect(CommandKind.leaf(ofCommand: "fabric 203 show ip route") == LeafID(203))
        #expect(CommandKind.leaf(ofCommand: "show ip route") == nil)
    }
}

@Suite struct RemoteCommandTests {
    @Test(arguments: ["common:calico", "leaf-101", "10.0.0.0/8", "a_b@c%d+e=f,g", "node-1.example"])
    func passes(_ word: String) { #expect(RemoteCommand.isSafe(word)) }

    @Test(arguments: [
        "", "-oProxyCommand=x", "a b", "a;b", "a|b", "$(x)", "`x`", "a\nb", "é", "\u{1b}[2J", "a'b", "a\"b", "~", "*",
        "a&b", "<x>",
    ])
    func refuses(_ word: String) throws {
        #expect(!RemoteCommand.isSafe(word))
        let refusal = #expect(throws: SourceError.self) {
            try RemoteCommand.line(fixed: ["show", "vrf"], words: [word], source: .apic)
        }
        let error = try #require(refusal)
        #expect(error.kind == .unsafe)
        #expect(error.cause.unicodeScalars.allSatisfy { $0.value >= 0x20 })
    }

    @Test func joinsSafeWords() throws {
        let line = try RemoteCommand.line(
            fixed: ["show", "ip", "route"], words: ["10.96.0.1/32", "vrf", "common:calico"], source: .apic)
        #expect(line == "show ip route 10.96.0.1/32 vrf common:calico")
    }
}
