public import Children
import Fabric
public import FoundationEssentials
public import Polling

/// A cluster's reading port, and the end of what it started.
public struct ClusterSource: Sendable {
    /// Performs looks, and tells when something has changed.
    public let reading: ReadPort
    /// Ends watches and kubectl's proxy.
    public let close: @Sendable () async -> Void
}

/// The ports of the cluster and its nodes.
public enum ClusterPort {
    /// A port that performs ``Look/node(_:)``, ``Look/cluster`` and ``Look/pods(_:)``; `now` stamps the answers.
    ///
    /// A node's answers are those to `calicoctl node status`, `birdcl show protocols all`,
    /// `birdcl show route export NAME` for each BGP protocol, `birdcl show status` and `birdcl show route`; the bytes
    /// of BIRD's answers are text or, over its socket, replies with their codes.
    public static func read(
        _ configuration: ClusterConfiguration, children: ChildRunner, now: @escaping @Sendable () -> Date
    ) -> ReadPort {
        open(configuration, children: children, now: now).reading
    }

    /// The same, with what ends what it starts: where there is a directory for sockets, the cluster's API is read
    /// through one `kubectl proxy`, by watches for who takes the port's news.
    public static func open(
        _ configuration: ClusterConfiguration, children: ChildRunner, now: @escaping @Sendable () -> Date
    ) -> ClusterSource {
        let kubectl = Kubectl(configuration: configuration, children: children)
        let isProxied = configuration.readsCluster && configuration.socketDirectory != nil
        let proxied = isProxied ? ProxiedAPI(kubectl) : nil
        let watcher = proxied.map { proxied in
            ClusterWatcher(
                door: proxied.door, patience: configuration.clusterTimeout, now: now, ready: { await proxied.ready() },
                other: { await CalicoStore.ask($0, configuration, children, now) })
        }
        let cluster = ClusterReader(kubectl: kubectl, watcher: watcher, now: now)
        var news: (@Sendable () -> AsyncStream<PushedNews>)?
        if let watcher { news = { watcher.stream() } }
        return ClusterSource(
            reading: port(cluster, configuration, kubectl, children, now, news),
            close: {
                await watcher?.end()
                await proxied?.end()
            })
    }

    private static func port(
        _ cluster: ClusterReader, _ configuration: ClusterConfiguration, _ kubectl: Kubectl, _ children: ChildRunner,
        _ now: @escaping @Sendable () -> Date, _ news: (@Sendable () -> AsyncStream<PushedNews>)?
    ) -> ReadPort {
        let nodes = NodeReader(
            configuration: configuration, kubectl: kubectl, pods: CalicoPods(kubectl),
            sockets: ForwardedSockets(configuration, children: children), now: now)
        return ReadPort(
            perform: { look in
                switch look {
                case .node(let node): await nodes.perform(node)
                case .cluster: await cluster.performCluster()
                case .pods(let node): await cluster.performPods(node)
                case .leafSummary, .leafRoutes, .fabric, .fabricConfiguration:
                    LookResult(look: look, answers: [], error: foreign(look))
                }
            }, news: news)
    }

    /// The changing port: kubectl's cordon, uncordon, drain, patches and Leases, calicoctl's apply and patch, BIRD's
    /// restart. Only the change gate may have it.
    public static func changes(_ configuration: ClusterConfiguration, children: ChildRunner) -> ClusterChanges {
        let kubectl = Kubectl(configuration: configuration, children: children)
        let changer = ClusterChanger(kubectl: kubectl)
        let resetter = SessionResetter(
            configuration: configuration, kubectl: kubectl, pods: CalicoPods(kubectl),
            sockets: ForwardedSockets(configuration, children: children))
        return ClusterChanges(
            cordon: { node, progress throws(SourceError) in
                try await changer.mark(node, "cordon", progress)
            },
            uncordon: { node, progress throws(SourceError) in
                try await changer.mark(node, "uncordon", progress)
            },
            drain: { node, options, progress throws(SourceError) in
                try await changer.drain(node, options, progress)
            },
            apply: { document, progress throws(SourceError) in
                try await changer.apply(document, progress)
            },
            patchNode: { node, patch, progress throws(SourceError) in
                try await changer.patch(node, patch, progress)
            },
            scopePeer: { name, scope, progress throws(SourceError) in
                try await changer.scope(name, scope, progress)
            },
            reset: { node, name, manner, progress throws(SourceError) in
                try await resetter.reset(node, name, manner, progress)
            },
            readLease: { name throws(SourceError) in try await changer.lease(name) },
            writeLease: { lease throws(SourceError) in try await changer.write(lease) },
            hasNamespace: { name throws(SourceError) in try await changer.hasNamespace(name) },
            lacks: { rights throws(SourceError) in try await changer.lacking(rights) })
    }

    private static func foreign(_ look: Look) -> SourceError {
        SourceError(
            kind: .notFound, source: look.source, operation: "read",
            cause: "the cluster's port does not read leaves", hint: "")
    }
}
