/// A JSON value that prints as `kubectl -o json` does: four blanks a level, keys in order.
indirect enum JSONValue: Sendable, Hashable, ExpressibleByStringLiteral, ExpressibleByIntegerLiteral,
    ExpressibleByBooleanLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral,
    ExpressibleByStringInterpolation
{
    case string(String)
    case number(Int)
    case bool(Bool)
    case null
    case array([JSONValue])
    case object([String: JSONValue])

    init(stringLiteral value: String) { self = .string(value) }
    init(integerLiteral value: Int) { self = .number(value) }
    init(booleanLiteral value: Bool) { self = .bool(value) }
    init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
    init(dictionaryLiteral elements: (String, JSONValue)...) {
        self = .object(Dictionary(elements) { _, last in last })
    }

    /// The value of a key of an object.
    subscript(key: String) -> JSONValue? {
        get { if case .object(let members) = self { members[key] } else { nil } }
        set {
            guard case .object(var members) = self else { return }
            members[key] = newValue
            self = .object(members)
        }
    }

    /// The string of a string value.
    var text: String? { if case .string(let text) = self { text } else { nil } }

    /// A dictionary of strings as an object.
    static func strings(_ values: [String: String]) -> JSONValue { .object(values.mapValues { .string($0) }) }

    /// The JSON text with a line break at its end.
    var json: String {
        var text = ""
        write(to: &text, "\n")
        return text + "\n"
    }

    /// The JSON text on one line without blanks, as the API itself sends it.
    var compact: String {
        var text = ""
        write(to: &text, nil)
        return text
    }

    /// - Parameter end: the line break before the bracket that closes this value, with its blanks; nil: all on one line.
    private func write(to text: inout String, _ end: String?) {
        let next = end.map { $0 + "    " }
        let comma = "," + (next ?? "")
        switch self {
        case .string(let value): JSONValue.quote(value, to: &text)
        case .number(let value): text += String(value)
        case .bool(let value): text += value ? "true" : "false"
        case .null: text += "null"
        case .array(let values):
            text += "["
            for (index, value) in values.enumerated() {
                text += index == 0 ? next ?? "" : comma
                value.write(to: &text, next)
            }
            text += values.isEmpty ? "]" : (end ?? "") + "]"
        case .object(let members):
            text += "{"
            for (index, member) in members.sorted(by: { $0.key < $1.key }).enumerated() {
                text += index == 0 ? next ?? "" : comma
                JSONValue.quote(member.key, to: &text)
                text += end == nil ? ":" : ": "
                member.value.write(to: &text, next)
            }
            text += members.isEmpty ? "}" : (end ?? "") + "}"
        }
    }

    private static func quote(_ value: String, to text: inout String) {
        text += "\""
        if value.utf8.allSatisfy({ $0 >= 0x20 && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\") }) {
            text += value
        } else {
            for scalar in value.unicodeScalars { escape(scalar, to: &text) }
        }
        text += "\""
    }

    private static func escape(_ scalar: Unicode.Scalar, to text: inout String) {
        switch scalar {
        case "\"": text += "\\\""
        case "\\": text += "\\\\"
        case "\n": text += "\\n"
        case "\t": text += "\\t"
        case _ where scalar.value < 0x20:
            let digits = String(scalar.value, radix: 16)
            text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
        default: text.unicodeScalars.append(scalar)
        }
    }

    /// The YAML text in block style, as `calicoctl get -o yaml` prints it.
    var yaml: String {
        var lines: [String] = []
        blockLines(&lines, indent: 0)
        return lines.joined(separator: "\n") + "\n"
    }

    private func blockLines(_ lines: inout [String], indent: Int) {
        let pad = String(repeating: " ", count: indent)
        switch self {
        case .object(let members) where !members.isEmpty:
            for key in members.keys.sorted() {
                guard let value = members[key] else { continue }
                if let inline = value.inline {
                    lines.append("\(pad)\(key): \(inline)")
                } else {
                    lines.append("\(pad)\(key):")
                    value.blockLines(&lines, indent: value.isArray ? indent : indent + 2)
                }
            }
        case .array(let values) where !values.isEmpty:
            for value in values {
                var nested: [String] = []
                value.blockLines(&nested, indent: indent + 2)
                guard let first = nested.first else { continue }
                lines.append(pad + "- " + first.dropFirst(indent + 2))
                lines += nested.dropFirst()
            }
        default: lines.append(pad + (inline ?? ""))
        }
    }

    private var isArray: Bool { if case .array = self { true } else { false } }

    /// A value that stands behind its key on one line; strings are quoted where YAML would read them as another type.
    private var inline: String? {
        switch self {
        case .string(let value):
            let first = value.first
            let isPlain =
                first?.isLetter == true && !["true", "false", "null", "yes", "no", "on", "off"].contains(value)
                && value.allSatisfy { $0.isLetter || $0.isNumber || "-_./".contains($0) }
            if isPlain { return value }
            var quoted = ""
            JSONValue.quote(value, to: &quoted)
            return quoted
        case .number(let value): return String(value)
        case .bool(let value): return value ? "true" : "false"
        case .null: return "null"
        case .array(let values): return values.isEmpty ? "[]" : nil
        case .object(let members): return members.isEmpty ? "{}" : nil
        }
    }
}
