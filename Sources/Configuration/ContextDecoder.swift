import Design
import Fabric
import Polling

extension ConfigurationDecoder {
    private static let contextKeys =
        InventoryDocument.keys + [
            "name", "apic", "node_reach", "node_ssh", "kubeconfig", "kube_context", "calico_namespace", "read_cluster",
            "tools", "intervals", "allow_changes",
        ]

    mutating func readContext(_ value: DocumentValue) -> Context? {
        guard let fields = reader.fields(of: value, "a context", known: ConfigurationDecoder.contextKeys),
            let name = reader.required("name", of: fields, in: "a context").flatMap({
                reader.text($0, "a context's name")
            })
        else { return nil }
        let fabric = InventoryDocument.read(fields, with: &reader)
        var context = Context(
            name: name, apic: nil, fabric: fabric, plan: nil, planFile: nil, inventory: fabric.inventory(),
            nodeReach: nil, nodeSSH: NodeSSH(), kubeconfig: nil, kubeContext: nil, calicoNamespace: nil,
            readsCluster: true, tools: Tools(), intervals: PollIntervals(), allowsChanges: false)
        readPlan(into: &context)
        context.apic = fields["apic"].flatMap { readAPIC($0) }
        readNodes(fields, into: &context)
        readCluster(fields, into: &context)
        if let tools = fields["tools"] { context.tools = readTools(tools) }
        if let intervals = fields["intervals"] { context.intervals = readIntervals(intervals) }
        if let allow = fields["allow_changes"] {
            context.allowsChanges = reader.boolean(allow, "allow_changes") ?? false
        }
        if context.apic == nil, fabric.leafHosts.isEmpty, context.nodeReach == nil, !context.readsCluster {
            reader.error(
                at: value.mark, "context \(reader.shown(name)) names nothing to read: give it apic or node_reach")
        }
        return context
    }

    private mutating func readPlan(into context: inout Context) {
        guard let plan = context.fabric.plan else { return }
        let path = folders.expand(plan.value, relativeTo: folder)
        context.planFile = path
        switch ConfigurationFile.read(path, limit: Configuration.sizeLimit) {
        case .failure(let failure):
            reader.error(at: plan.mark, "plan: \(failure.message)")
        case .success(let text):
            let loaded = FabricPlan.load(text: text, file: plan.value)
            reader.adopt(loaded.diagnostics)
            context.plan = loaded.plan
            if let inventory = loaded.inventory { context.inventory = context.fabric.inventory(plan: inventory) }
        }
    }

    private mutating func readNodes(_ fields: DocumentFields, into context: inout Context) {
        if let value = fields["node_reach"] {
            context.nodeReach = reader.word(value, "node_reach", NodeReachWord.self)
        }
        guard let value = fields["node_ssh"],
            let ssh = reader.fields(
                of: value, "node_ssh", known: ["user", "port", "identity", "jump"], refused: Refusals.passwords)
        else { return }
        if context.nodeReach != .ssh {
            reader.warn(at: fields.mark(of: "node_ssh"), "node_ssh has no effect without node_reach: ssh")
        }
        context.nodeSSH = NodeSSH(
            user: ssh["user"].flatMap { reader.host($0, "user of node_ssh") },
            port: ssh["port"].flatMap { reader.integer($0, "port of node_ssh", in: 1...65_535) },
            identity: path(ssh["identity"], "identity of node_ssh"), jump: jump(ssh["jump"], "jump of node_ssh"))
    }

    private mutating func readCluster(_ fields: DocumentFields, into context: inout Context) {
        context.kubeconfig = path(fields["kubeconfig"], "kubeconfig")
        context.kubeContext = fields["kube_context"].flatMap { reader.text($0, "kube_context") }
        context.calicoNamespace = fields["calico_namespace"].flatMap {
            reader.nodeName($0, "calico_namespace")?.text
        }
        context.readsCluster = fields["read_cluster"].flatMap { reader.boolean($0, "read_cluster") } ?? true
    }

    private mutating func readTools(_ value: DocumentValue) -> Tools {
        let known = ["ssh", "kubectl", "calicoctl", "birdcl"]
        guard let fields = reader.fields(of: value, "tools", known: known) else { return Tools() }
        return Tools(
            ssh: arguments(fields["ssh"], "ssh of tools"), kubectl: arguments(fields["kubectl"], "kubectl of tools"),
            calicoctl: arguments(fields["calicoctl"], "calicoctl of tools"),
            birdcl: arguments(fields["birdcl"], "birdcl of tools"))
    }

    private mutating func readIntervals(_ value: DocumentValue) -> PollIntervals {
        var intervals = PollIntervals()
        let known = ["apic", "routes", "nodes", "cluster", "fabric", "configuration"]
        guard let fields = reader.fields(of: value, "intervals", known: known) else { return intervals }
        func read(_ key: String, _ current: Duration) -> Duration {
            guard let value = fields[key], let found = reader.duration(value, "\(key) of intervals") else {
                return current
            }
            if found < intervals.floor {
                reader.error(
                    at: value.mark, "\(key) of intervals is below 2 s; asking more often would load the controllers")
            }
            return found
        }
        intervals.leafSummary = read("apic", intervals.leafSummary)
        intervals.leafRoutes = read("routes", intervals.leafRoutes)
        intervals.node = read("nodes", intervals.node)
        intervals.cluster = read("cluster", intervals.cluster)
        intervals.fabric = read("fabric", intervals.fabric)
        intervals.configuration = read("configuration", intervals.configuration)
        return intervals
    }

    /// Hosts to pass through, one or several.
    mutating func jump(_ value: DocumentValue?, _ what: String) -> String? {
        guard let value, let list = reader.list(value, what, acceptsOne: true) else { return nil }
        let hosts = list.compactMap { reader.host($0, what) }
        return hosts.isEmpty ? nil : hosts.joined(separator: ",")
    }
}

/// Keys that people write and that must not be there, with what to write instead.
enum Refusals {
    static let passwords: [String: String] = [
        "password":
            "a password never stands in this file; use password_command: [program, argument] that prints it, "
            + "or password_file: a file of mode 0600",
        "token": "a token never stands in this file; use password_command or password_file",
        "passphrase": "a passphrase never stands in this file; let ssh-agent hold the key",
    ]

    static let apic: [String: String] = passwords.merging([
        "insecure": noTrust, "verify": noTrust, "verify_tls": noTrust, "skip_verify": noTrust,
    ]) { first, _ in first }

    private static let noTrust =
        "the controllers' certificates are always checked; give ca_file: FILE or pin: the certificate's SHA-256"
}
