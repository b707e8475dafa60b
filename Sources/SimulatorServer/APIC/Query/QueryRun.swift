/// Finds what a query asks for.
struct QueryRun {
    let query: Query
    let world: ObjectWorld

    /// The result in parts, filtered and in order.
    func segments() async throws -> [Segment] {
        let logs = logClass
        var found = logs == nil ? try await targets() : records(of: logs ?? "")
        if query.includes.contains("no-scoped"), query.includes.contains("faults") {
            found = [.objects(faults(of: found))]
        }
        if let filter = query.filter { found = found.map { QueryRun.filtered($0, filter) } }
        if case .classes = query.scope {} else { found = found.filter { $0.count > 0 } }
        found = found.map(shaped)
        return ordered(found)
    }

    // MARK: Where objects are

    private func targets() async throws -> [Segment] {
        switch query.scope {
        case .classes(let name, let below):
            let bases = world.trees(query.wanted, below: below)
            if query.target == .itself { return try await objects(of: [name], in: bases, below: below) }
            var holders: [ManagedObject] = []
            for segment in try await objects(of: [name], in: bases, below: below) {
                if case .objects(let list) = segment { holders.append(contentsOf: list) }
            }
            return try await expanded(holders)
        case .object(let dn):
            if let base = world.object(dn, wanted: query.wanted) { return try await expanded([base]) }
            return try await rows(named: dn)
        }
    }

    /// Objects of some classes in trees, and rows of the tables that hang in them.
    private func objects(
        of classes: Set<String>, in trees: [ManagedObject], below dn: String? = nil
    ) async throws -> [Segment] {
        var segments: [Segment] = []
        var list: [ManagedObject] = []
        var tables: [(after: Int, TableKey)] = []
        for tree in trees {
            tree.walk { object in
                let isInside = dn.map { object.dn == $0 || object.dn.isBelow($0) } ?? true
                if isInside, classes.contains(object.className) { list.append(object) }
                if isInside, let key = object.table, QueryRun.has(key, classes) { tables.append((list.count, key)) }
            }
        }
        var from = 0
        for (after, key) in tables {
            if after > from { segments.append(.objects(Array(list[from..<after]))) }
            from = after
            segments.append(.rows(try await rows(key, classes)))
        }
        if from < list.count || segments.isEmpty { segments.append(.objects(Array(list[from...]))) }
        return segments
    }

    private static func has(_ key: TableKey, _ classes: Set<String>) -> Bool {
        classes.contains(key.classes.parent) || classes.contains(key.classes.child)
    }

    private func rows(_ key: TableKey, _ classes: Set<String>) async throws -> Rows {
        Rows(
            table: try await world.table(key), hasParents: classes.contains(key.classes.parent),
            hasChildren: classes.contains(key.classes.child))
    }

    /// What `query-target` makes of some objects.
    private func expanded(_ bases: [ManagedObject]) async throws -> [Segment] {
        switch query.target {
        case .itself: return [.objects(bases)]
        case .children:
            let isAny = query.targetClasses.isEmpty
            var segments: [Segment] = [
                .objects(bases.flatMap(\.children).filter { isAny || query.targetClasses.contains($0.className) })
            ]
            for key in bases.compactMap(\.table) where isAny || query.targetClasses.contains(key.classes.parent) {
                segments.append(.rows(try await rows(key, [key.classes.parent])))
            }
            return segments
        case .subtree:
            guard query.targetClasses.isEmpty else { return try await objects(of: query.targetClasses, in: bases) }
            var classes: Set<String> = []
            for base in bases {
                base.walk { object in
                    classes.insert(object.className)
                    if let key = object.table { classes.formUnion([key.classes.parent, key.classes.child]) }
                }
            }
            return try await objects(of: classes, in: bases)
        }
    }

    /// The rows that a name below a table means.
    private func rows(named dn: String) async throws -> [Segment] {
        guard let cut = dn.firstRange(of: "/rt-["), let end = dn[cut.upperBound...].firstIndex(of: "]") else {
            return []
        }
        let holder = String(dn[..<cut.lowerBound])
        guard let key = world.object(holder, wanted: nil)?.table else { return [] }
        let section = try await world.table(key)
        let name = key.kind == .routes ? "prefix" : "pfx"
        let wanted = String(dn[cut.upperBound..<end])
        guard let parent = (0..<section.count).first(where: { section.value(name, parent: $0, child: nil) == wanted })
        else { return [] }
        var chosen: [RowReference] = []
        if dn[end...] == "]" {
            let row = RowReference(parent: parent, child: nil)
            let children = section.children(of: parent).map { RowReference(parent: parent, child: $0) }
            switch query.target {
            case .itself: chosen = [row]
            case .children: chosen = children
            case .subtree: chosen = [row] + children
            }
            if !query.targetClasses.isEmpty {
                chosen.removeAll {
                    !query.targetClasses.contains($0.child == nil ? key.classes.parent : key.classes.child)
                }
            }
        } else {
            chosen = section.children(of: parent).filter { section.value("dn", parent: parent, child: $0) == dn }
                .map { RowReference(parent: parent, child: $0) }
        }
        return [.rows(Rows(table: section, hasParents: true, hasChildren: true, chosen: chosen))]
    }

