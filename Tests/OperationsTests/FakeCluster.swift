import Correlation
import Fabric
import FoundationEssentials
import Operations
import Polling
import Synchronization
import Testing

/// A cluster and its leaves in memory, behind the changing ports: what a change does shows in the next facts.
///
/// Time passes with each question. It can refuse calls, be out of reach for a while, and die with its console: from then
/// on nothing that the console does has an effect.
final class FakeCluster: Sendable {
    struct State {
        var world: World
        var calls: [String] = []
        var leases: [LeaseName: Lease] = [:]
        var version = 0
        var entries: [JournalEntry] = []
        /// Journal lines and effects that are still let through; the console is dead after them.
        var breath = Int.max
        /// Whether the last breath still had its effect.
        var lastTakesEffect = true
        var isDead = false
        /// Answers a call with a failure, by its words.
        var refusal: @Sendable (String) -> SourceError? = { _ in nil }
        var hasMedik8s = false
        /// A renewal of the locks that is under way when they are kept for maintenance; nil: none is made so.
        var lateRenewal: LateRenewal?
        var profiles: [ManagedObject] = []
    }

    let state: Mutex<State>
    let drainStarted: AsyncStream<Void>
    private let drainSignal: AsyncStream<Void>.Continuation
    private let hangsInDrain: Bool

    init(_ world: World, hangsInDrain: Bool = false) {
        state = Mutex(State(world: world))
        self.hangsInDrain = hangsInDrain
        (drainStarted, drainSignal) = AsyncStream.makeStream()
    }

    var calls: [String] { state.withLock { $0.calls } }
    var entries: [JournalEntry] { state.withLock { $0.entries } }
    var node: KubernetesNode? { node(1) }
    func node(_ number: Int) -> KubernetesNode? {
        state.withLock { $0.world.snapshot.cluster.nodes?.value.first { $0.name == World.name(number) } }
    }
    var peers: [CalicoPeer] { state.withLock { $0.world.snapshot.cluster.peers?.value ?? [] } }
    var now: Date { state.withLock { $0.world.now } }
    /// The leases that somebody holds and that have not run out.
    var holders: [String: String] {
        state.withLock { state in
            Dictionary(
                state.leases.values.filter { lease in
                    let age = lease.renewed.map { state.world.now.timeIntervalSince($0) } ?? .infinity
                    return !lease.holder.isEmpty && age < Double(lease.durationSeconds)
                }.map { ($0.name.name, $0.holder) },
                uniquingKeysWith: { first, _ in first })
        }
    }

    func pass(_ seconds: Double) { state.withLock { $0.world.pass(seconds) } }
    func refuse(_ refusal: @escaping @Sendable (String) -> SourceError?) { state.withLock { $0.refusal = refusal } }

    /// Gives the console so many more journal lines and effects to live.
    func limit(_ breath: Int, lastTakesEffect: Bool) {
        state.withLock { ($0.breath, $0.lastTakesEffect, $0.isDead) = (breath, lastTakesEffect, false) }
    }

    // MARK: What a console does to it

    private static func gone(_ words: String) -> SourceError {
        SourceError(kind: .refused, source: .kubernetes, operation: words, cause: "the console is dead", hint: "")
    }

    /// Counts a breath; whether the effect happens.
    private static func breathe(_ state: inout State) -> (happens: Bool, dies: Bool) {
        if state.isDead { return (false, true) }
        state.breath -= 1
        guard state.breath <= 0 else { return (true, false) }
        state.isDead = true
        return (state.lastTakesEffect, true)
    }

    private func effect(_ words: String, _ body: (inout State) throws -> Void) throws(SourceError) {
        let failure: SourceError? = state.withLock { state in
            if let refused = state.refusal(words), !state.isDead { return refused }
            let (happens, dies) = FakeCluster.breathe(&state)
            if happens {
                state.calls.append(words)
                state.world.pass(0.1)
                do { try body(&state) } catch { return FakeCluster.gone("\(error)") }
            }
            return dies ? FakeCluster.gone(words) : nil
        }
        if let failure { throw failure }
    }

