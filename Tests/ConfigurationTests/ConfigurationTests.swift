import APICClient
import Children
import ClusterClient
import Configuration
import Design
import Fabric
import Polling
import Testing

@Suite struct ConfigurationTests {
    private let full = """
        current: b
        theme: night
        keys: {drain: D, quit: [q, ctrl-c]}
        contexts:
        - name: a
          apic:
            controllers: [apic1, admin2@apic2]
            reach: ssh
            user: admin
            port: 2222
            identity: ~/.ssh/apic
            jump: [ops@jump1, jump2]
          vrf: common:calico
          release: "4.2(3)"
          multipath_relax: true
          ecmp_limit: 16
          pod_subnets: 10.244.0.0/16
          service_subnets: [10.96.0.0/12]
          racks:
          - {name: rack-1, as: 64500, leaves: [{id: 203, name: Leaf203, host: leaf203.net}, 204]}
          nodes:
          - {name: calico-master-1, address: 192.168.2.1/29, as: 64501, rack: rack-1, host: ops2@10.0.0.1}
          - {name: calico-node-1, address: 192.168.2.9, as: 64502, rack: rack-1}
          node_reach: ssh
          node_ssh: {user: ops, port: 22, identity: keys/node}
          kubeconfig: kube/config
          kube_context: admin@cluster
          calico_namespace: kube-system
          tools: {ssh: [/usr/bin/ssh, -4], kubectl: [kubectl], calicoctl: [calicoctl], birdcl: [birdcl, -r]}
          intervals: {apic: 2s, routes: 1m, nodes: 45, cluster: 500ms}
          allow_changes: true
        - name: b
          node_reach: exec
        """

    private func loaded(_ text: String) throws -> Configuration.Loaded { try Temporary().load(text) }

    private func errors(_ text: String) throws -> [String] {
        let loaded = try loaded(text)
        #expect(loaded.configuration == nil)
        return loaded.diagnostics.filter { $0.severity == .error }.map(\.description)
    }

    @Test func readsEverything() throws {
        let folder = try Temporary()
        let loaded = try folder.load(full.replacing("cluster: 500ms", with: "cluster: 1h"))
        #expect(loaded.diagnostics.isEmpty)
        let configuration = try #require(loaded.configuration)
        #expect(configuration.theme == "night")
        #expect(configuration.keys == ["drain": ["D"], "quit": ["q", "ctrl-c"]])
        #expect(configuration.context(named: nil)?.name == "b")
        #expect(configuration.context(named: "c") == nil)
        let context = try #require(configuration.context(named: "a"))
        #expect(context.inventory.vrf == "common:calico")
        #expect(context.inventory.podSubnets.map(\.description) == ["10.244.0.0/16"])
        #expect(context.inventory.leaves.map(\.name) == ["Leaf203", "leaf-204"])
        #expect(context.inventory.nodes.map(\.subnetLength) == [29, nil])
        #expect(context.inventory.racks.allSatisfy { $0.origin == .configured })
        #expect(context.fabric.multipathRelax == true)
        #expect(context.fabric.ecmpLimit == 16)
        #expect(context.fabric.release == "4.2(3)")
        #expect(context.intervals.leafSummary == .seconds(2))
        #expect(context.intervals.leafRoutes == .seconds(60))
        #expect(context.intervals.node == .seconds(45))
        #expect(context.kubeconfig == folder.path + "/kube/config")
        #expect(context.allowsChanges)
        #expect(configuration.context(named: "b")?.allowsChanges == false)
    }

