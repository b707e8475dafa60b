/// A managed object with its children.
struct ManagedObject: Sendable {
    let schema: ClassSchema
    let dn: String
    let rn: String
    /// The values of ``ClassSchema/properties``, in their order; those of `dn` and `rn` stand in the fields above.
    var values: [String]
    var children: [ManagedObject] = []
    /// The table whose rows are children of this object too.
    var table: TableKey?

    /// An object with the defaults of its class and some values.
    init(_ schema: ClassSchema, under parent: String, rn: String, _ values: KeyValuePairs<String, String> = [:]) {
        self.schema = schema
        self.rn = rn
        dn = parent.isEmpty ? rn : parent + "/" + rn
        self.values = schema.defaults
        for (name, value) in values { set(name, value) }
    }

    var className: String { schema.name }

    subscript(_ property: String) -> String? {
        switch property {
        case "dn": dn
        case "rn": rn
        default: schema.index(of: property).map { values[$0] }
        }
    }

    /// Sets a property; a name that the class does not have changes nothing.
    mutating func set(_ property: String, _ value: String) {
        if let index = schema.index(of: property) { values[index] = value }
    }

    /// Calls for the object and everything below it, parents first.
    func walk(_ visit: (ManagedObject) -> Void) {
        visit(self)
        for child in children { child.walk(visit) }
    }

    /// The object with a distinguished name at or below this one.
    func find(_ wanted: String) -> ManagedObject? {
        if dn == wanted { return self }
        guard wanted.isBelow(dn) else { return nil }
        for child in children where wanted == child.dn || wanted.isBelow(child.dn) {
            if let found = child.find(wanted) { return found }
        }
        return nil
    }
}

/// A table of rows that are too many to be objects in memory: rendered when asked for.
struct TableKey: Sendable, Hashable {
    enum Kind: Sendable, Hashable {
        case routes, paths
    }

    var kind: Kind
    /// The number of the leaf.
    var leaf: Int
    /// The distinguished name of the object that holds the rows.
    var parent: String

    /// The classes of the rows and of their children.
    var classes: (parent: String, child: String) {
        switch kind {
        case .routes: ("uribv4Route", "uribv4Nexthop")
        case .paths: ("bgpRoute", "bgpPath")
        }
    }
}

extension String {
    /// Whether a distinguished name lies below another.
    func isBelow(_ parent: String) -> Bool {
        parent.isEmpty
            || utf8.count > parent.utf8.count && utf8.starts(with: parent.utf8)
                && utf8[utf8.index(utf8.startIndex, offsetBy: parent.utf8.count)] == UInt8(ascii: "/")
    }
}

/// Distinguished names: a `/` inside brackets does not separate (aci.md 2.3).
enum DistinguishedName {
    /// The relative names, nil where brackets do not close.
    static func parts(_ dn: String) -> [String]? {
        var parts: [String] = []
        var current: [UInt8] = []
        var depth = 0
        for byte in dn.utf8 {
            switch byte {
            case UInt8(ascii: "["): depth += 1
            case UInt8(ascii: "]"): depth -= 1
            default: break
            }
            guard depth >= 0 else { return nil }
            if byte == UInt8(ascii: "/"), depth == 0 {
                parts.append(String(decoding: current, as: UTF8.self))
                current = []
            } else {
                current.append(byte)
            }
        }
        guard depth == 0 else { return nil }
        parts.append(String(decoding: current, as: UTF8.self))
        return parts
    }

    /// The number of the leaf that a name lies on, nil where on none.
    static func leaf(_ dn: String) -> Int? {
        let parts = dn.split(separator: "/", maxSplits: 3)
        guard parts.count >= 3, parts[0] == "topology", parts[2].hasPrefix("node-") else { return nil }
        return Int(parts[2].dropFirst(5))
    }
}