    private static func change(_ node: NodeName, _ state: inout State, _ body: (inout KubernetesNode) -> Void) {
        var nodes = state.world.snapshot.cluster.nodes?.value ?? []
        for place in nodes.indices where nodes[place].name == node { body(&nodes[place]) }
        state.world.snapshot.cluster.nodes = state.world.seen(nodes)
    }

    var changes: ClusterChanges {
        ClusterChanges(
            cordon: { [self] node, _ throws(SourceError) in
                try effect("cordon \(node)") { FakeCluster.change(node, &$0) { $0.isCordoned = true } }
            },
            uncordon: { [self] node, _ throws(SourceError) in
                try effect("uncordon \(node)") { FakeCluster.change(node, &$0) { $0.isCordoned = false } }
            },
            drain: { [self] node, _, progress throws(SourceError) in
                if hangsInDrain {
                    drainSignal.yield()
                    let (forever, _) = AsyncStream<Void>.makeStream()
                    for await _ in forever {}
                }
                try effect("drain \(node)") { _ in }
                progress("node/\(node) drained")
            },
            apply: { [self] document, _ throws(SourceError) in
                try effect("apply") { try FakeCluster.apply(document, &$0) }
            },
            patchNode: { [self] node, patch, _ throws(SourceError) in
                if patch.labels[KubernetesNode.holdLabel] == "true" { beginRenewal() }
                if patch.annotations[KubernetesNode.operationAnnotation]??.contains("\"maintain\"") == true {
                    state.withLock { state in
                        let known = state.lateRenewal?.endsAt
                        state.lateRenewal?.endsAt = known ?? .now + .milliseconds(200)
                    }
                }
                let words = (patch.labels.map { "\($0)=\($1 ?? "-")" } + patch.annotations.keys.map { "\($0)" })
                    .sorted()
                try effect("patch \(node) \(words.joined(separator: " "))") { state in
                    FakeCluster.change(node, &state) { node in
                        for (key, value) in patch.labels { node.labels[key] = value }
                        if let mark = patch.annotations[KubernetesNode.operationAnnotation] {
                            node.operationMark = mark
                        }
                    }
                }
            },
            scopePeer: { [self] name, scope, _ throws(SourceError) in
                try effect("scope \(name)") { state in
                    var peers = state.world.snapshot.cluster.peers?.value ?? []
                    for place in peers.indices where peers[place].name == name {
                        switch scope {
                        case .node(let node): (peers[place].node, peers[place].nodeSelector) = (node, nil)
                        case .selector(let text): (peers[place].node, peers[place].nodeSelector) = (nil, text)
                        }
                    }
                    state.world.snapshot.cluster.peers = state.world.seen(peers)
                }
            },
            reset: { [self] node, name, manner, _ throws(SourceError) in
                try effect("\(manner.rawValue) \(name) on \(node)") { _ in }
            },
            readLease: { [self] name throws(SourceError) in
                let failure = state.withLock { $0.refusal("read lease \(name)") }
                if let failure { throw failure }
                return state.withLock { state in
                    state.world.pass(0.1)
                    return state.leases[name]
                }
            },
            writeLease: { [self] lease throws(SourceError) in
                await delay()
                return try write(lease)
            },
            hasNamespace: { [self] _ throws(SourceError) in state.withLock { $0.hasMedik8s } },
            lacks: { _ throws(SourceError) in [] })
    }

    /// A renewal that stands before its first write until the locks have been kept beside it, or evidently are not.
    struct LateRenewal {
        /// Brings the console to renew.
        var tick: @Sendable (Date) -> Void
        var isBegun = false
        /// Whether it stands now; nil: not yet.
        var isWaiting: Bool?
        /// Lease writes that went past it while it stood.
        var passed = 0
        /// When it writes at the latest: a while after the step that keeps the locks has begun.
        var endsAt: ContinuousClock.Instant?
    }

    private func beginRenewal() {
        let tick = state.withLock { state -> (@Sendable (Date) -> Void)? in
            guard state.lateRenewal?.isBegun == false else { return nil }
            state.lateRenewal?.isBegun = true
            state.world.pass(25)
            return state.lateRenewal?.tick
        }
        tick?(now)
    }