    // MARK: Faults and logs

    private func faults(of segments: [Segment]) -> [ManagedObject] {
        var found: [ManagedObject] = []
        for case .objects(let objects) in segments {
            for object in objects {
                if query.includes.contains("subtree") {
                    object.walk { if $0.className == "faultInst" { found.append($0) } }
                } else {
                    found.append(contentsOf: object.children.filter { $0.className == "faultInst" })
                }
            }
        }
        return found
    }

    /// The class of the records that `rsp-subtree-include` asks for in place of the objects.
    private var logClass: String? {
        guard query.includes.contains("no-scoped") else { return nil }
        return query.includes.contains("audit-logs")
            ? "aaaModLR" : query.includes.contains("event-logs") ? "eventRecord" : nil
    }

    private func records(of name: String) -> [Segment] {
        guard case .object(let dn) = query.scope else { return [] }
        let isDeep = query.includes.contains("subtree")
        return [
            .objects(
                world.records.filter { record in
                    let affected = record["affected"] ?? ""
                    return record.className == name && (affected == dn || isDeep && affected.isBelow(dn))
                })
        ]
    }

    // MARK: Filter, shape, order

    private static func filtered(_ segment: Segment, _ filter: Filter) -> Segment {
        switch segment {
        case .objects(let objects):
            .objects(objects.filter { object in filter.matches(object.className) { object[$0] } })
        case .rows(let rows): .rows(rows.filtered(filter))
        }
    }

    /// Leaves the children that the answer shows, and with `required` the objects that have any.
    private func shaped(_ segment: Segment) -> Segment {
        guard case .objects(let objects) = segment else { return segment }
        let shaped = objects.map { ChildShape(query).applied(to: $0) }
        return .objects(query.includes.contains("required") ? shaped.filter { !$0.children.isEmpty } : shaped)
    }

    private func ordered(_ segments: [Segment]) -> [Segment] {
        guard let (property, descends) = query.order else { return segments }
        var list = segments.map { segment -> Segment in
            switch segment {
            case .rows(let rows): return .rows(rows.sorted(by: property.name, descends: descends))
            case .objects(let objects) where property.name == "dn":
                return .objects(descends ? objects.reversed() : objects)
            case .objects(let objects):
                let keyed = objects.map { ($0, $0[property.name] ?? "") }
                return .objects(keyed.sorted { descends ? $0.1 > $1.1 : $0.1 < $1.1 }.map(\.0))
            }
        }
        if descends { list.reverse() }
        return list
    }
}

/// Which children an answer shows: `rsp-subtree`, its class and filter, and `rsp-subtree-include`.
struct ChildShape {
    let depth: Int
    let classes: Set<String>
    let filter: Filter?
    let showsFaults: Bool

    init(_ query: Query) {
        let isAttached = !query.includes.isDisjoint(with: ["stats", "required"]) && query.subtree == .no
        depth = query.subtree == .full ? .max : query.subtree == .children || isAttached ? 1 : 0
        classes = query.subtreeClasses
        filter = query.subtreeFilter
        showsFaults = query.includes.contains("faults") && !query.includes.contains("no-scoped")
    }

    func applied(to object: ManagedObject) -> ManagedObject {
        var object = object
        object.children = kept(object.children, depth)
        return object
    }

    private func kept(_ children: [ManagedObject], _ depth: Int) -> [ManagedObject] {
        guard depth > 0 || showsFaults else { return [] }
        return children.compactMap { child in
            let isFault = showsFaults && child.className == "faultInst"
            guard depth > 0 || isFault else { return nil }
            var child = child
            child.children = depth > 1 ? kept(child.children, depth - 1) : []
            let isWanted =
                (classes.isEmpty || classes.contains(child.className))
                && (filter.map { part in part.matches(child.className) { child[$0] } } ?? true)
            return isWanted || isFault || !child.children.isEmpty ? child : nil
        }
    }
}
