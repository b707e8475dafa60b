import CSimdJSON
import Fabric

/// A class of managed objects that is wanted, and its attributes that are, by their places.
struct APICClass {
    let name: StaticString
    /// The first two are always `dn` and `rn`.
    let attributes: [StaticString]

    init(_ name: StaticString, _ attributes: StaticString...) {
        self.name = name
        self.attributes = ["dn", "rn"] + attributes
    }

    /// The place of `dn`.
    static let dn = 0
    /// The place of `rn`.
    static let rn = 1
    /// The place of the first attribute of the class's own.
    static let first = 2
}

/// One object of an answer, valid while it is handed over.
struct APICObject {
    /// The number of its class among those that were asked for.
    let classNumber: Int
    /// How deep it lies in `children`; 0: in `imdata` itself.
    let depth: Int
    /// A bit for each attribute's place, set unless its value is that of the object of this class before in this text.
    let changed: UInt64
    private let values: UnsafePointer<simdjson_slice>

    init(_ classNumber: UInt32, _ depth: UInt32, _ values: UnsafePointer<simdjson_slice>, _ changed: UInt64) {
        self.changed = changed
        self.classNumber = Int(classNumber)
        self.depth = Int(depth)
        self.values = values
    }

    /// An attribute's bytes as they stand in the text; nil where it is absent, empty, null or no scalar.
    @inline(__always)
    func bytes(_ place: Int) -> UnsafeBufferPointer<UInt8>? {
        let slice = values[place]
        guard slice.length > 0, slice.kind != SIMDJSON_NESTED.rawValue else { return nil }
        let buffer = UnsafeBufferPointer(start: slice.start, count: Int(slice.length))
        if slice.kind == SIMDJSON_BARE.rawValue, slice.length == 4, buffer[0] == UInt8(ascii: "n") { return nil }
        return buffer
    }

    /// Whether the attribute's text has escapes.
    func isEscaped(_ place: Int) -> Bool { values[place].kind == SIMDJSON_ESCAPED.rawValue }

    /// Whether the attribute was sent, be it empty.
    func has(_ place: Int) -> Bool { values[place].kind != SIMDJSON_ABSENT.rawValue }

    /// An attribute's text with its escapes read; nil where ``bytes(_:)`` is.
    func text(_ place: Int) -> String? {
        guard let raw = bytes(place) else { return nil }
        guard values[place].kind == SIMDJSON_ESCAPED.rawValue else { return String(decoding: raw, as: UTF8.self) }
        return APICText.unescaped(raw)
    }

    /// A decimal number, bare or as text; nil for anything else.
    func number(_ place: Int) -> UInt64? { bytes(place).flatMap(APICText.decimal) }
}

/// What stands around an answer's objects.
public struct APICEnvelope: Hashable, Sendable {
    /// `totalCount`: with paging that of all pages.
    public var total: Int?
    /// Objects in `imdata` itself.
    public var count = 0
    /// Objects, children included.
    public var objects = 0
    /// Objects of classes that nobody asked for.
    public var others = 0
    /// Subscriptions that the answer opened, or that an event belongs to.
    public var subscriptions: [String] = []
    /// Whether there was an `imdata`: without one the text is no answer of an APIC.
    public var hasObjects = false
    /// Why the reading stopped, nil where the whole text was read.
    public var failure: String?
    /// Where it stopped, in bytes from 0.
    public var failureOffset = 0
}

/// Reads answers with simdjson; keeps its memory from page to page. Not for two threads at once.
final class APICReader {
    private let reader: OpaquePointer?

    /// How many bytes of spare room behind a text save its copying.
    static let padding = simdjson_reader_padding()

    init() { reader = simdjson_reader_make() }

    deinit { simdjson_reader_free(reader) }

    private final class Receiver {
        let body: (APICObject) -> Void
        init(_ body: @escaping (APICObject) -> Void) { self.body = body }
    }