    private func delay() async {
        let mustWait = state.withLock { state in
            guard let late = state.lateRenewal, late.isBegun else { return false }
            if late.isWaiting == true { state.lateRenewal?.passed += 1 }
            guard late.isWaiting == nil else { return false }
            state.lateRenewal?.isWaiting = true
            return true
        }
        guard mustWait else { return }
        let cap = ContinuousClock.now + .seconds(20)
        while state.withLock({ $0.lateRenewal.map { $0.passed < 2 && .now < $0.endsAt ?? cap } ?? false }) {
            try? await Task.sleep(for: .milliseconds(2))
        }
        state.withLock { $0.lateRenewal?.isWaiting = false }
    }

    private func write(_ lease: Lease) throws(SourceError) -> LeaseWrite {
        var came = LeaseWrite.conflict
        try effect("lease \(lease.name) \(lease.holder)") { state in
            guard state.leases[lease.name]?.resourceVersion == lease.resourceVersion else { return }
            state.version += 1
            var lease = lease
            lease.resourceVersion = String(state.version)
            state.leases[lease.name] = lease
            came = .written(lease)
        }
        return came
    }

    /// Takes in BGPPeers of a node as the documents of a push have them.
    private static func apply(_ document: String, _ state: inout State) throws {
        var peers = state.world.snapshot.cluster.peers?.value ?? []
        for part in document.split(separator: "kind: BGPPeer").dropFirst() {
            func value(_ key: String) -> String? {
                part.split(separator: "\n").first { $0.contains("  \(key): ") }
                    .map { String($0.split(separator: " ")[1]).replacing("\"", with: "") }
            }
            guard let name = value("name"), let address = value("peerIP").flatMap({ IPAddress($0) }),
                let asn = value("asNumber").flatMap({ ASN(text: $0) })
            else { throw SourceError(kind: .refused, source: .kubernetes, operation: "apply", cause: "odd", hint: "") }
            peers.removeAll { $0.name == name }
            peers.append(CalicoPeer(name: name, node: value("node").map { NodeName($0) }, peerIP: address, asn: asn))
        }
        state.world.snapshot.cluster.peers = state.world.seen(peers)
    }

    /// The controllers with one peer profile of node-1.
    var controllers: APICChanges {
        APICChanges(
            peerProfiles: { [self] _ throws(SourceError) in state.withLock { $0.profiles } },
            post: { [self] object, _ throws(SourceError) in
                try effect("post \(object["dn"] ?? "") \(object["adminSt"] ?? "")") { state in
                    for place in state.profiles.indices where state.profiles[place]["dn"] == object["dn"] {
                        state.profiles[place].attributes.merge(object.attributes) { $1 }
                        for child in object.children {
                            state.profiles[place].children.removeAll { $0.className == child.className }
                            state.profiles[place].children.append(child)
                        }
                    }
                }
            },
            lacks: { nil })
    }

    // MARK: What is seen of it

    /// Whether node-1's sessions are down: the hold label and BGPPeers that leave it out, or its profile is disabled.
    static func isHeld(_ state: State) -> Bool {
        let node = state.world.snapshot.cluster.nodes?.value.first { $0.name == World.name(1) }
        let own = (state.world.snapshot.cluster.peers?.value ?? []).filter { $0.name.hasSuffix("node-1") }
        let isLabelled = node?.isHeld == true && own.allSatisfy { $0.nodeSelector?.contains("!has(") == true }
        return isLabelled || state.profiles.contains { $0["adminSt"] == "disabled" }
    }

    /// The facts of a second later.
    func facts() -> OperationFacts {
        state.withLock { state in
            state.world.pass(1)
            try? FakeCluster.renew(&state)
            return OperationFacts(
                snapshot: state.world.snapshot, picture: state.world.picture, now: state.world.now)
        }
    }

