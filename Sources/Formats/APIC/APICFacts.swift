public import Fabric
import FoundationEssentials

/// What an answer's or event's objects tell, whatever classes it holds (aci.md 3 to 5). Route tables are read by
/// ``APICRoutes``.
public struct APICFacts: Sendable {
    /// What stands around the objects.
    public var envelope = APICEnvelope()
    /// The error object that stands in their place.
    public var failure: APIC.Failure?
    /// BGP by leaf; the scopes speak for nothing, the command that was given decides that.
    public var bgp: [LeafID: BGPNews] = [:]
    /// Switches and controllers.
    public var nodes: [FabricNode] = []
    /// Systems.
    public var systems: [FabricSystem] = []
    /// vPC pairs.
    public var pairs: [VPCSide] = []
    /// Faults.
    public var faults: [FabricFault] = []
    /// Changes.
    public var audit: [AuditRecord] = []
    /// Capacities.
    public var capacity: [LeafID: LeafCapacity] = [:]
    /// `commHttps`: the requests a second that the APIC allows; nil: not read or not throttled.
    public var throttle: Double?
    /// Whether a `commHttps` was read.
    public var hasThrottle = false
    /// Classes of the objects that were read.
    public var classes: Set<String> = []
}

extension APIC {
    /// Reads the objects of every class that matters; other classes and attributes are ignored, an object without what
    /// names it is a diagnostic.
    public static func facts(_ bytes: [UInt8]) -> Parsed<APICFacts> {
        var collector = FactCollector()
        let envelope = APICReader().read(bytes, FactCollector.classes) { collector.take($0) }
        collector.facts.envelope = envelope
        refuse(envelope, bytes, &collector.log)
        return Parsed(collector.facts, diagnostics: collector.log.finish())
    }
}

/// Takes objects one by one and keeps what they tell.
struct FactCollector {
    var facts = APICFacts()
    var log = DiagnosticLog()
    /// The names of the objects that the present one is nested in, by depth.
    private var names: [[UInt8]] = []
    private var bgpNames = BGPNames()
    /// Which classes were met, by number.
    private var seen = [Bool](repeating: false, count: FactCollector.table.count)

    /// How an object of a class is taken.
    enum Take: Sendable {
        case named(@Sendable (inout FactCollector, APICObject, DistinguishedName) -> Void)
        case bgp(@Sendable (inout FactCollector, APICObject, BGPName) -> Void)
    }

    private static let table: [(APICClass, Take)] = bgpClasses + fabricClasses + otherClasses
    private static let takes: [Take] = table.map(\.1)
    /// Objects of other classes are read for the names that their children hang under.
    private static let otherClasses: [(APICClass, Take)] = [(APICClass(""), .named { _, _, _ in })]
    static let classes: [APICClass] = table.map(\.0)

    mutating func take(_ object: APICObject) {
        if !seen[object.classNumber] {
            seen[object.classNumber] = true
            let item = FactCollector.classes[object.classNumber]
            if item.name.utf8CodeUnitCount > 0 { facts.classes.insert(item.name.description) }
        }
        note(nameOf: object)
        let name = names[object.depth]
        name.withUnsafeBufferPointer { name in
            switch FactCollector.takes[object.classNumber] {
            case .named(let take): take(&self, object, DistinguishedName(bytes: name))
            case .bgp(let take):
                let name = bgpNames.read(name)
                take(&self, object, name)
            }
        }
    }

    /// Notes an object's own name, or its parent's and its relative one (aci.md 2.3).
    private mutating func note(nameOf object: APICObject) {
        let depth = object.depth
        if names.count > depth + 1 { names.removeLast(names.count - depth - 1) }
        while names.count <= depth { names.append([]) }
        if let name = object.bytes(APICClass.dn), !object.isEscaped(APICClass.dn) {
            names[depth].replaceSubrange(names[depth].indices, with: name)
        } else if let name = object.text(APICClass.dn) {
            names[depth] = Array(name.utf8)
        } else {
            let parent = depth > 0 ? names[depth - 1] : []
            guard let relative = object.text(APICClass.rn) else { return names[depth] = parent }
            names[depth] = parent.isEmpty ? Array(relative.utf8) : parent + [UInt8(ascii: "/")] + Array(relative.utf8)
        }
    }

    /// Notes an object that cannot be placed.
    mutating func lacks(_ what: String, _ kind: StaticString, _ name: some CustomStringConvertible) {
        log.add(.warning, line: 1, "\(kind) without \(what)", excerpt: excerpt(Array(name.description.utf8)))
    }
}

extension APICObject {
    /// The attribute at a place of the class's own.
    func own(_ place: Int) -> String? { text(APICClass.first + place) }

    /// A word, nil where it says that nothing is told.
    func told(_ place: Int) -> String? {
        own(place).flatMap { ["unspecified", "unknown", "none"].contains($0) ? nil : $0 }
    }

    func ownNumber(_ place: Int) -> UInt64? { number(APICClass.first + place) }

    func ownAS(_ place: Int) -> ASN? { own(place).flatMap { ASN(text: $0) } }

    /// An address, with or without its subnet's length; nil for `0.0.0.0`, which says that there is none.
    func ownAddress(_ place: Int) -> IPAddress? {
        own(place).flatMap { IPAddress($0.prefix { $0 != "/" }) }.flatMap { $0.bits == 0 ? nil : $0 }
    }

    func ownDate(_ place: Int) -> Date? {
        bytes(APICClass.first + place).flatMap(APICText.milliseconds).map {
            Date(timeIntervalSince1970: Double($0) / 1000)
        }
    }

    /// Whether an event tells that the object is gone.
    func isDeleted(_ place: Int) -> Bool { own(place) == "deleted" }
}

extension DistinguishedName {
    /// The switch that it lies on: `topology/pod-1/node-203/…`.
    var leaf: LeafID? {
        guard parts.first == "topology" else { return nil }
        return value(after: "node-").flatMap { Int($0) }.map { LeafID($0) }
    }

    /// The pod.
    var pod: Int? { value(after: "pod-").flatMap { Int($0) } }

    /// The VRF of `dom-tenant:vrf`.
    var domain: String? { value(after: "dom-") }
}
