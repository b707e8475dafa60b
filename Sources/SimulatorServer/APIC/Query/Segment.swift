/// A row of a table: a parent, or one of its children.
struct RowReference: Sendable, Hashable {
    var parent: Int
    var child: Int?
}

/// A part of a result: objects in memory, or rows of a table.
enum Segment: Sendable {
    case objects([ManagedObject])
    case rows(Rows)

    /// The objects of the result's own level.
    var count: Int {
        switch self {
        case .objects(let objects): objects.count
        case .rows(let rows): rows.count
        }
    }
}

/// Rows of a table in the order of the answer.
struct Rows: Sendable {
    var table: any TableSection
    /// Which levels are in the result.
    var hasParents: Bool, hasChildren: Bool
    /// The chosen rows, nil: all of the levels.
    var chosen: [RowReference]?

    var count: Int {
        chosen?.count ?? (hasParents ? table.count : 0) + (hasChildren ? table.childCount : 0)
    }

    /// The row at a place of the result.
    func row(at index: Int) -> RowReference {
        if let chosen { return chosen[index] }
        guard hasChildren else { return RowReference(parent: index, child: nil) }
        guard hasParents else { return RowReference(parent: table.parent(of: index), child: index) }
        // Parent i stands at starts[i] + i, its children behind it.
        var low = 0
        var high = table.count
        while low + 1 < high {
            let middle = (low + high) / 2
            if Int(table.starts[middle]) + middle <= index { low = middle } else { high = middle }
        }
        let offset = index - Int(table.starts[low]) - low
        return RowReference(parent: low, child: offset == 0 ? nil : Int(table.starts[low]) + offset - 1)
    }

    /// The row after another.
    func row(after row: RowReference) -> RowReference {
        guard hasChildren else { return RowReference(parent: row.parent + 1, child: nil) }
        if hasParents {
            let next = row.child.map { $0 + 1 } ?? Int(table.starts[row.parent])
            if next < Int(table.starts[row.parent + 1]) { return RowReference(parent: row.parent, child: next) }
            return RowReference(parent: row.parent + 1, child: nil)
        }
        let next = (row.child ?? 0) + 1
        var parent = row.parent
        while parent + 1 < table.count, Int(table.starts[parent + 1]) <= next { parent += 1 }
        return RowReference(parent: parent, child: next)
    }

    /// Only the rows that match.
    func filtered(_ filter: Filter) -> Rows {
        var result = self
        var matching: [RowReference] = []
        let classes = table.key.classes
        guard count > 0 else { return result }
        var row = row(at: 0)
        for index in 0..<count {
            if index > 0 { row = chosen.map { $0[index] } ?? self.row(after: row) }
            let current = row
            let name = current.child == nil ? classes.parent : classes.child
            if filter.matches(name, { table.value($0, parent: current.parent, child: current.child) }) {
                matching.append(current)
            }
        }
        result.chosen = matching
        return result
    }

    /// In the order of a property.
    func sorted(by property: String, descends: Bool) -> Rows {
        // Rows stand in the order of their names.
        if property == "dn", !descends { return self }
        var result = self
        var list = chosen ?? (0..<count).map(row(at:))
        if property == "dn" {
            list.reverse()
        } else {
            let keyed = list.map { ($0, table.value(property, parent: $0.parent, child: $0.child) ?? "") }
            list = keyed.sorted { descends ? $0.1 > $1.1 : $0.1 < $1.1 }.map(\.0)
        }
        result.chosen = list
        return result
    }
}
