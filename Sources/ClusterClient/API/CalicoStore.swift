import Children
import Fabric
import FoundationEssentials
import Polling

/// Calico's resources where the Kubernetes API has none of them, because Calico keeps them in an etcd of its own: asked
/// for by `calicoctl`, with the datastore of its own configuration (calico.md 3.1).
enum CalicoStore {
    /// The answer to `calicoctl get`; nil where the kind is not Calico's or calicoctl gives none.
    static func ask(
        _ kind: ClusterKind, _ configuration: ClusterConfiguration, _ children: ChildRunner,
        _ now: @Sendable () -> Date
    ) async -> Answer? {
        guard let form = kind.forms.first, form.group.hasSuffix("projectcalico.org"),
            let command = ChildCommand(
                tool: configuration.calicoctl, ["get", form.resource, "-o", "json"],
                timeout: configuration.clusterTimeout, outputLimit: configuration.outputLimit)
        else { return nil }
        let result = await children.run(command)
        guard result.succeeded else { return nil }
        let words = "calicoctl get \(form.resource) -o json"
        return Answer(source: .kubernetes, command: words, at: now(), bytes: result.output)
    }
}
