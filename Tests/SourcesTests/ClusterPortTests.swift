import Children
import ClusterClient
import Fabric
import Polling
import Synchronization
import Testing

@Suite struct ClusterPortTests {
    private let node = NodeName("calico-node-1")
    private let protocols = """
        0001 BIRD v0.3.3+birdv1.6.8 ready.
        2002-name     proto    table    state  since       info
        1002-static1  Static   master   up     19:17:35
             Node_192_168_2_4 BGP      master   up     19:17:37    Established
             Mesh_192_168_2_9 BGP      master   start  19:34:36    Active
        """

    private func perform(_ look: Look, _ configuration: ClusterConfiguration) async -> LookResult {
        await ClusterPort.read(configuration, children: ChildRunner(limiter: nil), now: someTime).perform(look)
    }

    private func overSSH(_ ssh: SSHSettings) -> ClusterConfiguration {
        let access = NodeAccess(
            reach: .ssh(SSHTarget(host: "node1")), calicoctl: ["sudo", "-n", "calicoctl"],
            bird: .command(["sudo", "-n", "birdcl", "-r", "-v"]))
        return ClusterConfiguration(nodes: [node: access], ssh: ssh, nodeTimeout: .seconds(10))
    }

    private func birdScript() -> String {
        "case \"$line\" in *'show protocols all') cat <<'END'\n\(protocols)\nEND\n;; *) echo \"answer to $line\";; esac"
    }

    @Test func aNodesHostIsAskedForBIRDByItsSocket() {
        // Only calico-node's pod has birdcl.
        #expect(NodeAccess(reach: .ssh(SSHTarget(host: "n"))).bird == .forwardedSocket(BIRDReach.calicoSocket))
        #expect(NodeAccess(reach: .local).bird == .localSocket(BIRDReach.calicoSocket))
        #expect(NodeAccess(reach: .pod).calicoctl == nil)
    }

