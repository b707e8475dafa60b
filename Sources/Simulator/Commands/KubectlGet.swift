import Fabric

extension SimulatedFabric {
    /// `kubectl get KIND[,KIND…] [NAME] -o json`, with namespaces, field and label selectors.
    func get(_ parsed: Arguments) -> CommandReply {
        let names = parsed.words.dropFirst()
        guard let kinds = names.first?.split(separator: ",").map(String.init), !kinds.isEmpty else {
            return CommandReply(errors: "error: Required resource not specified.\n", status: 1)
        }
        var items: [JSONValue] = []
        for kind in kinds {
            let parts = kind.split(separator: "/", maxSplits: 1).map(String.init)
            guard let objects = objects(of: parts[0]) else {
                let text = "error: the server doesn't have a resource type \"\(parts[0])\"\n"
                return CommandReply(errors: text, status: 1)
            }
            let wanted = parts.count > 1 ? [parts[1]] : Array(names.dropFirst())
            let found = objects.filter { isSelected($0, parsed, wanted) }
            if let missing = wanted.first(where: { name in !found.contains { JSONPath.name($0) == name } }) {
                let text = "Error from server (NotFound): \(parts[0]) \"\(missing)\" not found\n"
                return parsed.isOn("--ignore-not-found") ? CommandReply() : CommandReply(errors: text, status: 1)
            }
            items += found
        }
        return printed(items, parsed, isSingle: kinds.count == 1 && names.count == 2)
    }

    private func printed(_ items: [JSONValue], _ parsed: Arguments, isSingle: Bool) -> CommandReply {
        let list: JSONValue = [
            "apiVersion": "v1", "kind": "List", "items": .array(items), "metadata": ["resourceVersion": ""],
        ]
        let value = isSingle ? items.first ?? list : list
        switch parsed.value("-o", "--output") {
        case "json": return CommandReply(output: value.json)
        case "yaml": return CommandReply(output: value.yaml)
        case "name":
            return CommandReply(
                output: items.map { ($0["kind"]?.text ?? "").lowercased() + "/" + JSONPath.name($0) + "\n" }.joined())
        default:
            return CommandReply(output: "NAME\n" + items.map { JSONPath.name($0) + "\n" }.joined())
        }
    }

    private func isSelected(_ object: JSONValue, _ parsed: Arguments, _ names: [String]) -> Bool {
        guard names.isEmpty || names.contains(JSONPath.name(object)) else { return false }
        if let namespace = object["metadata"]?["namespace"]?.text, !parsed.isOn("-A", "--all-namespaces") {
            guard namespace == parsed.value("-n", "--namespace") ?? "default" else { return false }
        }
        if let fields = parsed.value("--field-selector") {
            guard JSONPath.matches(fields, { JSONPath.text(object, $0) }) else { return false }
        }
        if let labels = parsed.value("-l", "--selector") {
            guard JSONPath.matches(labels, { object["metadata"]?["labels"]?[$0]?.text }) else { return false }
        }
        return true
    }

    /// The objects of a kind by any of its names, nil for a kind that this cluster lacks.
    func objects(of kind: String) -> [JSONValue]? {
        let parts = kind.lowercased().split(separator: ".", maxSplits: 1)
        let version =
            parts.count > 1 && parts[1].hasPrefix("crd.") || (parts.count > 1 && parts[1].contains(".crd."))
            ? "crd.projectcalico.org/v1" : "projectcalico.org/v3"
        switch parts.first {
        case "no", "node", "nodes": return nodeObjects()
        case "po", "pod", "pods": return podObjects()
        case "svc", "service", "services": return serviceObjects()
        case "endpointslice", "endpointslices": return sliceObjects()
        case "ds", "daemonset", "daemonsets": return daemonSetObjects()
        case "pdb", "poddisruptionbudget", "poddisruptionbudgets": return budgetObjects()
        case "bgppeer", "bgppeers": return peerObjects(version)
        case "bgpconfig", "bgpconfiguration", "bgpconfigurations": return bgpConfigurationObjects(version)
        case "blockaffinity", "blockaffinities": return affinityObjects(version)
        case "ippool", "ippools": return poolObjects(version)
        case "clusterinformation", "clusterinformations": return clusterInformationObjects(version)
        case "ipamblock", "ipamblocks": return ipamObjects(version)
        case "bgpfilter", "bgpfilters": return filterObjects(version)
        case "lease", "leases": return leaseObjects()
        case "ns", "namespace", "namespaces": return namespaceObjects()
        default: return nil
        }
    }
}

/// Reads single fields of an object for kubectl's selectors.
enum JSONPath {
    /// `metadata.name`.
    static func name(_ object: JSONValue) -> String { object["metadata"]?["name"]?.text ?? "" }

    /// The text at a dotted path.
    static func text(_ object: JSONValue, _ path: String) -> String? {
        var value: JSONValue? = object
        for part in path.split(separator: ".") { value = value?[String(part)] }
        return value?.text
    }

    /// `a=b,c!=d` against a lookup.
    static func matches(_ selector: String, _ lookup: (String) -> String?) -> Bool {
        selector.split(separator: ",").allSatisfy { term in
            if let at = term.firstRange(of: "!=") {
                return lookup(String(term[..<at.lowerBound])) != String(term[at.upperBound...])
            }
            let parts = term.split(separator: "=", omittingEmptySubsequences: true)
            guard let key = parts.first else { return true }
            return parts.count > 1 ? lookup(String(key)) == String(parts[1]) : lookup(String(key)) != nil
        }
    }
}
