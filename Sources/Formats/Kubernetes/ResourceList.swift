import FoundationEssentials

/// What every resource carries.
struct ObjectMeta: Decodable {
    var name: String?
    var namespace: String?
    var labels: [String: String]?
    var annotations: [String: String]?
    var ownerReferences: [Owner]?
    var resourceVersion: String?

    struct Owner: Decodable {
        var kind: String?
        var controller: Bool?
    }
}

/// Why a field of an item has no meaning; the item is then left out, or read without the field.
struct FieldError: Error {
    let field: String
    let reason: String
}

/// What reading an item leaves to say.
struct ItemNotes {
    /// Fields that were left out of an item that was read.
    var broken: [FieldError] = []
    /// Why an item was passed over on purpose.
    var passedOver: String?

    /// Reads a field by a failable reading; what cannot be read is noted and nil.
    mutating func read<Value>(_ field: String, _ text: String?, as reading: (String) -> Value?) -> Value? {
        guard let text, !text.isEmpty else { return nil }
        guard let value = reading(text) else {
            broken.append(FieldError(field: field, reason: "\"\(text.prefix(60))\" cannot be read"))
            return nil
        }
        return value
    }

    /// Reads a list of texts; those that cannot be read are noted and left out.
    mutating func readAll<Value>(_ field: String, _ texts: [String]?, as reading: (String) -> Value?) -> [Value] {
        (texts ?? []).compactMap { read(field, $0, as: reading) }
    }
}

/// Reads a resource or a list of resources item by item.
enum ResourceList {
    /// Decodes the items of the wanted kinds and makes values of them; nil with notes leaves an item out.
    static func read<Item: Decodable, Value: Sendable>(
        _ bytes: [UInt8], kinds: [String], _ type: Item.Type, _ value: (Item, inout ItemNotes) -> Value?
    ) -> Parsed<[Value]> {
        var diagnostics = DiagnosticList()
        guard let json = JSONText.extract(bytes, wanted: kinds, &diagnostics) else {
            return Parsed([], diagnostics: diagnostics.all)
        }
        let top: Envelope<Item>
        do {
            top = try JSONDecoder().decode(Envelope<Item>.self, from: Data(json))
        } catch {
            diagnostics.add(.error, line: 1, JSONText.words(error, kinds: kinds))
            return Parsed([], diagnostics: diagnostics.all)
        }
        if let complaint = top.complaint(kinds) {
            diagnostics.add(.error, line: 1, complaint)
            return Parsed([], diagnostics: diagnostics.all)
        }
        var values: [Value] = []
        for (index, item) in top.items.enumerated() {
            if let found = make(item, index, kinds: kinds, &diagnostics, value) {
                values.append(found)
            }
        }
        return Parsed(values, diagnostics: diagnostics.all)
    }

    private static func make<Item, Value>(
        _ item: Lenient<Item>, _ index: Int, kinds: [String], _ diagnostics: inout DiagnosticList,
        _ value: (Item, inout ItemNotes) -> Value?
    ) -> Value? {
        let name = "\(item.kind ?? kinds[0]) \(item.name ?? "number \(index + 1)")"
        if let kind = item.kind, !kinds.contains(kind) {
            diagnostics.add(.warning, line: 1, "\(name): not a \(kinds[0])")
            return nil
        }
        switch item.result {
        case .failure(let error):
            diagnostics.add(.warning, line: 1, "\(name): \(error.field): \(error.reason)")
            return nil
        case .success(let decoded):
            var notes = ItemNotes()
            let found = value(decoded, &notes)
            for error in notes.broken {
                diagnostics.add(.warning, line: 1, "\(name): \(error.field): \(error.reason)")
            }
            if let reason = notes.passedOver { diagnostics.add(.note, line: 1, "\(name): passed over: \(reason)") }
            return found
        }
    }
}

/// A single object, or a list of them.
private struct Envelope<Item: Decodable>: Decodable {
    var items: [Lenient<Item>]
    private let kind: String?
    private let isList: Bool

    private enum Key: String, CodingKey { case items, kind }

    /// Why the document is of another kind; nil where it is not.
    func complaint(_ kinds: [String]) -> String? {
        guard let kind else { return isList ? nil : "this is JSON without a kind, not a \(kinds[0])" }
        if kinds.contains(kind) || (isList && (kind == "List" || kinds.contains { kind == $0 + "List" })) { return nil }
        let words = kind == "Status" ? ": \(items.first?.message ?? "an error of the API")" : ""
        return "this is a \(kind), not a \(kinds[0])\(words)"
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        kind = try? container.decodeIfPresent(String.self, forKey: .kind)
        isList = container.contains(.items) || kind?.hasSuffix("List") == true
        if isList {
            items = try container.decodeIfPresent([Lenient<Item>].self, forKey: .items) ?? []
        } else {
            items = [try Lenient<Item>(from: decoder)]
        }
    }
}

/// An item that never fails the list it stands in.
private struct Lenient<Item: Decodable>: Decodable {
    let kind: String?
    let name: String?
    let message: String?
    let result: Result<Item, FieldError>

    private struct Head: Decodable {
        var kind: String?
        var message: String?
        var metadata: Name?

        struct Name: Decodable {
            var name: String?
            var namespace: String?
        }
    }

    init(from decoder: any Decoder) throws {
        let head = try? Head(from: decoder)
        kind = head?.kind
        message = head?.message
        name = head?.metadata?.name.map { name in (head?.metadata?.namespace).map { $0 + "/" + name } ?? name }
        do {
            result = .success(try Item(from: decoder))
        } catch let error as DecodingError {
            result = .failure(Lenient.field(error, below: decoder.codingPath.count))
        } catch {
            result = .failure(FieldError(field: "item", reason: "\(error)"))
        }
    }

    /// The path of the field below the item, and what is wrong with it.
    private static func field(_ error: DecodingError, below depth: Int) -> FieldError {
        let context: DecodingError.Context
        let reason: String
        var extra: [any CodingKey] = []
        switch error {
        case .typeMismatch(let type, let found):
            context = found
            reason = "not a \(type)"
        case .valueNotFound(let type, let found):
            context = found
            reason = "null instead of a \(type)"
        case .keyNotFound(let key, let found):
            context = found
            extra = [key]
            reason = "missing"
        case .dataCorrupted(let found):
            context = found
            reason = found.debugDescription
        @unknown default:
            return FieldError(field: "item", reason: "cannot be read")
        }
        let path = (context.codingPath.dropFirst(depth) + extra).map { $0.intValue.map { "[\($0)]" } ?? $0.stringValue }
        return FieldError(field: path.isEmpty ? "item" : path.joined(separator: "."), reason: reason)
    }
}
