import Fabric
import Foundation
import Simulator
import Testing

/// The generated Calico side against a real API server: accepted, applied, read back; each rule of Calico's side broken
/// there, found by the audit, and mended by applying what the plan generates.
@Suite(.serialized, .enabled(if: Lab.hasCluster, "it needs a lab with Kubernetes"), .timeLimit(.minutes(15)))
struct DesignLabTests {
    init() throws {
        let isHealthy = try Lab.isHealthy()
        try #require(isHealthy, "the lab is not healthy to begin with")
    }

    @Test func theAPIServerAcceptsWhatThePlanGenerates() throws {
        let documents = try Generated.yaml().components(separatedBy: "\n---\n").filter { !$0.contains("kind: Node\n") }
        // As calicoctl stores them: the group of the resource definitions.
        let stored = documents.map { $0.replacing("projectcalico.org/v3", with: "crd.projectcalico.org/v1") }
        let file = try Generated.file(stored.joined(separator: "\n---\n"))
        defer { try? FileManager.default.removeItem(atPath: file) }
        let run = try Generated.kubectl(["apply", "--dry-run=server", "-f", file])
        #expect(run.status == 0, "\(run.errors)")
        let taken = run.output.split(separator: "\n").filter { $0.hasSuffix("(server dry run)") }
        #expect(taken.count == documents.count && documents.count == 2 + 2 * Lab.topology.nodes.count, "\(run.output)")
    }

    @Test func appliedItChangesNothingAndReadsBackAsThePlan() throws {
        let before = try Lab.console("plan", ["--from-live"])
        try Generated.apply()
        let after = try Lab.console("plan", ["--from-live"])
        #expect(before.status == 0 && after.output == before.output, "\(after.output)\n\(after.errors)")
        let isHealthy = try Lab.isHealthy()
        #expect(isHealthy, "a session was lost by applying what is there already")
        #expect(try departures() == [])
    }

    struct Break: Sendable, CustomTestStringConvertible {
        var rule: String
        var says: String
        /// Arguments of kubectl.
        var change: [String]
        var testDescription: String { "\(rule): \(says)" }
    }

    private static func patch(_ resource: String, _ name: String, _ json: String) -> [String] {
        ["patch", resource + ".crd.projectcalico.org", name, "--type=merge", "-p", json]
    }

