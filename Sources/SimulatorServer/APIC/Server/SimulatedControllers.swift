import Fabric
import FoundationEssentials
import Simulator
import Synchronization

/// A cluster of simulated controllers over a ``FabricState``: sessions, objects, subscriptions, changes and faults. It
/// knows no sockets; ``APICServer`` puts it on the network.
public final class SimulatedControllers: Sendable {
    /// How it behaves.
    public let settings: ControllerSettings
    let fabric: FabricState
    let cluster: Mutex<ClusterState>
    /// The wall clock's time at the clock's zero.
    let epoch: Date
    /// Where an injected wrong certificate and a killed controller are made real; set by the server.
    let reachability = Mutex<(@Sendable (ServerFault, Bool) -> Void)?>(nil)

    /// A cluster that begins with the state's present picture.
    ///
    /// - Throws: what the state throws.
    public init(_ fabric: FabricState, _ settings: ControllerSettings) async throws {
        self.fabric = fabric
        self.settings = settings
        let picture = try await fabric.picture()
        epoch = Date().addingTimeInterval(-settings.clock())
        let lifetimes = LoginSessions.Lifetimes(token: settings.tokenLifetime, session: settings.sessionLifetime)
        let controllers = (1...max(1, settings.controllers)).map {
            ControllerState(number: $0, sessions: LoginSessions(lifetimes, controller: $0))
        }
        var state = ClusterState(
            picture: picture,
            configuration: ConfigurationTree(fabric.configuration, settings: settings, at: picture.now),
            controllers: controllers)
        _ = state.faults.observe(picture)
        cluster = Mutex(state)
    }

    /// What has been done since the start.
    public var counters: ControllerCounters { cluster.withLock { $0.counters } }

    // MARK: Time

    /// Looks at the state, and tells subscribers what has changed since the last look.
    public func look() async {
        guard let picture = try? await fabric.picture() else { return }
        let now = settings.clock()
        let frames = cluster.withLock { $0.take(picture, at: now) }
        for frame in frames { frame.outlet.send(frame.text) }
    }

    /// Looks again and again until the task is cancelled.
    public func run() async {
        while !Task.isCancelled {
            await look()
            try? await Task.sleep(for: .seconds(settings.interval))
        }
    }

    // MARK: Tables

    /// The rows of a table, rendered anew where its version has moved.
    func table(_ key: TableKey) async throws -> any TableSection {
        let (version, known, fabricAS) = cluster.withLock { state in
            let vrf = state.picture.leaves.first { $0.id.number == key.leaf }?.vrfs.first
            return (vrf?.tableVersion ?? 0, state.tables[key], state.picture.fabricAS)
        }
        if let known, known.version == version { return known.section }
        let section: any TableSection
        do {
            switch key.kind {
            case .routes:
                section = RouteSection(
                    try await fabric.routes(LeafID(key.leaf)), key: key, fabricAS: fabricAS,
                    names: settings.nextHopNames)
            case .paths: section = PathSection(try await fabric.paths(LeafID(key.leaf)), key: key)
            }
        } catch {
            throw APICError.resolveTimeout
        }
        cluster.withLock { $0.tables[key] = (version, section) }
        return section
    }

    /// Whether a controller is switched on.
    func isOn(_ number: Int) -> Bool {
        cluster.withLock { state in
            state.controllers.indices.contains(number - 1) && !state.controllers[number - 1].isDead
        }
    }

    /// What can be asked for now.
    func world() -> ObjectWorld {
        var world = cluster.withLock { $0.world(settings) }
        world.table = { key in try await self.table(key) }
        return world
    }
}

extension ClusterState {
    /// Takes a new picture; the frames that subscribers get.
    mutating func take(_ picture: FabricPicture, at now: Double) -> [(outlet: Subscriptions.Outlet, text: String)] {
        let before = shown
        self.picture = picture.withPrevious(of: self.picture)
        var changes = PictureChanges.between(before, shown)
        let former = faults.objects(at: before.now)
        let touched = faults.observe(self.picture)
        if !touched.isEmpty {
            let present = faults.objects(at: picture.now)
            for dn in touched.sorted() {
                changes.append(contentsOf: ObjectChange.between(former[dn]?.first, present[dn]?.first))
            }
        }
        changes.append(contentsOf: eventRecords(of: changes))
        return publish(changes, at: now)
    }

    /// A record for every neighbor whose state changed.
    private mutating func eventRecords(of changes: [ObjectChange]) -> [ObjectChange] {
        changes.compactMap { change in
            guard change.kind == .modified, change.object.className == "bgpPeerEntry",
                change.changed.contains("operSt"),
                let state = change.object["operSt"], let former = change.object["prevOperSt"],
                let record = records.add(
                    "eventRecord", affected: change.object.dn, at: picture.now,
                    [
                        "cause": "transition", "code": "E4205125",
                        "changeSet": "operSt (Old: \(former), New: \(state))",
                        "descr": "BGP peer \(change.object["addr"] ?? "") is \(state)",
                    ])
            else { return nil }
            return ObjectChange(kind: .created, object: record)
        }
    }

    /// The frames of some changes for the web sockets of all controllers.
    mutating func publish(_ changes: [ObjectChange], at now: Double) -> [(outlet: Subscriptions.Outlet, text: String)] {
        guard !changes.isEmpty else { return [] }
        var frames: [(Subscriptions.Outlet, String)] = []
        for index in controllers.indices where !controllers[index].isDead {
            frames.append(contentsOf: controllers[index].subscriptions.frames(for: changes, at: now))
        }
        guard !injected.contains(.deadSocket) else { return [] }
        counters.events += frames.count
        return frames
    }
}

extension FabricPicture {
    /// With the states before, where a state only knows the present ones.
    func withPrevious(of old: FabricPicture) -> FabricPicture {
        var picture = self
        let former = Dictionary(uniqueKeysWithValues: old.leaves.map { ($0.id, $0) })
        for leaf in picture.leaves.indices {
            guard let before = former[picture.leaves[leaf].id] else { continue }
            for vrf in picture.leaves[leaf].vrfs.indices {
                guard let past = before.vrfs.first(where: { $0.name == picture.leaves[leaf].vrfs[vrf].name }) else {
                    continue
                }
                let peers = Dictionary(past.peers.map { ($0.address, $0) }) { a, _ in a }
                for index in picture.leaves[leaf].vrfs[vrf].peers.indices {
                    let peer = picture.leaves[leaf].vrfs[vrf].peers[index]
                    guard let old = peers[peer.address] else { continue }
                    picture.leaves[leaf].vrfs[vrf].peers[index].previous =
                        old.state == peer.state ? old.previous : old.state
                }
            }
        }
        return picture
    }
}
