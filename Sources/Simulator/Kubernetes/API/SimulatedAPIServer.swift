import Fabric

/// The simulated cluster's API server as far as reading goes: discovery, lists with pages, watches with bookmarks, and
/// what it says when it refuses (calico.md 3.1, 4.2).
///
/// It keeps what it told, so that a version of an object moves only with the object, and the changes of the last while,
/// so that a watch goes on from where another ended.
public struct SimulatedAPIServer: Sendable {
    /// An answer to a request.
    public enum Answer: Sendable {
        /// A whole one.
        case reply(status: Int, body: String)
        /// A watch was opened.
        case watch(Watch)
        /// None at all, for ever.
        case silence
    }

    /// What comes of a watch when it is looked at.
    public enum Piece: Sendable, Hashable {
        /// A line, without its line end.
        case line(String)
        /// It ends as was agreed.
        case end
        /// The connection breaks.
        case drop
    }

    /// An open watch: what is told, and up to where it was.
    public struct Watch: Sendable {
        let resource: ServedResource
        var version: Int
        var told: Duration
        var ends: Duration
        var marks: [APIFault: Int]
    }

    private struct Cache: Sendable {
        var objects: [String: (value: JSONValue, version: Int)] = [:]
        var order: [String] = []
        var events: [(version: Int, line: String)] = []
        /// No version before this is known.
        var floor: Int
        var stamp = -1
        var looked = Duration.zero
    }

    var faults: Set<String> = []
    /// How often each passing fault happened.
    var happened: [APIFault: Int] = [:]
    private var caches: [ServedResource: Cache] = [:]
    private var version = 41_000

    /// How many changes of a kind are remembered.
    private static let memory = 1000
    /// How often a watch that has nothing to tell says up to where it is.
    private static let bookmarkEvery: Duration = .seconds(60)

    /// A server that nobody has asked.
    public init() {}

    /// Versions that objects get between two of the cluster's revisions: a version tells at which revision it was given.
    static let versionsOfRevision = 1_000_000

    /// Answers a GET of a path and its options.
    public mutating func answer(
        _ path: String, _ options: [String: String], of fabric: SimulatedFabric
    ) -> Answer {
        if faults.contains(APIFault.hangs.rawValue) { return .silence }
        guard !fabric.conditions.has(.apiDown) else {
            return .reply(status: 500, body: "dial tcp 10.96.0.1:6443: connect: connection refused\n")
        }
        if path == "/version" {
            return .reply(status: 200, body: JSONValue.strings(["major": "1", "gitVersion": "v1.32.4"]).compact)
        }
        if path == "/apis" { return .reply(status: 200, body: ServedResource.groups(faults).compact) }
        guard let resource = ServedResource(path, faults) else {
            return .reply(status: 404, body: "404 page not found\n")
        }
        let watches = options["watch"] == "1" || options["watch"] == "true"
        if let refusal = refusal(resource, watches) { return refusal }
        look(resource, fabric)
        return watches ? open(resource, options, fabric) : list(resource, options)
    }

    /// What a watch has to tell by now.
    public mutating func pieces(of watch: inout Watch, of fabric: SimulatedFabric) -> [Piece] {
        if faults.contains(APIFault.hangs.rawValue) { return [] }
        guard !fabric.conditions.has(.apiDown), !hasHappened(.drops, to: &watch) else { return [.drop] }
        if hasHappened(.forgets, to: &watch) {
            return [.line(SimulatedAPIServer.event("ERROR", gone(watch.version))), .end]
        }
        look(watch.resource, fabric)
        var pieces: [Piece] = hasHappened(.garbage, to: &watch) ? [.line("{\"type\":\"MODIFIED\",\"obj%$#")] : []
        let cache = caches[watch.resource]
        let news = (cache?.events ?? []).drop { $0.version <= watch.version }
        pieces += news.map { .line($0.line) }
        if let last = news.last { watch.version = last.version }
        if news.isEmpty, fabric.now - watch.told >= SimulatedAPIServer.bookmarkEvery {
            watch.version = max(watch.version, version)
            pieces.append(.line(bookmark(watch)))
        }
        if !pieces.isEmpty { watch.told = fabric.now }
        return fabric.now >= watch.ends ? pieces + [.end] : pieces
    }

    // MARK: Faults

    private func hasHappened(_ fault: APIFault, to watch: inout Watch) -> Bool {
        guard watch.marks[fault, default: 0] < happened[fault, default: 0] else { return false }
        watch.marks[fault] = happened[fault]
        return true
    }

    private func refusal(_ resource: ServedResource, _ watches: Bool) -> Answer? {
        let verb = watches ? "watch" : "list"
        let isForbidden =
            faults.contains("\(APIFault.forbids.rawValue):\(resource.name)")
            || (watches && faults.contains("\(APIFault.forbidsWatch.rawValue):\(resource.name)"))
        guard isForbidden else { return nil }
        let words =
            "\(resource.fullName) is forbidden: User \"viewer\" cannot \(verb) resource \"\(resource.name)\" in API group "
            + "\"\(resource.group)\" at the cluster scope"
        return .reply(status: 403, body: SimulatedAPIServer.status(403, "Forbidden", words).compact)
    }

    private func gone(_ version: Int) -> JSONValue {
        SimulatedAPIServer.status(410, "Expired", "too old resource version: \(version) (\(self.version))")
    }

    /// Forgets every former version.
    mutating func forget() {
        version += 1
        for resource in caches.keys {
            caches[resource]?.events = []
            caches[resource]?.floor = version
        }
    }

    // MARK: Lists and watches