    static var breaks: [Break] {
        let node = Lab.topology.nodes[0]
        let leaf = Lab.topology.rack(node.rack)?.leaves.first?.number ?? 0
        let peer = "leaf\(leaf)-\(node.name.text)"
        return [
            Break(
                rule: "overlay-off", says: "ipipMode Always",
                change: patch("ippools", "default-ipv4-ippool", #"{"spec":{"ipipMode":"Always"}}"#)),
            Break(
                rule: "nat-outgoing-off", says: "natOutgoing true",
                change: patch("ippools", "default-ipv4-ippool", #"{"spec":{"natOutgoing":true}}"#)),
            Break(
                rule: "mesh-off", says: "mesh",
                change: patch("bgpconfigurations", "default", #"{"spec":{"nodeToNodeMeshEnabled":true}}"#)),
            Break(
                rule: "service-cidr-advertised", says: "does not advertise \(Lab.topology.serviceSubnet)",
                change: patch("bgpconfigurations", "default", #"{"spec":{"serviceClusterIPs":[]}}"#)),
            Break(
                rule: "calico-peer-as", says: "expects AS 64999",
                change: patch("bgppeers", peer, #"{"spec":{"asNumber":64999}}"#)),
            Break(
                rule: "two-peers-per-node", says: "1 BGPPeer",
                change: ["delete", "bgppeers.crd.projectcalico.org", peer]),
            Break(
                rule: "peers-are-rack-leaves", says: "peers with 192.168.2.254",
                change: patch("bgppeers", peer, #"{"spec":{"peerIP":"192.168.2.254"}}"#)),
            Break(
                rule: "block-size", says: "blockSize 28",
                change: patch("ippools", "default-ipv4-ippool", #"{"spec":{"blockSize":28}}"#)),
            Break(
                rule: "pools-inside-pod-subnets", says: "10.200.0.0/16",
                change: patch("ippools", "default-ipv4-ippool", #"{"spec":{"cidr":"10.200.0.0/16"}}"#)),
            Break(
                rule: "node-subnet-29", says: "/24",
                change: [
                    "annotate", "node", node.name.text, "--overwrite",
                    "projectcalico.org/IPv4Address=\(node.address)/24",
                ]),
            Break(
                rule: "as-scheme", says: "share AS \(Lab.topology.nodes[1].asn)",
                change: [
                    "annotate", "node", node.name.text, "--overwrite",
                    "projectcalico.org/ASNumber=\(Lab.topology.nodes[1].asn)",
                ]),
            Break(
                rule: "pair-as-equal", says: "64999",
                change: patch("bgppeers", peer, #"{"spec":{"asNumber":64999}}"#)),
            Break(
                rule: "calico-node-address", says: "10.0.0.7",
                change: [
                    "annotate", "node", node.name.text, "--overwrite", "projectcalico.org/IPv4Address=10.0.0.7/29",
                ]),
            Break(
                rule: "local-services-advertised", says: "10.96.",
                change: patch(
                    "bgpconfigurations", "default", #"{"spec":{"serviceClusterIPs":[{"cidr":"10.97.0.0/16"}]}}"#)),
            Break(
                rule: "calico-node-as", says: "AS 64102",
                change: ["annotate", "node", node.name.text, "projectcalico.org/ASNumber=64102", "--overwrite"]),
        ]
    }

    @Test func eachRuleOfCalicosSideIsBrokenFoundAndMended() throws {
        for broken in Self.breaks {
            let change = try Generated.kubectl(broken.change)
            #expect(change.status == 0, "\(broken.rule): \(change.errors)")
            let found = try Lab.eventually(20) {
                try departures().contains { $0.hasPrefix(broken.rule + ":") && $0.contains(broken.says) }
            }
            let told = found ? [] : try departures()
            #expect(found, "\(broken.rule) with \(broken.says): \(told)")
            try Generated.apply()
            let isHealthy = try Lab.isHealthy()
            #expect(isHealthy, "\(broken.rule): the sessions are not back")
            let isClean = try Lab.eventually(20) { try departures().isEmpty }
            let left = isClean ? [] : try departures()
            #expect(isClean, "\(broken.rule): \(left)")
        }
    }

    private func departures() throws -> [String] {
        try Lab.console("audit", ["--output", "json"]).rows.filter { $0["verdict"] as? String == "departs" }
            .map { "\($0["rule"] ?? ""): \($0["subject"] ?? "") \($0["says"] ?? "")" }
    }
}

/// What the plan of the lab's figure generates, and the tools that take it.
private enum Generated {
    static func yaml() throws -> String {
        let plan = try file(Lab.topology.planText)
        defer { try? FileManager.default.removeItem(atPath: plan) }
        let run = try Child.run(Lab.program, ["plan", plan, "--emit", "calico"])
        if run.status != 0 { throw LabFailure(text: run.errors) }
        return run.output
    }

    /// A file of a text, for a tool that reads files.
    static func file(_ text: String) throws -> String {
        let path = FileManager.default.temporaryDirectory.appending(path: "bgpdeck-plan-\(UUID().uuidString).yaml")
        try Data(text.utf8).write(to: path)
        return path.path
    }

    private static let access = [
        "KUBECONFIG": Lab.folder.appending(path: "kubeconfig.admin").path, "DATASTORE_TYPE": "kubernetes",
    ]

    static func apply() throws {
        let file = try file(try yaml())
        defer { try? FileManager.default.removeItem(atPath: file) }
        let run = try Child.run(
            Lab.folder.appending(path: "bin/calicoctl").path, ["apply", "-f", file], environment: access)
        if run.status != 0 { throw LabFailure(text: run.errors + run.output) }
    }

    static func kubectl(_ arguments: [String]) throws -> Child {
        return try Child.run("/usr/bin/env", ["kubectl"] + arguments, environment: access)
    }
}
