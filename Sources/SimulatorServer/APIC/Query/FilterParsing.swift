extension Filter {
    /// Reads an expression.
    ///
    /// - Throws: code 301 for what is no filter, 122 and 121 for unknown classes and properties (aci.md 2.5).
    init(parsing text: String) throws(APICError) {
        var reader = FilterReader(text)
        self = try reader.expression(depth: 0)
        guard reader.isAtEnd else { throw .badFilter("'\(text)'") }
        for property in properties {
            guard let schema = ClassTable.named(property.className) else { throw .unknownClass(property.className) }
            guard schema.index(of: property.name) != nil else {
                throw .unknownProperty(property.name, of: property.className)
            }
        }
    }
}

/// Takes a filter apart.
private struct FilterReader {
    private let bytes: [UInt8]
    private var position = 0

    init(_ text: String) { bytes = Array(text.utf8) }

    var isAtEnd: Bool { position == bytes.count }

    private var problem: APICError { .badFilter("'\(String(decoding: bytes, as: UTF8.self))'") }

    private mutating func skipBlanks() {
        while position < bytes.count, bytes[position] == 32 { position += 1 }
    }

    private mutating func take(_ character: Character) -> Bool {
        skipBlanks()
        guard position < bytes.count, bytes[position] == character.asciiValue else { return false }
        position += 1
        return true
    }

    private mutating func word() -> String {
        skipBlanks()
        let start = position
        while position < bytes.count, !"(),".utf8.contains(bytes[position]) { position += 1 }
        return String(decoding: bytes[start..<position], as: UTF8.self).trimmed
    }

    /// A value in quotes, or bare.
    private mutating func value() throws(APICError) -> String {
        guard take("\"") else { return word() }
        let start = position
        while position < bytes.count, bytes[position] != UInt8(ascii: "\"") { position += 1 }
        guard position < bytes.count else { throw problem }
        defer { position += 1 }
        return String(decoding: bytes[start..<position], as: UTF8.self)
    }

    private mutating func property() throws(APICError) -> Filter.Property {
        let parts = word().split(separator: ".", maxSplits: 1).map(String.init)
        guard parts.count == 2 else { throw problem }
        return Filter.Property(className: parts[0], name: parts[1])
    }

    mutating func expression(depth: Int) throws(APICError) -> Filter {
        guard depth < 32 else { throw problem }
        let name = word()
        guard take("(") else {
            switch name {
            case "true": return .constant(true)
            case "false": return .constant(false)
            default: throw problem
            }
        }
        let result = try call(name, depth)
        guard take(")") else { throw problem }
        return result
    }

    private mutating func call(_ name: String, _ depth: Int) throws(APICError) -> Filter {
        switch name {
        case "and": return .all(try list(depth))
        case "or": return .any(try list(depth))
        case "not": return .none(try expression(depth: depth + 1))
        case "xor":
            let parts = try list(depth)
            guard parts.count == 2 else { throw problem }
            return .one(parts[0], parts[1])
        case "true", "false":
            return .constant(name == "true")
        default: break
        }
        let property = try property()
        guard take(",") else { throw problem }
        let first = try value()
        switch name {
        case "wcard": return .wildcard(property, try Wildcard(first))
        case "anybit", "allbit":
            return .bits(property, Set(first.split(separator: ",").map(String.init)), all: name == "allbit")
        case "bw":
            guard take(",") else { throw problem }
            return .between(property, first, try value())
        default:
            guard let comparison = Filter.Comparison(rawValue: name) else { throw problem }
            return .compare(comparison, property, first)
        }
    }

    private mutating func list(_ depth: Int) throws(APICError) -> [Filter] {
        var parts = [try expression(depth: depth + 1)]
        while take(",") { parts.append(try expression(depth: depth + 1)) }
        return parts
    }
}

extension String {
    /// Without blanks at both ends.
    var trimmed: String {
        var text = self[...]
        while text.first == " " { text = text.dropFirst() }
        while text.last == " " { text = text.dropLast() }
        return String(text)
    }
}