    private static func renew(_ state: inout State) throws {
        state.world.fillSources()
        let seen = state.world.snapshot.cluster
        state.world.snapshot.cluster.nodes = seen.nodes.map { state.world.seen($0.value) }
        state.world.snapshot.cluster.peers = seen.peers.map { state.world.seen($0.value) }
        state.world.snapshot.cluster.pods = seen.pods.map { state.world.seen($0.value) }
        state.world.snapshot.cluster.budgets = seen.budgets.map { state.world.seen($0.value) }
        let node = seen.nodes?.value.first { $0.name == World.name(1) }
        let isHeld = isHeld(state)
        let advertises = node?.isExcludedFromServices != true && !isHeld
        let blocks = isHeld ? [] : [1]
        try state.world.setRoutes([
            "10.96.0.20/32": advertises ? [1, 2] : [2], "10.244.1.0/26": blocks,
        ])
        for side in 0...1 { try state.world.setSession(1, side, isHeld ? .down : .up) }
        for leaf in state.world.snapshot.leaves.keys {
            let summaries: Observed<[LeafSummary]> = state.world.seen([], .leaf(leaf))
            state.world.snapshot.leaves[leaf]?.summaries = summaries
        }
    }
}

/// Runs operations of one console against a fake cluster.
struct FakeConsole {
    let cluster: FakeCluster
    let gate: ChangeGate
    let who: Operator
    private let facts: AsyncStream<OperationFacts>
    private let feed: AsyncStream<OperationFacts>.Continuation
    let ticks: AsyncStream<Date>
    let clock: AsyncStream<Date>.Continuation

    private let isGone: @Sendable (Operator) -> Bool

    /// - Parameter sees: whether it can tell that other consoles have ended.
    init(_ cluster: FakeCluster, pid: Int32 = 4711, writesControllers: Bool = false, sees: Bool = true) {
        let isGone: @Sendable (Operator) -> Bool = { sees && $0.host == "jump-1" && $0.pid != pid }
        self.isGone = isGone
        self.cluster = cluster
        who = Operator(user: "anna", host: "jump-1", pid: pid)
        gate = ChangeGate(
            cluster.changes, controllers: writesControllers ? cluster.controllers : nil, now: { cluster.now },
            pause: { duration in
                cluster.pass(Double(duration.components.seconds) + 0.5)
                await Task.yield()
            }, isGone: isGone)
        gate.unlock()
        (facts, feed) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
        (ticks, clock) = AsyncStream.makeStream(bufferingPolicy: .unbounded)
    }

    func plan(_ kind: OperationKind, overrides: Set<Blocker.Kind> = []) -> Plan {
        let facts = cluster.facts()
        let context = PlanContext(
            snapshot: facts.snapshot, picture: facts.picture, now: facts.now, overrides: overrides,
            controllersAreWritable: gate.writesControllers, isGone: isGone)
        return Plan(kind, of: World.name(1), in: context)
    }

    func runner(_ plan: Plan, limits: OperationLimits = OperationLimits()) throws -> OperationRunner {
        OperationRunner(
            plan: plan, consent: try Consent.byFlag(for: plan),
            id: plan.target.resumes ?? OperationID("\(plan.kind)-\(who.pid)-\(cluster.entries.count)"), gate: gate,
            world: world, limits: limits)
    }

    var world: OperationWorld {
        OperationWorld(
            who: who,
            journal: { [cluster] entry throws(JournalError) in
                let isOver = cluster.state.withLock { state in
                    if state.isDead { return true }
                    state.breath -= 1
                    if state.breath > 0 || state.lastTakesEffect { state.entries.append(entry) }
                    if state.breath <= 0 { state.isDead = true }
                    return state.isDead
                }
                if isOver { throw JournalError("the console is dead") }
            },
            poll: { [cluster, feed] _ in
                feed.yield(cluster.facts())
            }, facts: facts, ticks: ticks, now: { [cluster] in cluster.now })
    }

    @discardableResult func run(
        _ kind: OperationKind, overrides: Set<Blocker.Kind> = [],
        publish: @escaping @Sendable (OperationView) -> Void = { _ in }
    ) async throws -> OperationResult {
        let runner = try runner(plan(kind, overrides: overrides))
        return await beating { await runner.run(publish: publish) }
    }

    /// Lets time pass, a second every other millisecond, while something runs.
    func beating<Value: Sendable>(_ body: () async -> Value) async -> Value {
        let clock = clock
        let cluster = cluster
        let beat = Task {
            while !Task.isCancelled {
                try? await Task.sleep(for: .milliseconds(2))
                cluster.pass(1)
                clock.yield(cluster.now)
            }
        }
        defer { beat.cancel() }
        return await body()
    }
}
