import Fabric

/// A resource under the path that the API server serves it at.
struct ServedResource: Sendable, Hashable {
    /// Empty for the core.
    var group: String
    var version: String
    /// The plural: `bgppeers`.
    var name: String

    var groupVersion: String { group.isEmpty ? version : "\(group)/\(version)" }
    /// `bgppeers.crd.projectcalico.org`.
    var fullName: String { group.isEmpty ? name : "\(name).\(group)" }
    var kind: String { ServedResource.kinds[name] ?? "" }

    private static let kinds = [
        "nodes": "Node", "services": "Service", "pods": "Pod", "namespaces": "Namespace",
        "endpointslices": "EndpointSlice", "poddisruptionbudgets": "PodDisruptionBudget", "bgppeers": "BGPPeer",
        "bgpconfigurations": "BGPConfiguration", "blockaffinities": "BlockAffinity", "ippools": "IPPool",
        "ipamblocks": "IPAMBlock", "bgpfilters": "BGPFilter", "clusterinformations": "ClusterInformation",
        "daemonsets": "DaemonSet",
    ]

    private static let api: Set = [
        "bgppeers", "bgpconfigurations", "blockaffinities", "ippools", "bgpfilters", "clusterinformations",
    ]

    /// What each group's version holds, by the server's age and by how Calico is installed.
    private static func served(_ faults: Set<String>) -> [String: Set<String>] {
        let isOld = faults.contains(APIFault.old.rawValue)
        var served: [String: Set<String>] = [
            "v1": ["nodes", "services", "pods", "namespaces"],
            isOld ? "discovery.k8s.io/v1beta1" : "discovery.k8s.io/v1": ["endpointslices"],
            isOld ? "policy/v1beta1" : "policy/v1": ["poddisruptionbudgets"], "apps/v1": ["daemonsets"],
        ]
        guard !faults.contains(APIFault.withoutCalico.rawValue) else { return served }
        served["projectcalico.org/v3"] = api
        if !faults.contains(APIFault.withoutStore.rawValue) {
            served["crd.projectcalico.org/v1"] = api.union(["ipamblocks"])
        }
        return served
    }

    /// The resource at a path; nil where nothing is served there.
    init?(_ path: String, _ faults: Set<String>) {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        switch (parts.count, parts.dropFirst().first) {
        case (4, "api"): (group, version, name) = ("", parts[2], parts[3])
        case (5, "apis"): (group, version, name) = (parts[2], parts[3], parts[4])
        default: return nil
        }
        guard ServedResource.served(faults)[groupVersion]?.contains(name) == true else { return nil }
    }

    /// The document at `/apis`.
    static func groups(_ faults: Set<String>) -> JSONValue {
        let groups: [JSONValue] = served(faults).keys.filter { $0.contains("/") }.sorted().map { groupVersion in
            let parts = groupVersion.split(separator: "/").map(String.init)
            let version: JSONValue = ["groupVersion": .string(groupVersion), "version": .string(parts[1])]
            return ["name": .string(parts[0]), "versions": [version], "preferredVersion": version]
        }
        return ["kind": "APIGroupList", "apiVersion": "v1", "groups": .array(groups)]
    }
}

/// What can go wrong with the API server itself, beside its being gone (``FaultKind/apiDown``).
public enum APIFault: String, Sendable, Hashable, CaseIterable {
    /// The user may neither list nor watch a resource: `api-forbids:bgppeers`.
    case forbids = "api-forbids"
    /// The user may list a resource, but not watch it.
    case forbidsWatch = "api-forbids-watch"
    /// Requests are taken and never answered, watches tell nothing more.
    case hangs = "api-hangs"
    /// Only the v1beta1 of EndpointSlices and PodDisruptionBudgets is there (Kubernetes before 1.21).
    case old = "api-old"
    /// Calico's own API is there, its backing store is not (native resources, v3.32 and later).
    case withoutStore = "api-without-store"
    /// Nothing of Calico is there: it keeps its resources in an etcd of its own.
    case withoutCalico = "api-without-calico"
    /// Happens once: every former version is forgotten (410).
    case forgets = "api-forgets"
    /// Happens once: every watch tells a line that is none.
    case garbage = "api-garbage"
    /// Happens once: every watch breaks.
    case drops = "api-drops"

    /// Whether it happens once instead of lasting.
    var isPassing: Bool { [.forgets, .garbage, .drops].contains(self) }
}

extension SimulatedAPIServer {
    /// Brings the fault with some words, `NAME` or `NAME:RESOURCE`; false where none has them.
    public mutating func inject(_ words: String) -> Bool {
        guard let fault = APIFault(rawValue: String(words.prefix { $0 != ":" })) else { return false }
        guard fault.isPassing else {
            faults.insert(words)
            return true
        }
        happened[fault, default: 0] += 1
        if fault == .forgets { forget() }
        return true
    }

    /// Ends a fault, or all where no words are given; false where none has them.
    public mutating func clear(_ words: String?) -> Bool {
        guard let words else {
            faults = []
            return true
        }
        guard APIFault(rawValue: String(words.prefix { $0 != ":" })) != nil else { return false }
        faults = faults.filter { $0 != words && !$0.hasPrefix(words + ":") }
        return true
    }

    /// The faults in force.
    public var activeFaults: [String] { faults.sorted() }
}