    @Test func aNodeIsAskedForStatusProtocolsExportsAndRoutes() async throws {
        let tools = try FakeTools()
        let result = await perform(.node(node), overSSH(try tools.ssh(birdScript())))
        #expect(result.error == nil)
        #expect(
            result.answers.map(\.command) == [
                "calicoctl node status", "birdcl show protocols all", "birdcl show route export Node_192_168_2_4",
                "birdcl show route export Mesh_192_168_2_9", "birdcl show status", "birdcl show route",
            ])
        #expect(tools.calls().first == "node1 sudo -n calicoctl node status")
        #expect(tools.calls().last == "node1 sudo -n birdcl -r -v show route")
        #expect(result.answers.allSatisfy { $0.source == .node(node) })
    }

    @Test func withoutCalicoctlBIRDStillAnswers() async throws {
        let tools = try FakeTools()
        let ssh = try tools.ssh(
            "case \"$line\" in *calicoctl*) echo 'sudo: calicoctl: command not found' >&2; exit 1;; esac\n"
                + birdScript())
        let result = await perform(.node(node), overSSH(ssh))
        #expect(result.error?.kind == .notFound)
        #expect(result.answers.count == 5)
    }

    @Test func aNodeWithoutCalicoSaysSoAsAnAnswer() async throws {
        let tools = try FakeTools()
        let ssh = try tools.ssh("echo 'Calico process is not running.' >&2; exit 1")
        var configuration = overSSH(ssh)
        configuration.nodes[node]?.bird = .none
        let result = await perform(.node(node), configuration)
        #expect(result.error == nil)
        #expect(text(result.answers.first?.bytes ?? []) == "Calico process is not running.\n")
    }

    @Test(arguments: [
        ("echo 'sudo: a password is required' >&2; exit 1", SourceError.Kind.refused, 6),
        ("echo 'Need super user privileges: Operation not permitted'; exit 1", .refused, 6),
        ("echo 'ssh: connect to host node1 port 22: Connection refused' >&2; exit 255", .unreachable, 1),
        ("sleep 60", .timedOut, 1),
    ])
    func aNodeThatRefusesIsAnErrorInTime(_ body: String, _ kind: SourceError.Kind, _ most: Int) async throws {
        let tools = try FakeTools()
        var configuration = overSSH(try tools.ssh(body))
        configuration.nodeTimeout = .milliseconds(600)
        let result = await perform(.node(node), configuration)
        #expect(result.error?.kind == kind)
        #expect(tools.calls().count <= most)
    }

    @Test(arguments: ["-oProxyCommand=x", "a;b", "Node", "a_b", "", "-a", "a..b", "é"])
    func hostileNodeNamesReachNoCommand(_ name: String) async throws {
        let tools = try FakeTools()
        let configuration = ClusterConfiguration(kubectl: [
            try tools.add("kubectl", "echo x >> \(tools.folder.path)/calls")
        ])
        let result = await perform(.pods(NodeName(name)), configuration)
        #expect(result.error?.kind == .unsafe)
        let changes = ClusterPort.changes(configuration, children: ChildRunner(limiter: nil))
        await #expect(throws: SourceError.self) { try await changes.drain(NodeName(name), DrainOptions(), { _ in }) }
        await #expect(throws: SourceError.self) { try await changes.cordon(NodeName(name), { _ in }) }
        #expect(tools.calls().isEmpty)
    }

    @Test func oneForbiddenResourceTakesNothingFromTheOthers() async throws {
        let tools = try FakeTools()
        let kubectl = try tools.add(
            "kubectl",
            """
            case "$*" in *bgppeers*)
              echo 'Error from server (Forbidden): bgppeers.crd.projectcalico.org is forbidden: User "ops" cannot list' >&2
              exit 1;;
            esac
            echo "{\\"asked\\": \\"$*\\"}"
            """)
        let configuration = ClusterConfiguration(kubectl: [kubectl], kubeconfig: "/k", context: "prod")
        let result = await perform(.cluster, configuration)
        #expect(result.answers.count == 11)
        #expect(result.answers.first?.command == "kubectl get nodes -o json")
        let first = text(result.answers.first?.bytes ?? [])
        #expect(first.contains("--kubeconfig=/k --context=prod get nodes -o json"))
        #expect(result.error?.kind == .refused)
        #expect(result.error?.operation.contains("bgppeers") == true)
    }

    /// A right that only some rules need is no failure of the cluster: it is named, with what stays unknown.
    @Test func aMissingRightToReadPoolsIsAGap() async throws {
        let tools = try FakeTools()
        let refusal = """
            Error from server (Forbidden): ippools.crd.projectcalico.org is forbidden: User "ops" cannot list resource \
            "ippools" in API group "crd.projectcalico.org" at the cluster scope
            """
        let kubectl = try tools.add(
            "kubectl",
            "case \"$*\" in *ippools*) cat >&2 <<'END'\n\(refusal)\nEND\nexit 1;; *) echo '{\"items\":[]}';; esac")
        let result = await perform(.cluster, ClusterConfiguration(kubectl: [kubectl], kubeconfig: "/k"))
        #expect(result.error == nil)
        #expect(result.answers.count == 11)
        let gap = try #require(result.gaps.first)
        #expect(result.gaps.count == 1 && gap.kind == .refused)
        #expect(gap.operation == "kubectl get ippools.crd.projectcalico.org -o json")
        #expect(gap.cause.contains("cannot list resource \"ippools\""))
        #expect(gap.hint.contains("list ippools.crd.projectcalico.org") && gap.hint.contains("overlay"))
    }

    @Test func aRefusedCordonIsAMatterOfRights() async throws {
        let tools = try FakeTools()
        // What kubectl 1.20 said to a user who may only read.
        let kubectl = try tools.add(
            "kubectl",
            """
            echo 'error: unable to cordon node "n": nodes "n" is forbidden: User "viewer" cannot patch resource' >&2
            exit 1
            """)
        let changes = ClusterPort.changes(ClusterConfiguration(kubectl: [kubectl]), children: ChildRunner(limiter: nil))
        let error = await #expect(throws: SourceError.self) {
            try await changes.cordon(NodeName("calico-node-2"), { _ in })
        }
        #expect(error?.kind == .refused)
        #expect(error?.hint.contains("RBAC") == true)
    }

    @Test func podsOfANodeAreSelectedByField() async throws {
        let tools = try FakeTools()
        let configuration = ClusterConfiguration(kubectl: [try tools.add("kubectl", "echo \"$*\"")])
        let result = await perform(.pods(node), configuration)
        #expect(
            text(result.answers.first?.bytes ?? [])
                == "get pods -A --field-selector spec.nodeName=calico-node-1 -o json\n")
    }

    @Test func birdIsAskedInTheNodesPod() async throws {
        let tools = try FakeTools()
        let kubectl = try tools.add(
            "kubectl",
            """
            case "$*" in
              *"get pods"*) echo pod/calico-node-x7k2p;;
              *"show protocols all"*) cat <<'END'
            \(protocols)
            END
              ;;
              *) echo "$*";;
            esac
            """)
        let configuration = ClusterConfiguration(nodes: [node: NodeAccess(reach: .pod)], kubectl: [kubectl])
        let result = await perform(.node(node), configuration)
        #expect(result.error == nil)
        #expect(result.answers.count == 5)
        #expect(
            text(result.answers.last?.bytes ?? [])
                == "exec -n calico-system calico-node-x7k2p -c calico-node -- birdcl -r -v show route\n")
    }

    @Test func aDrainTellsItsProgress() async throws {
        let tools = try FakeTools()
        let kubectl = try tools.add(
            "kubectl",
            "echo \"$*\"; printf 'evicting \\033[31mpod\\033[0m a/b\\n'; echo 'Warning: x' >&2; echo node/n drained")
        let changes = ClusterPort.changes(
            ClusterConfiguration(kubectl: [kubectl]), children: ChildRunner(limiter: nil))
        let lines = Lines()
        let options = DrainOptions(
            gracePeriodSeconds: 5, timeoutSeconds: 60, deletesEmptyDirData: true, forcesUnmanaged: true)
        try await changes.drain(node, options) { lines.add($0) }
        // The order between standard output and standard error is not known.
        let asked =
            "drain calico-node-1 --ignore-daemonsets --delete-emptydir-data --force --timeout=60s --grace-period=5"
        #expect(lines.all.contains(asked))
        #expect(lines.all.contains("evicting pod a/b"))
        #expect(lines.all.contains("Warning: x"))
    }

    @Test func aDrainThatABudgetStopsSaysWhy() async throws {
        let tools = try FakeTools()
        let kubectl = try tools.add(
            "kubectl",
            "echo 'error: unable to drain node \"n\" due to error: global timeout reached: 12s' >&2; exit 1")
        let changes = ClusterPort.changes(
            ClusterConfiguration(kubectl: [kubectl]), children: ChildRunner(limiter: nil))
        do throws(SourceError) {
            try await changes.drain(node, DrainOptions(), { _ in })
            Issue.record("it drained")
        } catch {
            #expect(error.kind == .timedOut)
            #expect(error.cause.contains("global timeout"))
        }
    }

    @Test func resourcesAreAppliedFromStandardInput() async throws {
        let tools = try FakeTools()
        let calicoctl = try tools.add("calicoctl", "echo \"$* $DATASTORE_TYPE $KUBECONFIG\"; cat")
        let configuration = ClusterConfiguration(calicoctl: [calicoctl], kubeconfig: "/k")
        let changes = ClusterPort.changes(configuration, children: ChildRunner(limiter: nil))
        let lines = Lines()
        try await changes.apply("kind: BGPPeer\n") { lines.add($0) }
        #expect(lines.all == ["$ calicoctl apply -f -", "apply -f - kubernetes /k", "kind: BGPPeer"])
    }
}

final class Lines: Sendable {
    private let state = Mutex<[String]>([])
    var all: [String] { state.withLock { $0 } }
    func add(_ line: String) { state.withLock { $0.append(line) } }
}
