/// A query whose changes a client wants to be told (aci.md 2.7).
struct Subscription: Sendable {
    var id: String
    /// The login session, which outlives its tokens.
    var session: String
    var query: Query
    var lifetime: Double
    var ends: Double

    /// Whether a changed object is one of the query's.
    func covers(_ object: ManagedObject) -> Bool {
        if let filter = query.filter, !filter.matches(object.className, { object[$0] }) { return false }
        switch query.scope {
        case .classes(let name, let below):
            if let below, !(object.dn == below || object.dn.isBelow(below)) { return false }
            if query.target == .itself { return object.className == name }
            return object.className == name || query.targetClasses.contains(object.className)
        case .object(let dn):
            guard query.target != .itself else { return object.dn == dn }
            guard object.dn == dn || object.dn.isBelow(dn) else { return false }
            return query.targetClasses.isEmpty || query.targetClasses.contains(object.className)
        }
    }
}

/// The subscriptions of one controller, and the web sockets that their events go to.
struct Subscriptions: Sendable {
    /// An open web socket.
    struct Outlet: Sendable {
        var number: Int
        var send: @Sendable (String) -> Void
        var close: @Sendable () -> Void
    }

    private(set) var list: [Subscription] = []
    private var outlets: [String: Outlet] = [:]
    private var serial = 72_057_611_234_705_408
    private var sockets = 0

    /// Whether a session has a web socket.
    func hasOutlet(_ session: String) -> Bool { outlets[session] != nil }

    /// The number of open web sockets.
    var outletCount: Int { outlets.count }

    /// Connects a session's web socket; one that it had before gets no more events.
    mutating func open(
        _ session: String, send: @escaping @Sendable (String) -> Void, close: @escaping @Sendable () -> Void
    ) -> Int {
        sockets += 1
        outlets[session] = Outlet(number: sockets, send: send, close: close)
        return sockets
    }

    /// A web socket is gone; its subscriptions end with it.
    mutating func closed(_ session: String, number: Int) {
        guard outlets[session]?.number == number else { return }
        outlets[session] = nil
        list.removeAll { $0.session == session }
    }

    /// Forgets every web socket and subscription, and hands out the sockets.
    mutating func removeAll() -> [Outlet] {
        let all = Array(outlets.values)
        outlets = [:]
        list = []
        return all
    }

    mutating func add(_ query: Query, session: String, lifetime: Double, at now: Double) -> String {
        serial += 1
        let id = String(serial)
        list.append(Subscription(id: id, session: session, query: query, lifetime: lifetime, ends: now + lifetime))
        return id
    }

    /// Gives a subscription its time again; false where it has ended.
    mutating func refresh(_ id: String, session: String, lifetime: Double?, at now: Double) -> Bool {
        expire(at: now)
        guard let index = list.firstIndex(where: { $0.id == id && $0.session == session }) else { return false }
        if let lifetime { list[index].lifetime = lifetime }
        list[index].ends = now + list[index].lifetime
        return true
    }

    mutating func expire(at now: Double) { list.removeAll { $0.ends <= now } }

    /// The frames of some changes, each with where it goes.
    mutating func frames(for changes: [ObjectChange], at now: Double) -> [(outlet: Outlet, text: String)] {
        expire(at: now)
        guard !list.isEmpty else { return [] }
        var frames: [(Outlet, String)] = []
        for change in changes {
            var ids: [String: [String]] = [:]
            for subscription in list where subscription.covers(change.object) {
                ids[subscription.session, default: []].append(subscription.id)
            }
            for (session, list) in ids {
                guard let outlet = outlets[session] else { continue }
                let quoted = list.map { "\"\($0)\"" }.joined(separator: ",")
                frames.append((outlet, "{\"subscriptionId\":[\(quoted)],\"imdata\":[\(change.json)]}"))
            }
        }
        return frames
    }
}