    /// Reads the objects of the wanted classes in the order of the text, a parent before its children.
    func read(_ bytes: [UInt8], _ classes: [APICClass], _ body: (APICObject) -> Void) -> APICEnvelope {
        guard let reader else { return APICReader.noMemory }
        return withoutActuallyEscaping(body) { body in
            let receiver = Receiver(body)
            return APICReader.withClasses(classes) { classes in
                bytes.withUnsafeBufferPointer { buffer in
                    var envelope = simdjson_envelope()
                    simdjson_reader_read(
                        reader, buffer.baseAddress, buffer.count, bytes.capacity, classes.baseAddress,
                        UInt32(classes.count), Unmanaged.passUnretained(receiver).toOpaque(),
                        { context, number, depth, values, changed in
                            guard let context, let values else { return }
                            Unmanaged<Receiver>.fromOpaque(context).takeUnretainedValue()
                                .body(APICObject(number, depth, values, changed))
                        }, &envelope)
                    return APICEnvelope(envelope)
                }
            }
        }
    }

    private static var noMemory: APICEnvelope {
        var envelope = APICEnvelope()
        envelope.failure = "no memory to read the answer"
        return envelope
    }

    private static func withClasses<Result>(
        _ classes: [APICClass], _ body: (UnsafeBufferPointer<simdjson_class>) -> Result
    ) -> Result {
        let names = classes.flatMap { $0.attributes.map { Optional(APICReader.characters($0)) } }
        return names.withUnsafeBufferPointer { names in
            var rows: [simdjson_class] = []
            var first = 0
            for item in classes {
                rows.append(
                    simdjson_class(
                        name: APICReader.characters(item.name), attributes: names.baseAddress.map { $0 + first },
                        attribute_count: UInt32(item.attributes.count)))
                first += item.attributes.count
            }
            return rows.withUnsafeBufferPointer(body)
        }
    }

    private static func characters(_ text: StaticString) -> UnsafePointer<CChar> {
        UnsafeRawPointer(text.utf8Start).assumingMemoryBound(to: CChar.self)
    }
}

extension APICReader {
    /// What is called for everything that an answer holds.
    struct Visitor {
        /// An object's class, as written, and its depth.
        var begin: (UnsafeBufferPointer<UInt8>, Int) -> Void
        /// An attribute's name as written, its value as written, and how it is written.
        var attribute: (UnsafeBufferPointer<UInt8>, UnsafeBufferPointer<UInt8>, simdjson_kind) -> Void
    }

    private final class Box {
        let visitor: Visitor
        init(_ visitor: Visitor) { self.visitor = visitor }
    }

    /// Reads every object with every attribute, in the order of the text.
    func visit(_ bytes: [UInt8], _ visitor: Visitor) -> APICEnvelope {
        guard let reader else { return APICReader.noMemory }
        let box = Box(visitor)
        return bytes.withUnsafeBufferPointer { buffer in
            var envelope = simdjson_envelope()
            simdjson_reader_visit(
                reader, buffer.baseAddress, buffer.count, bytes.capacity, Unmanaged.passUnretained(box).toOpaque(),
                { context, name, depth in
                    guard let context else { return }
                    Unmanaged<Box>.fromOpaque(context).takeUnretainedValue().visitor.begin(name.buffer, Int(depth))
                },
                { context, name, value in
                    guard let context else { return }
                    Unmanaged<Box>.fromOpaque(context).takeUnretainedValue().visitor
                        .attribute(name.buffer, value.buffer, simdjson_kind(value.kind))
                }, &envelope)
            return APICEnvelope(envelope)
        }
    }
}

extension simdjson_slice {
    fileprivate var buffer: UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(start: start, count: Int(length)) }
}

extension APICEnvelope {
    fileprivate init(_ envelope: simdjson_envelope) {
        total = APICText.decimal(envelope.total_count.buffer).flatMap { Int(exactly: $0) }
        count = Int(clamping: envelope.top_objects)
        objects = Int(clamping: envelope.objects)
        others = Int(clamping: envelope.other_objects)
        hasObjects = envelope.has_imdata
        let ids = String(decoding: envelope.subscription.buffer, as: UTF8.self)
        subscriptions = ids.split { " \t\r\n[],\"".contains($0) }.map(String.init)
        guard envelope.error != 0 else { return }
        failure = envelope.error_text.map { String(cString: $0) } ?? "the JSON cannot be read"
        failureOffset = Int(clamping: envelope.error_offset)
    }
}
