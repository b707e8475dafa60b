public import APICClient
import Children
public import ClusterClient
import Design
public import Fabric

extension Context {
    /// How the leaves are read over ssh; nil where the context names neither controllers nor leaves' hosts, or wants
    /// its controllers asked over REST.
    public func apicConfiguration() -> APICConfiguration? {
        guard apic?.reach != .rest else { return nil }
        let controllers = (apic?.controllers ?? []).map { target($0) }
        guard !controllers.isEmpty || !fabric.leafHosts.isEmpty else { return nil }
        var settings = SSHSettings()
        if let ssh = tools.ssh { settings.tool = ssh }
        return APICConfiguration(
            controllers: controllers, leaves: fabric.leafHosts.mapValues { target($0) }, vrf: inventory.vrf,
            ssh: settings)
    }

    private func target(_ host: String) -> SSHTarget {
        let (user, name) = Context.split(host)
        return SSHTarget(
            host: name, user: user ?? apic?.user, port: apic?.port, identityFile: apic?.identity, jumpHost: apic?.jump)
    }

    /// How the cluster and its nodes are read; nil where the context reads neither.
    public func clusterConfiguration() -> ClusterConfiguration? {
        guard nodeReach != nil || readsCluster else { return nil }
        var nodes: [NodeName: NodeAccess] = [:]
        if let nodeReach {
            for node in inventory.nodes { nodes[node.name] = access(to: node, by: nodeReach) }
        }
        var configuration = ClusterConfiguration(
            nodes: nodes, kubeconfig: kubeconfig, context: kubeContext, readsCluster: readsCluster)
        if let ssh = tools.ssh { configuration.ssh.tool = ssh }
        if let kubectl = tools.kubectl { configuration.kubectl = kubectl }
        if let calicoctl = tools.calicoctl { configuration.calicoctl = calicoctl }
        if let calicoNamespace { configuration.calicoNamespace = calicoNamespace }
        return configuration
    }

    /// How one node is read: the same for a node that a source tells later.
    public func access(to node: Node, by reach: NodeReachWord) -> NodeAccess {
        switch reach {
        case .ssh:
            let (user, host) = Context.split(node.host ?? node.name.text)
            let target = SSHTarget(
                host: host, user: user ?? nodeSSH.user, port: nodeSSH.port, identityFile: nodeSSH.identity,
                jumpHost: nodeSSH.jump)
            return configured(NodeAccess(reach: .ssh(target)))
        case .exec:
            return NodeAccess(reach: .pod, calicoctl: nil, bird: .command(tools.birdcl ?? ["birdcl", "-r", "-v"]))
        case .local:
            return configured(NodeAccess(reach: .local))
        }
    }

    private func configured(_ access: NodeAccess) -> NodeAccess {
        var access = access
        if let calicoctl = tools.calicoctl { access.calicoctl = calicoctl }
        if let birdcl = tools.birdcl { access.bird = .command(birdcl) }
        return access
    }

    /// `user@host` in its two halves.
    private static func split(_ text: String) -> (user: String?, host: String) {
        guard let at = text.firstIndex(of: "@") else { return (nil, text) }
        return (String(text[..<at]), String(text[text.index(after: at)...]))
    }
}
