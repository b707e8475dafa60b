import CSimdJSON

extension APIC {
    /// The JSON of `bgpdeck parse apic`: `{classes: {CLASS: count}, objects: [{class, parent, attributes}]}`.
    ///
    /// Objects are in the order of the text, a parent before its children; `parent` is the name (DN) of the object that
    /// one is nested in, null at the top. Text is given as text, bare numbers as numbers. A child that has only `rn`
    /// keeps just that: its name is its parent's and `rn`.
    /// A text that breaks off is read as far as it goes; there is no line feed at the end.
    public static func document(_ bytes: [UInt8]) -> Parsed<[UInt8]> {
        var (objects, envelope) = visit(bytes)
        // A text that breaks off is not looked into until it ends as an object does, and its last string is closed.
        if envelope.failure != nil, envelope.objects == 0, bytes.first(where: { $0 > 0x20 }) == UInt8(ascii: "{") {
            for end in ["}", "\"}"] where envelope.objects == 0 { (objects, envelope) = visit(bytes + Array(end.utf8)) }
        }
        var log = DiagnosticLog()
        if let failure = envelope.failure, envelope.objects > 0 {
            log.add(
                .warning, line: 1, "the answer breaks off after \(envelope.objects) objects: \(failure)",
                excerpt: excerpt(bytes.suffix(60)))
        } else {
            refuse(envelope, bytes, &log)
        }
        noteTotal(envelope, &log)
        return Parsed(objects.document(), diagnostics: log.finish())
    }

    private static func visit(_ bytes: [UInt8]) -> (DocumentObjects, APICEnvelope) {
        let objects = DocumentObjects()
        let envelope = APICReader().visit(
            bytes,
            APICReader.Visitor(
                begin: { objects.begin($0, depth: $1) }, attribute: { objects.attribute($0, $1, $2) }))
        objects.finish()
        return (objects, envelope)
    }

    private static func noteTotal(_ envelope: APICEnvelope, _ log: inout DiagnosticLog) {
        guard envelope.failure == nil, envelope.hasObjects, let total = envelope.total else { return }
        if total > 0, envelope.count == 0 {
            log.add(.warning, line: 1, "totalCount is \(total) but no object came: the APIC was overloaded, ask again")
        } else if total > envelope.count {
            log.add(.note, line: 1, "one page: \(envelope.count) of \(total) objects")
        }
    }
}

/// Gathers objects as they come, each written at once.
private final class DocumentObjects {
    private struct Level {
        var name: String?
        var relative: String?
    }

    private var counts: [String: Int] = [:]
    private var order: [String] = []
    private var levels: [Level] = []
    private var writer = JSONWriter()
    private var isOpen = false
    private var pending: (parent: String?, attributes: [(String, [UInt8])]) = (nil, [])
    private var current = ""

    init() { writer.beginArray() }

    func begin(_ name: UnsafeBufferPointer<UInt8>, depth: Int) {
        finish()
        current = APICText.unescaped(name)
        if counts[current] == nil { order.append(current) }
        counts[current, default: 0] += 1
        if levels.count > depth { levels.removeLast(levels.count - depth) }
        while levels.count < depth { levels.append(Level()) }
        pending = (parent: levels.last.flatMap { _ in fullName(of: depth - 1) }, attributes: [])
        levels.append(Level())
        isOpen = true
    }

    /// The name of the object at a depth: its own, or its parent's and its relative one.
    private func fullName(of depth: Int) -> String? {
        guard levels.indices.contains(depth) else { return nil }
        if let name = levels[depth].name { return name }
        guard let relative = levels[depth].relative else { return nil }
        return fullName(of: depth - 1).map { $0 + "/" + relative }
    }

    func attribute(
        _ name: UnsafeBufferPointer<UInt8>, _ value: UnsafeBufferPointer<UInt8>, _ kind: simdjson_kind
    ) {
        let key = APICText.unescaped(name)
        var written = JSONWriter()
        switch kind {
        case SIMDJSON_TEXT, SIMDJSON_ESCAPED:
            let text = APICText.unescaped(value)
            if key == "dn", !text.isEmpty { levels[levels.count - 1].name = text }
            if key == "rn", !text.isEmpty { levels[levels.count - 1].relative = text }
            written.string(text)
            pending.attributes.append((key, written.bytes))
        case SIMDJSON_BARE:
            if Self.isLiteral(value) {
                pending.attributes.append((key, Array(value)))
            } else {
                written.string(utf8: value)
                pending.attributes.append((key, written.bytes))
            }
        default: pending.attributes.append((key, Array("null".utf8)))
        }
    }

    /// Whether a bare value is one that JSON knows (RFC 8259); what is not is given as text.
    private static func isLiteral(_ value: UnsafeBufferPointer<UInt8>) -> Bool {
        let text = String(decoding: value, as: UTF8.self)
        if ["true", "false", "null"].contains(text) { return true }
        let digits = text.hasPrefix("-") ? text.dropFirst() : text[...]
        guard let first = digits.first, first.isASCII, first.isNumber, text.last.map({ $0.isNumber }) == true,
            first != "0" || digits.dropFirst().first.map({ !$0.isNumber }) ?? true
        else { return false }
        return Double(text) != nil && text.utf8.allSatisfy { "0123456789+-.eE".utf8.contains($0) }
    }

    /// Writes the object that is open.
    func finish() {
        guard isOpen else { return }
        isOpen = false
        writer.beginObject()
        writer.key("class")
        writer.string(current)
        writer.key("parent")
        writer.string(pending.parent)
        writer.key("attributes")
        writer.beginObject()
        for (key, value) in pending.attributes {
            writer.key(key)
            value.withUnsafeBufferPointer { writer.splice($0) }
        }
        writer.endObject()
        writer.endObject()
    }

    func document() -> [UInt8] {
        writer.endArray()
        var whole = JSONWriter()
        whole.beginObject()
        whole.key("classes")
        whole.beginObject()
        for name in order {
            whole.key(name)
            whole.number(counts[name] ?? 0)
        }
        whole.endObject()
        whole.key("objects")
        writer.bytes.withUnsafeBufferPointer { whole.splice($0) }
        whole.endObject()
        return whole.bytes
    }
}
