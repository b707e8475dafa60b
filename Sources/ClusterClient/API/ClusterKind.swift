/// A kind of object that is read of the cluster, in the forms that API servers of different age serve.
struct ClusterKind: Hashable, Sendable {
    /// One way of asking for it: a group's version and the resource's plural (calico.md 3.1).
    struct Form: Hashable, Sendable {
        /// The API group, empty for the core.
        var group: String
        var version: String
        var resource: String
        var isNamespaced: Bool
        /// Which of its objects, by a field; nil: all.
        var selector: String?

        /// `v1`, `policy/v1beta1`: as discovery names it.
        var groupVersion: String { group.isEmpty ? version : "\(group)/\(version)" }
        /// The path of its objects.
        var path: String {
            (group.isEmpty ? "/api/" : "/apis/") + "\(groupVersion)/\(resource)"
                + (selector.map { "?fieldSelector=" + $0.replacing("=", with: "%3D") } ?? "")
        }
        /// kubectl's words behind `get`.
        var words: [String] {
            [group.isEmpty ? resource : "\(resource).\(group)"] + (isNamespaced ? ["-A"] : [])
                + (selector.map { ["--field-selector", $0] } ?? [])
        }
        /// The command that prints the same, as a person types it; it decides the parser.
        var command: String { "kubectl get \(words.joined(separator: " ")) -o json" }
    }

    /// The forms, the best first.
    var forms: [Form]
    /// What stays unknown without it, for kinds that a cluster may lack by its version, or keep from a user who may read
    /// the rest: no failure, but a gap. Nil: without it the look has failed.
    var unknown: String?

    /// kubectl's word for the first form.
    var name: String { forms.first?.words.first ?? "" }

    /// What is read of a cluster.
    static let all: [ClusterKind] = [
        core("nodes"), core("services", isNamespaced: true),
        ClusterKind(
            forms: [
                Form(group: "discovery.k8s.io", version: "v1", resource: "endpointslices", isNamespaced: true),
                Form(group: "discovery.k8s.io", version: "v1beta1", resource: "endpointslices", isNamespaced: true),
                Form(group: "", version: "v1", resource: "endpoints", isNamespaced: true),
            ]),
        ClusterKind(
            forms: ["v1", "v1beta1"].map {
                Form(group: "policy", version: $0, resource: "poddisruptionbudgets", isNamespaced: true)
            }),
        calico("bgppeers"), calico("bgpconfigurations"), calico("blockaffinities"),
        calico("ippools", without: "overlay, NAT, block size and subnets of the IPPools"),
        calico("ipamblocks", without: "full and borrowed blocks of pod addresses"),
        calico("bgpfilters", without: "what BGPFilters keep nodes from advertising"),
        calico("clusterinformations", without: "Calico's version"),
        ClusterKind(
            forms: [
                Form(
                    group: "apps", version: "v1", resource: "daemonsets", isNamespaced: true,
                    selector: "metadata.name=calico-node")
            ], unknown: "what calico-node's environment sets in the place of BGPConfiguration"),
    ]

    /// What may be asked of the API at all: the proxy's `--accept-paths`.
    static let acceptedPaths = [
        "^/version$", "^/apis$", "^/api/v1/(nodes|services|endpoints|pods)$",
        "^/apis/(discovery\\.k8s\\.io|policy)/v1(beta1)?/(endpointslices|poddisruptionbudgets)$",
        "^/apis/apps/v1/daemonsets$",
        "^/apis/(crd\\.projectcalico\\.org/v1|projectcalico\\.org/v3)/[a-z]+$",
    ].joined(separator: ",")

    private static func core(_ resource: String, isNamespaced: Bool = false) -> ClusterKind {
        ClusterKind(forms: [Form(group: "", version: "v1", resource: resource, isNamespaced: isNamespaced)])
    }

    /// The backing store answers with and without Calico's API server; where Calico has no such store of its own, or a
    /// user has rights on the API's group only, that group is asked (calico.md 3.1).
    private static func calico(_ resource: String, without unknown: String? = nil) -> ClusterKind {
        ClusterKind(
            forms: [("crd.projectcalico.org", "v1"), ("projectcalico.org", "v3")].map {
                Form(group: $0.0, version: $0.1, resource: resource, isNamespaced: false)
            }, unknown: unknown)
    }
}