    @Test func convertsForTheAdapters() throws {
        let folder = try Temporary()
        let loaded = try folder.load(full.replacing("cluster: 500ms", with: "cluster: 1h"))
        let context = try #require(loaded.configuration?.context(named: "a"))
        let apic = try #require(context.apicConfiguration())
        #expect(apic.controllers.map(\.host) == ["apic1", "apic2"])
        #expect(apic.controllers.map(\.user) == ["admin", "admin2"])
        #expect(apic.controllers.first?.identityFile == "/home/ops/.ssh/apic")
        #expect(apic.controllers.first?.jumpHost == "ops@jump1,jump2")
        #expect(apic.leaves[LeafID(203)]?.host == "leaf203.net")
        #expect(apic.leaves.count == 1)
        #expect(apic.vrf == "common:calico")
        #expect(apic.ssh.tool == ["/usr/bin/ssh", "-4"])
        let cluster = try #require(context.clusterConfiguration())
        #expect(cluster.context == "admin@cluster")
        #expect(cluster.calicoNamespace == "kube-system")
        let access = try #require(cluster.nodes[NodeName("calico-master-1")])
        #expect(access.calicoctl == ["calicoctl"])
        #expect(access.bird == .command(["birdcl", "-r"]))
        let target = SSHTarget(
            host: "10.0.0.1", user: "ops2", port: 22, identityFile: folder.path + "/keys/node", jumpHost: nil)
        #expect(access.reach == .ssh(target))
        let exec = try #require(loaded.configuration?.context(named: "b"))
        #expect(exec.apicConfiguration() == nil)
        #expect(
            exec.access(
                to: Node(name: NodeName("x"), address: nil, asn: nil, rack: nil, origin: .configured), by: .exec
            ).reach == .pod)
    }

    @Test func theExamplePasses() throws {
        let loaded = try loaded(NoConfiguration.example)
        #expect(loaded.diagnostics.isEmpty)
        #expect(loaded.configuration?.contexts.count == 1)
        let text = NoConfiguration.text(path: "/home/ops/.config/bgpdeck/config.yaml")
        #expect(text.contains("bgpdeck demo"))
        #expect(text.contains("/home/ops/.config/bgpdeck/config.yaml"))
        #expect(text.contains(NoConfiguration.example))
    }

    @Test(arguments: [
        ("theme: [1]", "warning: theme is a text"), ("keys: 5", "warning: keys is a mapping"),
        ("keys: {drain: {a: b}}", "warning: the keys of drain is a list"),
        ("keys: {drian: D}", "warning: there is no action 'drian'; did you mean 'drain'?"),
        ("colour: red", "warning: unknown key 'colour'"), ("theem: night", "did you mean 'theme'?"),
    ])
    func themeAndKeysOnlyWarn(line: String, expected: String) throws {
        let loaded = try Temporary().load(line + "\ncontexts: [{name: a}]", actions: ["drain"])
        #expect(loaded.configuration != nil)
        #expect(loaded.configuration?.theme == nil)
        #expect(loaded.configuration?.keys.isEmpty == true)
        #expect(loaded.diagnostics.count == 1)
        #expect(loaded.diagnostics.first?.description.contains(expected) == true, "\(loaded.diagnostics)")
    }

    @Test func readsWhatTheConsoleDoesOnALoss() throws {
        let loaded = try loaded(
            """
            console:
              marks: 10s
              on_session_loss: {bell: true, command: [notify-send, bgpdeck], every: 2m}
            contexts: [{name: a}]
            """)
        #expect(loaded.diagnostics.isEmpty)
        let console = try #require(loaded.configuration?.console)
        #expect(console.markSeconds == 10)
        #expect(console.ringsBell)
        #expect(console.lossCommand == ["notify-send", "bgpdeck"])
        #expect(console.lossInterval == 120)
    }

    @Test(arguments: [
        ("console: {marks: soon}", "warning: marks is a time"),
        ("console: {on_session_loss: {command: notify-send}}", "warning: command is a list of words"),
        ("console: {on_sesion_loss: {}}", "did you mean 'on_session_loss'?"),
    ])
    func mistakesAboutTheConsoleOnlyWarn(line: String, expected: String) throws {
        let loaded = try loaded(line + "\ncontexts: [{name: a}]")
        #expect(loaded.configuration != nil)
        #expect(loaded.diagnostics.first?.description.contains(expected) == true, "\(loaded.diagnostics)")
    }

    @Test func keysKnowTheirPlace() throws {
        let loaded = try loaded("keys:\n  drain: D\n  quit: [q, Q]\ncontexts: [{name: a}]")
        let marks = try #require(loaded.configuration?.keyMarks)
        #expect(marks["drain"]?.map(\.line) == [2])
        #expect(marks["quit"]?.map(\.line) == [3, 3])
        #expect(marks["quit"]?.map(\.column) == [10, 13])
    }

    /// What is wrong about targets, trust, credentials, permission or intervals ends the run before it began.
    @Test(arguments: [
        ("apic: {controllers: [a], password: secret}", 26, "never stands in this file; use password_command"),
        ("apic: {controllers: [a], insecure: true}", 26, "give ca_file: FILE or pin"),
        ("apic: {controllers: []}", 8, "controllers is empty"),
        ("apic: {user: admin}", 7, "apic needs 'controllers'"),
        ("apic: {controllers: [-oProxyCommand=x]}", 22, "does not begin with '-'"),
        ("apic: {controllers: ['a b']}", 22, "not 'a b'"),
        ("apic: {controllers: [a], reach: resd, user: u}", 33, "did you mean 'rest'?"),
        ("apic: {controllers: [a], reach: rest, user: u}", 7, "needs a credential"),
        ("apic: {controllers: [a], pin: 'ab:cd'}", 31, "64 hexadecimal digits"),
        ("apic: {controllers: [a], ca_file: x}", 26, "belongs to reach: rest"),
        ("apic: {controllers: [a], password_command: pass show apic}", 44, "is a list of words"),
        ("apic: {controllers: [a], password_file: x, password_command: [y]}", 26, "exclude each other"),
        ("apic: {controllers: [a], certificate: c}", 7, "needs 'key'"),
        ("apic: {controllers: [a], port: 70000}", 32, "from 1 to 65535"),
        ("vrf: calico", 6, "tenant:vrf"),
        ("pod_subnets: [10.244.0.1/16]", 15, "write 10.244.0.0/16"),
        ("intervals: {apic: 1s}", 19, "below 2 s"),
        ("intervals: {apic: soon}", 19, "is a time such as 5s"),
        ("allow_changes: perhaps", 16, "true or false"),
        ("node_reach: telnet", 13, "one of ssh, exec, local"),
        ("nodes: [{name: Node_1}]", 16, "Kubernetes name"),
        ("nodes: [{name: a, rack: rack-9}]", 25, "is not among racks"),
        ("nodes: [{name: a}, {name: a}]", 21, "stands here twice"),
        ("nodes: [{name: a, address: 10.0.0.1}, {name: b, address: 10.0.0.1}]", 58, "already belongs to node a"),
        ("racks: [{name: r, as: 0, leaves: [1]}]", 23, "AS 0 is reserved"),
        ("plan: missing.yaml", 7, "cannot open"),
        ("tools: {kubectl: kubectl}", 18, "is a list of words"),
    ])
    func errorsSayWhereAndWhatToDo(line: String, column: Int, expected: String) throws {
        let found = try errors("contexts:\n- name: a\n  \(line)")
        let place = "config.yaml:3:\(column + 2): error: "
        #expect(found.contains { $0.hasPrefix(place) && $0.contains(expected) }, "\(place)… \(found)")
    }

    @Test(arguments: [
        "", "- a", "contexts: []", "theme: x", "contexts: {a: b}", "contexts: [", "\u{0}", "a: *b",
        "contexts: [{name: a}, {name: a}]", "current: x\ncontexts: [{name: a}]",
    ])
    func badFilesAreErrors(text: String) throws {
        #expect(try !errors(text).isEmpty)
    }

    @Test func aPasswordIsNeverRepeated() throws {
        let found = try errors("contexts: [{name: a, apic: {controllers: [a], password: hunter2}}]")
        #expect(!found.joined().contains("hunter2"))
    }

    /// Twice the design's maximum, with a name that stands twice at the end.
    @Test func manyNodesAreReadInTime() throws {
        var text = "contexts:\n- name: a\n  nodes:\n"
        for number in 0..<5000 {
            text += "  - {name: n\(number), address: 10.\(number >> 8 & 255).\(number & 255).1}\n"
        }
        let loaded = try loaded(text)
        #expect(loaded.configuration?.contexts.first?.inventory.nodes.count == 5000)
        #expect(try errors(text + "  - {name: n0}").count == 1)
    }

    @Test(arguments: ["[", "{a: ", "- "])
    func deepNestingIsRefused(opening: String) throws {
        #expect(try !errors("contexts: " + String(repeating: opening, count: 50_000)).isEmpty)
    }

    @Test func nestedAliasesAreRefusedQuickly() throws {
        var text = "a: &a [x,x,x,x,x,x,x,x,x,x]\n"
        for (name, other) in zip("bcdefghi", "abcdefgh") {
            text += "\(name): &\(name) [\(Array(repeating: "*\(other)", count: 10).joined(separator: ","))]\n"
        }
        #expect(try errors(text).joined().contains("too many values"))
    }

    @Test func aPlanGivesTheInventory() throws {
        let folder = try Temporary()
        _ = try folder.write(
            "plan.yaml",
            """
            {tenant: common, vrf: calico, supernet: 192.168.2.0/24, pod_subnets: [10.244.0.0/16],
             racks: [{name: r, as: 64500, leaves: [203, 204], nodes: [a, b]}]}
            """)
        let loaded = try folder.load("contexts: [{name: a, plan: plan.yaml, service_subnets: [10.96.0.0/12]}]")
        #expect(loaded.diagnostics.isEmpty)
        let inventory = try #require(loaded.configuration?.contexts.first?.inventory)
        #expect(inventory.nodes.map { $0.asn?.value } == [64501, 64502])
        #expect(inventory.serviceSubnets.map(\.description) == ["10.96.0.0/12"])
        #expect(inventory.podSubnets.map(\.description) == ["10.244.0.0/16"])
        #expect(loaded.configuration?.contexts.first?.planFile == folder.path + "/plan.yaml")
        let both = try folder.load("contexts: [{name: a, plan: plan.yaml, nodes: [{name: a}]}]")
        #expect(both.diagnostics.first?.message.contains("cannot stand beside plan") == true)
    }

    @Test func aMissingFileIsAnError() throws {
        let folders = try #require(UserFolders(environment: ["HOME": "/home/ops"]))
        let loaded = Configuration.load(path: "/nonexistent/config.yaml", folders: folders)
        #expect(loaded.configuration == nil)
        #expect(loaded.diagnostics.map(\.description).first?.hasPrefix("config.yaml:1:1: error: cannot open") == true)
        #expect(Configuration.load(path: "/tmp", folders: folders).configuration == nil)
    }
}
