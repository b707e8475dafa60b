/// What tells an object from the others of its kind.
struct ObjectKey: Hashable, Sendable, Comparable {
    /// Empty for kinds without one.
    var namespace: String
    var name: String

    static func < (a: ObjectKey, b: ObjectKey) -> Bool { (a.namespace, a.name) < (b.namespace, b.name) }
}

/// An object as the API server has it.
struct StoredObject: Hashable, Sendable {
    var key: ObjectKey
    var resourceVersion: String
    /// Its JSON, without `metadata.managedFields`, which kubectl does not print either.
    var bytes: [UInt8]
    /// A sum over what tells something: two that differ in versions and heartbeats alone have the same.
    var sum: Int

    /// Takes an object out of JSON; nil where it has no name.
    init?(_ scanner: JSONScanner, at range: Range<Int>) {
        guard let metadata = scanner.value(of: "metadata", at: range.lowerBound),
            let name = scanner.text(scanner.value(of: "name", at: metadata.lowerBound)), !name.isEmpty
        else { return nil }
        func text(_ key: String) -> String { scanner.text(scanner.value(of: key, at: metadata.lowerBound)) ?? "" }
        key = ObjectKey(namespace: text("namespace"), name: name)
        resourceVersion = text("resourceVersion")
        bytes = StoredObject.kept(scanner, range, metadata)
        var hasher = Hasher()
        StoredObject.sum(scanner, range.lowerBound, &hasher)
        sum = hasher.finalize()
    }

    private static func kept(_ scanner: JSONScanner, _ range: Range<Int>, _ metadata: Range<Int>) -> [UInt8] {
        guard scanner.value(of: "managedFields", at: metadata.lowerBound) != nil else {
            return Array(scanner.bytes[range])
        }
        var kept = Array(scanner.bytes[range.lowerBound..<metadata.lowerBound])
        kept.reserveCapacity(range.count)
        kept.append(UInt8(ascii: "{"))
        var isFirst = true
        scanner.members(at: metadata.lowerBound) { key, value in
            guard !scanner.is(key, "managedFields") else { return }
            if !isFirst { kept.append(UInt8(ascii: ",")) }
            isFirst = false
            kept.append(contentsOf: scanner.bytes[key.lowerBound - 1..<value.upperBound])
        }
        kept.append(UInt8(ascii: "}"))
        return kept + scanner.bytes[metadata.upperBound..<range.upperBound]
    }

    /// What moves with every heartbeat of a kubelet, or with every write whatever it changes.
    private static let idle = ["resourceVersion", "managedFields", "lastHeartbeatTime", "images"]
    /// Where such members stand.
    private static let open = ["metadata", "status", "conditions"]

    private static func sum(_ scanner: JSONScanner, _ start: Int, _ hasher: inout Hasher) {
        scanner.members(at: start) { key, value in
            guard !idle.contains(where: { scanner.is(key, $0) }) else { return }
            guard open.contains(where: { scanner.is(key, $0) }) else {
                hasher.combine(bytes: scanner.raw(key.lowerBound..<value.upperBound))
                return
            }
            hasher.combine(bytes: scanner.raw(key))
            switch scanner.bytes[value.lowerBound] {
            case UInt8(ascii: "{"): sum(scanner, value.lowerBound, &hasher)
            case UInt8(ascii: "["):
                hasher.combine(value.isEmpty)
                scanner.elements(at: value.lowerBound) { sum(scanner, $0.lowerBound, &hasher) }
            default: hasher.combine(bytes: scanner.raw(value))
            }
        }
    }
}

/// The objects of one kind.
struct ObjectStore: Sendable {
    private var objects: [ObjectKey: StoredObject] = [:]
    /// Moves with each change that tells something.
    private(set) var version = 0

    /// How many there are.
    var count: Int { objects.count }

    /// Takes an object in; whether that tells something.
    mutating func put(_ object: StoredObject) -> Bool {
        let isNews = objects.updateValue(object, forKey: object.key)?.sum != object.sum
        if isNews { version += 1 }
        return isNews
    }

    /// Forgets an object; whether it was there.
    mutating func remove(_ key: ObjectKey) -> Bool {
        guard objects.removeValue(forKey: key) != nil else { return false }
        version += 1
        return true
    }

    /// Takes a whole list in the place of what was there; whether that tells something.
    mutating func replace(with all: [StoredObject]) -> Bool {
        let next = Dictionary(all.map { ($0.key, $0) }) { _, last in last }
        let isNews = next.count != objects.count || next.contains { objects[$0.key]?.sum != $0.value.sum }
        objects = next
        if isNews { version += 1 }
        return isNews
    }

    /// All of them as the API serves a list.
    func list(_ head: ListHead, resourceVersion: String) -> [UInt8] {
        var bytes = Array("{\"apiVersion\":\"\(head.apiVersion)\",\"kind\":\"\(head.kind)\",\"metadata\":".utf8)
        bytes += Array("{\"resourceVersion\":\"\(resourceVersion)\"},\"items\":[".utf8)
        bytes.reserveCapacity(bytes.count + objects.values.reduce(8) { $0 + $1.bytes.count + 2 })
        for (index, key) in objects.keys.sorted().enumerated() {
            bytes += index == 0 ? [0x0a] : [UInt8(ascii: ","), 0x0a]
            if let object = objects[key] { bytes += object.bytes }
        }
        return bytes + Array("\n]}\n".utf8)
    }
}

/// What a list says of itself.
struct ListHead: Hashable, Sendable {
    /// `v1`, `discovery.k8s.io/v1`.
    var apiVersion: String
    /// `NodeList`.
    var kind: String
}
