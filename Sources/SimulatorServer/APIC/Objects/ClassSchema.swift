/// A class of managed objects: its properties with their defaults, in the order in which answers print them.
final class ClassSchema: Sendable {
    let name: String
    /// The relative name: `peerP-[{addr}]`, with the naming properties in braces.
    let rnTemplate: String
    /// Property names in ASCII order, `dn` and `rn` among them.
    let properties: [String]
    let defaults: [String]
    /// `"name":"` of each property.
    let keys: [[UInt8]]
    /// `{"class":{"attributes":{`.
    let opening: [UInt8]
    let dnIndex: Int
    let rnIndex: Int
    /// Whether clients may create and change objects of the class.
    let isConfigurable: Bool
    private let indexes: [String: Int]

    /// Properties that every object has.
    private static let common = ["childAction", "dn", "modTs=never", "rn", "status"]
    /// Properties that are no configuration (`rsp-prop-include=config-only` leaves them out).
    private static let operational: Set<String> = [
        "ConfigIssues", "childAction", "configIssues", "lcOwn", "modTs", "monPolDn", "rn", "state", "stateQual",
        "status", "tCl", "uid", "userdom", "tType", "lastStateModTs", "rType", "forceResolve",
    ]

    /// A class from words `name` or `name=default`.
    init(_ name: String, rn: String, isConfigurable: Bool = false, _ words: String) {
        self.name = name
        self.isConfigurable = isConfigurable
        rnTemplate = rn
        var values: [String: String] = [:]
        for word in ClassSchema.common + words.split(separator: " ").map(String.init) {
            let parts = word.split(separator: "=", maxSplits: 1)
            values[String(parts[0])] = parts.count > 1 ? String(parts[1]) : ""
        }
        properties = values.keys.sorted { Array($0.utf8).lexicographicallyPrecedes(Array($1.utf8)) }
        defaults = properties.map { values[$0] ?? "" }
        keys = properties.map { Array("\"\($0)\":\"".utf8) }
        opening = Array("{\"\(name)\":{\"attributes\":{".utf8)
        indexes = Dictionary(uniqueKeysWithValues: properties.enumerated().map { ($1, $0) })
        dnIndex = indexes["dn"] ?? 0
        rnIndex = indexes["rn"] ?? 0
    }

    /// The place of a property, nil where the class has none of that name.
    func index(of property: String) -> Int? { indexes[property] }

    /// The names of the properties in the relative name.
    var naming: [String] {
        rnTemplate.split(separator: "{").dropFirst().compactMap { $0.split(separator: "}").first.map(String.init) }
    }

    /// The places that a choice of `rsp-prop-include` prints.
    func isIncluded(_ index: Int, _ include: PropertyInclusion) -> Bool {
        switch include {
        case .all: true
        case .naming: index == dnIndex || index == rnIndex || naming.contains(properties[index])
        case .configuration:
            index == dnIndex || isConfigurable && !ClassSchema.operational.contains(properties[index])
                || index == rnIndex
        }
    }
}

/// `rsp-prop-include`.
enum PropertyInclusion: String, Sendable {
    case all
    case naming = "naming-only"
    case configuration = "config-only"
}
