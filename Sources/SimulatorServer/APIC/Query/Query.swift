/// What a GET asks for (aci.md 2.3).
struct Query: Sendable {
    /// Whose objects are asked for.
    enum Scope: Sendable, Hashable {
        /// All objects of a class, on the whole fabric or below a name.
        case classes(String, below: String?)
        /// The object with a name.
        case object(String)
    }

    enum Target: String, Sendable {
        case itself = "self"
        case children, subtree
    }

    enum Subtree: String, Sendable {
        case no, children, full
    }

    var scope: Scope
    var target = Target.itself
    var targetClasses: Set<String> = []
    var filter: Filter?
    var subtree = Subtree.no
    var subtreeClasses: Set<String> = []
    var subtreeFilter: Filter?
    var includes: Set<String> = []
    var properties = PropertyInclusion.all
    /// `class.prop` and whether it descends.
    var order: (property: Filter.Property, descends: Bool)?
    var page = 0
    var pageSize: Int?
    var subscribes = false
    var refreshTimeout: Int?

    /// The classes that the answer may hold, nil where any.
    var wanted: Set<String>? {
        var classes = targetClasses
        if case .classes(let name, _) = scope { classes.insert(name) }
        if case .object = scope, target == .itself || targetClasses.isEmpty { return nil }
        if target != .itself, targetClasses.isEmpty { return nil }
        if subtree != .no {
            guard !subtreeClasses.isEmpty else { return nil }
            classes.formUnion(subtreeClasses)
        }
        if !includes.isEmpty { classes.formUnion(subtreeClasses) }
        return classes
    }
}

extension Query {
    /// A query from a path such as `/api/node/class/topology/pod-1/node-203/bgpDom.json` and its options; nil for a path
    /// of another kind.
    ///
    /// - Throws: what a controller answers for unknown classes, properties and wrong values.
    static func parse(path: String, options: [(name: String, value: String)]) throws(APICError) -> Query? {
        guard let scope = try scope(path) else { return nil }
        var query = Query(scope: scope)
        for (name, value) in options { try query.take(name, value) }
        return query
    }

    private static func scope(_ path: String) throws(APICError) -> Scope? {
        var rest = path[...]
        guard rest.hasPrefix("/api/") else { return nil }
        rest = rest.dropFirst(5)
        if rest.hasPrefix("node/") { rest = rest.dropFirst(5) }
        let suffix = rest.hasSuffix(".json")
        if suffix { rest = rest.dropLast(5) }
        if rest.hasPrefix("class/") {
            guard let parts = DistinguishedName.parts(String(rest.dropFirst(6))), let name = parts.last else {
                throw .bad(400, "Request failed, malformed url")
            }
            guard suffix else { throw .bad(400, "Request failed, unsupported format") }
            guard ClassTable.named(name) != nil else { throw .unresolved(name) }
            let below = parts.dropLast().joined(separator: "/")
            return .classes(name, below: below.isEmpty ? nil : below)
        }
        guard rest.hasPrefix("mo/") else { return nil }
        guard suffix else { throw .bad(400, "Request failed, unsupported format") }
        return .object(String(rest.dropFirst(3)))
    }

    private mutating func take(_ name: String, _ value: String) throws(APICError) {
        switch name {
        case "query-target": target = try Query.choice(name, value)
        case "target-subtree-class": targetClasses.formUnion(try Query.classes(value))
        case "query-target-filter": filter = try Filter(parsing: value)
        case "rsp-subtree":
            subtree = value == "modified" ? .no : try Query.choice(name, value)
        case "rsp-subtree-class": subtreeClasses.formUnion(try Query.classes(value))
        case "rsp-subtree-filter": subtreeFilter = try Filter(parsing: value)
        case "rsp-subtree-include": includes.formUnion(value.split(separator: ",").map(String.init))
        case "rsp-prop-include": properties = try Query.choice(name, value)
        case "order-by": order = try Query.order(value)
        case "page": page = try Query.number(name, value)
        case "page-size":
            pageSize = try Query.number(name, value)
            if pageSize == 0 { throw .bad(400, "Request failed, page-size must be positive") }
        case "subscription": subscribes = value == "yes"
        case "refresh-timeout": refreshTimeout = try Query.number(name, value)
        default: break
        }
    }

    private static func choice<Choice: RawRepresentable<String>>(
        _ name: String, _ value: String
    ) throws(APICError) -> Choice {
        guard let choice = Choice(rawValue: value) else {
            throw .bad(400, "Request failed, incorrect value '\(value)' for \(name)")
        }
        return choice
    }

    private static func number(_ name: String, _ value: String) throws(APICError) -> Int {
        guard let number = Int(value), (0...1_000_000_000).contains(number) else {
            throw .bad(400, "Request failed, incorrect value '\(value)' for \(name)")
        }
        return number
    }

    private static func classes(_ value: String) throws(APICError) -> [String] {
        let names = value.split(separator: ",").map(String.init)
        for name in names where ClassTable.named(name) == nil { throw .unknownClass(name) }
        return names
    }

    private static func order(_ value: String) throws(APICError) -> (Filter.Property, Bool) {
        let parts = value.split(separator: "|")
        let words = parts.first?.split(separator: ".", maxSplits: 1).map(String.init) ?? []
        guard words.count == 2 else { throw .bad(400, "Request failed, incorrect order-by '\(value)'") }
        guard let schema = ClassTable.named(words[0]) else { throw .unknownClass(words[0]) }
        guard schema.index(of: words[1]) != nil else { throw .unknownProperty(words[1], of: words[0]) }
        return (Filter.Property(className: words[0], name: words[1]), parts.dropFirst().first == "desc")
    }
}

/// The target of a request: path and options, percent-decoded.
struct RequestTarget: Sendable {
    var path: String
    var options: [(name: String, value: String)] = []

    /// A target from a request line's URI; nil where an escape is none or does not give UTF-8.
    init?(_ uri: String) {
        let parts = uri.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        guard let path = RequestTarget.decoded(parts[0]) else { return nil }
        self.path = path
        guard parts.count > 1 else { return }
        for option in parts[1].split(separator: "&") {
            let pair = option.split(separator: "=", maxSplits: 1)
            guard let name = pair.first.flatMap(RequestTarget.decoded),
                let value = RequestTarget.decoded(pair.count > 1 ? pair[1] : "")
            else { return nil }
            options.append((name, value))
        }
    }

    /// The last value of an option.
    subscript(_ name: String) -> String? { options.last { $0.name == name }?.value }

    static func decoded(_ text: Substring) -> String? {
        guard text.utf8.contains(UInt8(ascii: "%")) else { return String(text) }
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard let high = rest.popFirst().flatMap(digit), let low = rest.popFirst().flatMap(digit) else {
                return nil
            }
            bytes.append(high << 4 | low)
        }
        return String(validating: bytes, as: UTF8.self)
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 48...57: byte - 48
        case 65...70: byte - 55
        case 97...102: byte - 87
        default: nil
        }
    }
}
