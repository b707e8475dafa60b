public import Fabric

/// Resources of the Kubernetes API as `kubectl get … -o json` prints them and the API serves them.
///
/// A single object, a typed list and a `List` are read. Unknown fields are passed over; an item that cannot be read
/// is a warning that names the item and the field, and the rest goes on. What is no JSON, or another kind, is refused
/// by name. Diagnostics stand on line 1: the decoder does not tell lines.
public enum Kubernetes {
    /// Reads Nodes, with Calico's annotations `projectcalico.org/IPv4Address` and `…/ASNumber`.
    public static func nodes(_ bytes: [UInt8]) -> Parsed<[KubernetesNode]> {
        ResourceList.read(bytes, kinds: ["Node"], NodeObject.self) { $0.value(&$1) }
    }

    /// Reads Services.
    public static func services(_ bytes: [UInt8]) -> Parsed<[Service]> {
        ResourceList.read(bytes, kinds: ["Service"], ServiceObject.self) { $0.value(&$1) }
    }

    /// Reads EndpointSlices (discovery.k8s.io) or Endpoints (v1); one value per object.
    ///
    /// Of an endpoint with several addresses the first counts, as the API's contract has it.
    public static func endpoints(_ bytes: [UInt8]) -> Parsed<[ServiceEndpoints]> {
        ResourceList.read(bytes, kinds: ["EndpointSlice", "Endpoints"], EndpointsObject.self) { $0.value(&$1) }
    }

    /// Reads Pods.
    public static func pods(_ bytes: [UInt8]) -> Parsed<[Pod]> {
        ResourceList.read(bytes, kinds: ["Pod"], PodObject.self) { $0.value(&$1) }
    }

    /// Reads PodDisruptionBudgets. One that selects by expressions is a warning: labels alone would be wrong.
    public static func disruptionBudgets(_ bytes: [UInt8]) -> Parsed<[DisruptionBudget]> {
        ResourceList.read(bytes, kinds: ["PodDisruptionBudget"], BudgetObject.self) { $0.value(&$1) }
    }
}