    private func list(_ resource: ServedResource, _ options: [String: String]) -> Answer {
        guard let cache = caches[resource] else { return .reply(status: 500, body: "") }
        var keys = cache.order[...]
        if let selector = options["fieldSelector"] {
            keys =
                keys.filter { key in
                    guard let value = cache.objects[key]?.value else { return false }
                    return JSONPath.matches(selector) { JSONPath.text(value, $0) }
                }[...]
        }
        var metadata: JSONValue = ["resourceVersion": .string(String(version))]
        if let token = options["continue"] {
            // A token that is not of this state of things is one that has expired.
            let parts = token.split(separator: "=").compactMap { Int($0) }
            guard parts.count == 2, parts[0] == version else {
                let words = "The provided continue parameter is too old to display a consistent list result."
                return .reply(status: 410, body: SimulatedAPIServer.status(410, "Expired", words).compact)
            }
            keys = keys.dropFirst(parts[1])
        }
        if let limit = options["limit"].flatMap({ Int($0) }), limit > 0, keys.count > limit {
            let before = options["continue"]?.split(separator: "=").last.flatMap { Int($0) } ?? 0
            metadata["continue"] = .string("\(version)=\(before + limit)==")
            keys = keys.prefix(limit)
        }
        // A typed list's items do not say of which kind they are.
        let items = keys.compactMap { cache.objects[$0]?.value.without("kind", "apiVersion") }
        let body: JSONValue = [
            "kind": .string(resource.kind + "List"), "apiVersion": .string(resource.groupVersion),
            "metadata": metadata, "items": .array(items),
        ]
        return .reply(status: 200, body: body.compact)
    }

    private func open(_ resource: ServedResource, _ options: [String: String], _ fabric: SimulatedFabric) -> Answer {
        let from = options["resourceVersion"].flatMap { Int($0) } ?? version
        guard from >= caches[resource]?.floor ?? 0 else { return .reply(status: 410, body: gone(from).compact) }
        let seconds = options["timeoutSeconds"].flatMap { Int($0) } ?? 300
        return .watch(
            Watch(
                resource: resource, version: from, told: fabric.now, ends: fabric.now + .seconds(seconds),
                marks: happened))
    }

    /// Finds out what changed of a kind since it was last looked at.
    private mutating func look(_ resource: ServedResource, _ fabric: SimulatedFabric) {
        var cache = caches[resource] ?? Cache(floor: version)
        let isNew = caches[resource] == nil
        // What the stamp misses is found two seconds later.
        guard isNew || cache.stamp != fabric.cluster.stamp || fabric.now - cache.looked >= .seconds(2) else { return }
        cache.stamp = fabric.cluster.stamp
        cache.looked = fabric.now
        var present: Set<String> = []
        var order: [String] = []
        for object in fabric.objects(of: resource.fullName) ?? [] {
            let value = object.without(versioned: resource.groupVersion)
            let key = "\(value["metadata"]?["namespace"]?.text ?? "")/\(JSONPath.name(value))"
            present.insert(key)
            order.append(key)
            let former = cache.objects[key]
            guard former?.value.unversioned != value else { continue }
            version = max(version + 1, fabric.cluster.revision * SimulatedAPIServer.versionsOfRevision)
            let stamped = value.stamped(version)
            cache.objects[key] = (stamped, version)
            let type = former == nil ? "ADDED" : "MODIFIED"
            if !isNew { cache.events.append((version, SimulatedAPIServer.event(type, stamped))) }
        }
        for key in cache.order where !present.contains(key) {
            guard let former = cache.objects.removeValue(forKey: key) else { continue }
            version += 1
            cache.events.append((version, SimulatedAPIServer.event("DELETED", former.value.stamped(version))))
        }
        cache.order = order.sorted()
        if cache.events.count > SimulatedAPIServer.memory {
            cache.events.removeFirst(cache.events.count - SimulatedAPIServer.memory)
            cache.floor = (cache.events.first?.version ?? version) - 1
        }
        if isNew { cache.floor = version }
        caches[resource] = cache
    }

    private func bookmark(_ watch: Watch) -> String {
        SimulatedAPIServer.event(
            "BOOKMARK",
            [
                "kind": .string(watch.resource.kind), "apiVersion": .string(watch.resource.groupVersion),
                "metadata": ["resourceVersion": .string(String(watch.version)), "creationTimestamp": .null],
            ])
    }

    private static func event(_ type: String, _ object: JSONValue) -> String {
        (["type": .string(type), "object": object] as JSONValue).compact
    }

    private static func status(_ code: Int, _ reason: String, _ message: String) -> JSONValue {
        [
            "kind": "Status", "apiVersion": "v1", "metadata": [:], "status": "Failure", "message": .string(message),
            "reason": .string(reason), "code": .number(code),
        ]
    }
}

extension JSONValue {
    fileprivate func without(_ keys: String...) -> JSONValue {
        guard case .object(let members) = self else { return self }
        return .object(members.filter { !keys.contains($0.key) })
    }

    /// The same without its version, as an object of a group's version.
    fileprivate func without(versioned groupVersion: String) -> JSONValue {
        var value = unversioned
        value["apiVersion"] = .string(groupVersion)
        return value
    }

    fileprivate var unversioned: JSONValue {
        var value = self
        value["metadata"] = value["metadata"]?.without("resourceVersion", "managedFields")
        return value
    }

    /// With a version, and with what a server notes of who wrote which field.
    fileprivate func stamped(_ version: Int) -> JSONValue {
        var value = self
        var metadata = value["metadata"]
        metadata?["resourceVersion"] = .string(String(version))
        metadata?["managedFields"] = [["manager": "kubectl", "operation": "Update", "fieldsV1": ["f:spec": [:]]]]
        value["metadata"] = metadata
        return value
    }
}
