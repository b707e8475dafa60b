import FoundationEssentials

/// A change of the configuration tree, checked as a whole before any of it is done.
struct ConfigurationChange {
    private(set) var tree: ConfigurationTree
    private(set) var changes: [ObjectChange] = []
    private let moment: String

    init(_ tree: ConfigurationTree, at moment: Date) {
        self.tree = tree
        self.moment = Moments.text(moment)
    }

    /// Takes an object and what is below it. `dn` is the target of the request.
    mutating func post(_ object: PostedObject, at dn: String) throws(APICError) {
        let name = object.attributes["dn"].flatMap { $0.isEmpty ? nil : $0 }
        // A body at `uni` may name an object far below it by its dn.
        guard let schema = ClassTable.named(object.className) else { throw .unresolved(object.className) }
        let isItself = tree.root.find(dn)?.className == object.className || schemaFits(schema, dn)
        var full = name ?? dn
        if name == nil, !isItself { full += "/" + (try relativeName(object, schema)) }
        try apply(object, schema, dn: full)
    }

    /// Removes an object.
    mutating func delete(_ dn: String) throws(APICError) {
        guard let object = tree.root.find(dn) else { return }
        guard object.schema.isConfigurable, dn != "uni" else { throw .bad(107, "\(dn) cannot be deleted") }
        object.walk { changes.append(ObjectChange(kind: .deleted, object: $0)) }
        tree.remove(dn)
    }

    /// Whether the last relative name of a name looks like the class's.
    private func schemaFits(_ schema: ClassSchema, _ dn: String) -> Bool {
        guard let last = DistinguishedName.parts(dn)?.last else { return false }
        let prefix = schema.rnTemplate.prefix { $0 != "{" }
        return schema.rnTemplate.contains("{") ? last.hasPrefix(prefix) : last == schema.rnTemplate
    }

    private func relativeName(_ object: PostedObject, _ schema: ClassSchema) throws(APICError) -> String {
        if let rn = object.attributes["rn"], !rn.isEmpty { return rn }
        var rn = schema.rnTemplate
        for property in schema.naming {
            let index = schema.index(of: property)
            let value = object.attributes[property] ?? index.map { schema.defaults[$0] } ?? ""
            guard !value.isEmpty else {
                throw .bad(
                    103, "Configured object (\(schema.name)) cannot create: naming property \(property) is missing")
            }
            rn = rn.replacing("{\(property)}", with: value)
        }
        return rn
    }

    private mutating func apply(_ object: PostedObject, _ schema: ClassSchema, dn: String) throws(APICError) {
        guard schema.isConfigurable else {
            throw .bad(103, "Configured object (Dn0)) cannot create; class \(schema.name) is not configurable")
        }
        guard let parts = DistinguishedName.parts(dn), parts.first == "uni" else {
            throw .bad(103, "Invalid DN \(dn), cannot create")
        }
        if object.attributes["status"] == "deleted" { return try delete(dn) }
        let existing = tree.root.find(dn)
        if existing == nil, object.attributes["status"] == "modified" {
            throw .bad(102, "configured object ((Dn0)) not found Dn0=\(dn),")
        }
        if existing != nil, object.attributes["status"] == "created" {
            throw .bad(103, "configured object ((Dn0)) already exists Dn0=\(dn),")
        }
        let parent = parts.dropLast().joined(separator: "/")
        guard parent.isEmpty || tree.root.find(parent) != nil else {
            throw .bad(103, "Parent of \(dn) not found, cannot create")
        }
        var updated = existing ?? ManagedObject(schema, under: parent, rn: parts.last ?? "")
        try take(naming: parts.last ?? "", schema, into: &updated)
        for (property, value) in object.attributes.sorted(by: { $0.key < $1.key }) {
            if ["dn", "rn", "status", "childAction", "modTs"].contains(property) { continue }
            guard schema.index(of: property) != nil else { throw .unknownProperty(property, of: schema.name) }
            if let refusal = PropertyRules.refusal(schema, property, value, dn: dn) { throw refusal }
            // A password can be written and never read (aci.md 4.1).
            if property != "password" { updated.set(property, value) }
        }
        note(existing, &updated)
        for child in object.children {
            guard let schema = ClassTable.named(child.className) else { throw .unresolved(child.className) }
            let name = child.attributes["dn"].flatMap { $0.isEmpty ? nil : $0 }
            let rn = try relativeName(child, schema)
            try apply(child, schema, dn: name ?? dn + "/" + rn)
        }
    }

    /// Naming properties follow from the relative name.
    private func take(naming rn: String, _ schema: ClassSchema, into object: inout ManagedObject) throws(APICError) {
        guard let property = schema.naming.first, schema.naming.count == 1 else { return }
        let parts = schema.rnTemplate.split(separator: "{", maxSplits: 1).map(String.init)
        let head = parts.count > 1 ? parts[0] : ""
        let tail = String(schema.rnTemplate.drop { $0 != "}" }.dropFirst())
        guard rn.hasPrefix(head), rn.hasSuffix(tail), rn.utf8.count > head.utf8.count + tail.utf8.count else {
            throw .bad(103, "Invalid RN \(rn) for class \(schema.name), cannot create")
        }
        let value = String(rn.dropFirst(head.count).dropLast(tail.count))
        if let refusal = PropertyRules.refusal(schema, property, value, dn: object.dn) { throw refusal }
        object.set(property, value)
    }

    private mutating func note(_ existing: ManagedObject?, _ updated: inout ManagedObject) {
        guard let existing else {
            updated.set("modTs", moment)
            updated.set("status", "")
            changes.append(ObjectChange(kind: .created, object: updated))
            tree.put(updated)
            return
        }
        let changed = updated.schema.properties.indices.filter { updated.values[$0] != existing.values[$0] }
        guard !changed.isEmpty else { return }
        updated.set("modTs", moment)
        let names = changed.map { updated.schema.properties[$0] } + ["modTs"]
        changes.append(ObjectChange(kind: .modified, object: updated, changed: Set(names)))
        tree.put(updated)
    }
}
