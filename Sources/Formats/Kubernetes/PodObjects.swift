import Fabric

/// A Pod of the Kubernetes API.
struct PodObject: Decodable {
    var metadata: ObjectMeta
    var spec: Spec?
    var status: Status?

    struct Spec: Decodable {
        var nodeName: String?
        var volumes: [Volume]?
    }

    struct Volume: Decodable {
        var emptyDir: Present?
    }

    struct Status: Decodable {
        var phase: String?
    }

    /// An object whose fields do not matter.
    struct Present: Decodable {}

    func value(_ notes: inout ItemNotes) -> Pod? {
        guard let name = notes.objectName(metadata) else { return nil }
        let isMirror = metadata.annotations?["kubernetes.io/config.mirror"] != nil
        let owner = metadata.ownerReferences?.first { $0.controller == true }?.kind
        let node = spec?.nodeName.flatMap { $0.isEmpty ? nil : NodeName($0) }
        return Pod(
            name: name, node: node, ownerKind: isMirror ? "Node" : owner, labels: metadata.labels ?? [:],
            hasEmptyDir: spec?.volumes?.contains { $0.emptyDir != nil } ?? false, phase: status?.phase ?? "Unknown")
    }
}

/// A PodDisruptionBudget of the Kubernetes API.
struct BudgetObject: Decodable {
    var metadata: ObjectMeta
    var spec: Spec?
    var status: Status?

    struct Spec: Decodable {
        var selector: Selector?
    }

    struct Selector: Decodable {
        var matchLabels: [String: String]?
        var matchExpressions: [PodObject.Present]?
    }

    struct Status: Decodable {
        var disruptionsAllowed: Int?
        var desiredHealthy: Int?
        var currentHealthy: Int?
    }

    func value(_ notes: inout ItemNotes) -> DisruptionBudget? {
        guard let name = notes.objectName(metadata) else { return nil }
        guard let selector = spec?.selector else {
            notes.passedOver = "without a selector it guards no pod"
            return nil
        }
        if selector.matchExpressions?.isEmpty == false {
            // Read by its labels alone it guards more pods than it says: a drain then asks once too often, not too rarely.
            notes.broken.append(
                FieldError(field: "spec.selector.matchExpressions", reason: "not evaluated; only the labels are"))
        }
        return DisruptionBudget(
            name: name, matchLabels: selector.matchLabels ?? [:], disruptionsAllowed: status?.disruptionsAllowed ?? 0,
            desiredHealthy: status?.desiredHealthy ?? 0, currentHealthy: status?.currentHealthy ?? 0)
    }
}
