/// A filter expression: `and(eq(bgpPeerEntry.operSt,"established"),wcard(bgpPeerEntry.dn,"/dom-common:calico/"))`.
indirect enum Filter: Sendable {
    enum Comparison: String, Sendable {
        case eq, ne, lt, gt, le, ge
    }

    /// A property of a class.
    struct Property: Sendable, Hashable {
        var className: String
        var name: String
    }

    case compare(Comparison, Property, String)
    case between(Property, String, String)
    case wildcard(Property, Wildcard)
    case bits(Property, Set<String>, all: Bool)
    case all([Filter])
    case any([Filter])
    case one(Filter, Filter)
    case none(Filter)
    case constant(Bool)

    /// Whether an object matches: `read` gives a property, `className` the object's class.
    func matches(_ className: String, _ read: (String) -> String?) -> Bool {
        func value(_ property: Property) -> String? {
            property.className == className ? read(property.name) : nil
        }
        switch self {
        case .constant(let result): return result
        case .all(let parts): return parts.allSatisfy { $0.matches(className, read) }
        case .any(let parts): return parts.contains { $0.matches(className, read) }
        case .one(let a, let b): return a.matches(className, read) != b.matches(className, read)
        case .none(let part): return !part.matches(className, read)
        case .compare(let comparison, let property, let wanted):
            return value(property).map { Filter.holds(comparison, $0, wanted) } ?? false
        case .between(let property, let low, let high):
            return value(property).map { Filter.holds(.ge, $0, low) && Filter.holds(.le, $0, high) } ?? false
        case .wildcard(let property, let pattern): return value(property).map(pattern.matches) ?? false
        case .bits(let property, let wanted, let all):
            guard let words = value(property)?.split(separator: ",").map(String.init) else { return false }
            return all ? wanted.isSubset(of: words) : !wanted.isDisjoint(with: words)
        }
    }

    /// Numbers compare as numbers, everything else as text.
    private static func holds(_ comparison: Comparison, _ a: String, _ b: String) -> Bool {
        switch comparison {
        case .eq: return a == b
        case .ne: return a != b
        default: break
        }
        let isBelow: Bool
        let isEqual: Bool
        if let x = Double(a), let y = Double(b) {
            (isBelow, isEqual) = (x < y, x == y)
        } else {
            (isBelow, isEqual) = (a < b, a == b)
        }
        switch comparison {
        case .lt: return isBelow
        case .le: return isBelow || isEqual
        case .gt: return !isBelow && !isEqual
        default: return !isBelow
        }
    }

    /// The classes that the expression names.
    var properties: [Property] {
        switch self {
        case .compare(_, let property, _), .between(let property, _, _), .wildcard(let property, _),
            .bits(let property, _, _):
            [property]
        case .all(let parts), .any(let parts): parts.flatMap(\.properties)
        case .one(let a, let b): a.properties + b.properties
        case .none(let part): part.properties
        case .constant: []
        }
    }
}

/// The pattern of `wcard`: a regular expression that may match anywhere.
struct Wildcard: Sendable {
    /// What the value has to contain where the pattern is plain text, with or without `.*` around it.
    let literal: String?
    private let pattern: String

    init(_ pattern: String) throws(APICError) {
        self.pattern = pattern
        var plain = pattern[...]
        while plain.hasPrefix(".*") { plain = plain.dropFirst(2) }
        while plain.hasSuffix(".*") { plain = plain.dropLast(2) }
        let special = plain.contains { "*+?()|\\^${}".contains($0) }
        // A dot or brackets stand for themselves in the names of objects far more often than for a class of characters.
        literal = special ? nil : String(plain)
        if literal == nil, (try? Regex(pattern)) == nil { throw .badFilter("wcard, value '\(pattern)' is not valid") }
    }

    func matches(_ text: String) -> Bool {
        if let literal { return literal.isEmpty || text.firstRange(of: literal) != nil }
        guard let regex = try? Regex(pattern) else { return false }
        return (try? regex.firstMatch(in: text)) != nil
    }
}
