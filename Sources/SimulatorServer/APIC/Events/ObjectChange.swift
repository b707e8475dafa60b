/// A managed object that came, changed or went.
struct ObjectChange: Sendable {
    enum Kind: String, Sendable {
        case created, modified, deleted
    }

    var kind: Kind
    /// As it is now; a deleted one as it was.
    var object: ManagedObject
    /// The names of the changed properties.
    var changed: Set<String> = []

    /// The object in an event: all attributes of a created one, the changed ones of a modified one, the name of a deleted
    /// one.
    var json: String {
        var text = "{\"\(object.className)\":{\"attributes\":{"
        var isFirst = true
        for (index, name) in object.schema.properties.enumerated() {
            let value: String
            switch name {
            case "dn": value = object.dn
            case "status": value = kind.rawValue
            case "rn": value = kind == .created ? object.rn : ""
            case "childAction": value = ""
            default:
                guard kind == .created || kind == .modified && changed.contains(name) else { continue }
                value = object.values[index]
            }
            text += (isFirst ? "" : ",") + "\"\(name)\":\"\(JSONText.escaped(value))\""
            isFirst = false
        }
        return text + "}}}"
    }

    /// What tells two states of a tree apart.
    static func between(_ old: ManagedObject?, _ new: ManagedObject?) -> [ObjectChange] {
        var former: [String: ManagedObject] = [:]
        old?.walk { former[$0.dn] = $0 }
        var changes: [ObjectChange] = []
        new?.walk { object in
            guard let before = former.removeValue(forKey: object.dn) else {
                changes.append(ObjectChange(kind: .created, object: object))
                return
            }
            let changed = object.schema.properties.indices.filter { object.values[$0] != before.values[$0] }
            guard !changed.isEmpty else { return }
            changes.append(
                ObjectChange(
                    kind: .modified, object: object, changed: Set(changed.map { object.schema.properties[$0] })))
        }
        for object in former.values.sorted(by: { $0.dn < $1.dn }) {
            changes.append(ObjectChange(kind: .deleted, object: object))
        }
        return changes
    }
}
