public import Fabric
public import FoundationEssentials
public import Polling
import Synchronization

/// Why the gate did not let an operation or a change through.
public struct ChangeRefusal: Error, Sendable, Hashable, CustomStringConvertible {
    /// The reason and what to do, one sentence.
    public var description: String
    /// Whether the server was not reached, so that the same change can be made again later.
    public var isTransient: Bool
    /// Whether someone else has what it takes by now.
    public var isLoss: Bool

    /// A refusal with its reason.
    public init(_ description: String, isTransient: Bool = false, isLoss: Bool = false) {
        self.description = description
        self.isTransient = isTransient
        self.isLoss = isLoss
    }

    /// A refusal of a source: one that was not reached, or did not answer in time, is transient.
    init(_ error: SourceError) {
        self.init(error.description, isTransient: error.kind == .unreachable || error.kind == .timedOut)
    }
}

/// The one door through which bgpdeck changes the world.
///
/// It alone holds the changing half of the cluster's port, and it is closed until someone opens it: read-only is the
/// gate's state, not a check that a caller could forget. An opening that runs out keeps new operations away and lets
/// those that run come to their end; an explicit ``lock(reason:)`` refuses their next change too.
public final class ChangeGate: Sendable {
    /// Whether changes pass.
    public enum Access: Sendable, Hashable {
        /// Nothing passes; the reason says why and how to open.
        case closed(reason: String)
        /// Operations may start.
        case open
        /// Operations may start before a moment.
        case openUntil(Date)
    }

    /// Lets one admitted operation make its changes.
    struct Pass: Sendable, Hashable {
        let operation: OperationID
        let node: NodeName
        let rack: String?
        let holder: LockHolder
    }

    struct State {
        var access: Access
        var passes: [Pass] = []
        var locks: [OperationID: HeldLock] = [:]
        /// Renewals under way.
        var renewals: [OperationID: Task<Result<HeldLock, ChangeRefusal>, Never>] = [:]
        /// Operations whose locks are given back, or kept for maintenance: they are not renewed any more.
        var closing: Set<OperationID> = []
    }

    /// What a gate that nobody opened says.
    public static let readOnly = "read-only: start with --allow-changes, or allow changes in the configuration"

    let changes: ClusterChanges
    let controllers: APICChanges?
    let lease: LeaseLock
    let state: Mutex<State>

    /// A closed gate before the changing halves of the ports.
    ///
    /// - Parameters:
    ///   - changes: the cluster's changing half.
    ///   - controllers: the controllers' changing half; nil where they cannot be written.
    ///   - now: the clock that leases are stamped with.
    ///   - pause: waits while a lease of another console is watched.
    ///   - isGone: whether a console that holds a lease is known to have ended.
    public init(
        _ changes: ClusterChanges, controllers: APICChanges? = nil, reason: String = ChangeGate.readOnly,
        now: @escaping @Sendable () -> Date = { Date() },
        pause: @escaping @Sendable (Duration) async -> Void = { try? await Task.sleep(for: $0) },
        isGone: @escaping @Sendable (Operator) -> Bool = { _ in false }
    ) {
        self.changes = changes
        self.controllers = controllers
        lease = LeaseLock(changes: changes, now: now, pause: pause, isGone: isGone)
        state = Mutex(State(access: .closed(reason: reason)))
    }

    /// How it stands.
    public var access: Access { state.withLock { $0.access } }

    /// Opens it, for good or until a moment.
    public func unlock(until moment: Date? = nil) {
        state.withLock { $0.access = moment.map { .openUntil($0) } ?? .open }
    }

    /// Closes it, also for operations under way: their next change is refused.
    public func lock(reason: String = ChangeGate.readOnly) {
        state.withLock {
            $0.access = .closed(reason: reason)
            $0.passes = []
        }
    }

    /// Whether operations may start at a moment.
    public func isOpen(at now: Date) -> Bool { refusal(at: now) == nil }

    /// Why operations may not start at a moment, nil where they may.
    public func refusal(at now: Date) -> String? {
        switch access {
        case .closed(let reason): reason
        case .open: nil
        case .openUntil(let moment):
            now < moment ? nil : "read-only again: the time for changes has run out; unlock anew"
        }
    }

    /// The nodes that operations are acting on.
    public var busyNodes: [NodeName] { state.withLock { $0.passes.map(\.node) } }

    /// Admits an operation; one at a time in a rack.
    func admit(
        _ operation: OperationID, plan: Plan, who: Operator, now: Date
    ) throws(ChangeRefusal) -> Pass {
        if let refusal = refusal(at: now) { throw ChangeRefusal(refusal) }
        let pass = Pass(
            operation: operation, node: plan.node, rack: plan.rack, holder: LockHolder(who: who, node: plan.node))
        let other = state.withLock { state -> Pass? in
            if let other = state.passes.first(where: { ChangeGate.collide($0, pass) }) { return other }
            state.passes.append(pass)
            return nil
        }
        guard let other else { return pass }
        throw ChangeRefusal(
            "an operation on \(other.node) is running"
                + (other.node == plan.node ? "" : " in the same rack") + "; wait for it or abort it")
    }

    private static func collide(_ a: Pass, _ b: Pass) -> Bool {
        a.node == b.node || (a.rack != nil && a.rack == b.rack)
    }

    /// Whether the controllers can be written.
    public var writesControllers: Bool { controllers != nil }

    /// Which rights of an operation the cluster's user lacks; asking changes nothing and passes a closed gate too.
    ///
    /// - Throws: why that could not be asked.
    public func missingRights(for kind: OperationKind) async throws(ChangeRefusal) -> [ClusterRight] {
        do throws(SourceError) { return try await changes.lacks(kind.rights) } catch { throw ChangeRefusal(error) }
    }

    /// What the controllers' user lacks to write, in words; nil where nothing is known of it.
    ///
    /// - Throws: why that could not be asked.
    public func missingRoles() async throws(ChangeRefusal) -> [String]? {
        guard let controllers else { return nil }
        do throws(SourceError) { return try await controllers.lacks() } catch { throw ChangeRefusal(error) }
    }

    /// Ends an operation's admission.
    func dismiss(_ pass: Pass) {
        state.withLock { state in
            state.passes.removeAll { $0 == pass }
            state.locks[pass.operation] = nil
            state.renewals[pass.operation] = nil
            state.closing.remove(pass.operation)
        }
    }

    private func check(_ pass: Pass) throws(ChangeRefusal) {
        guard state.withLock({ $0.passes.contains(pass) }) else {
            throw ChangeRefusal("changes were locked while the operation ran; unlock and start it again")
        }
    }

    func held(_ pass: Pass) -> HeldLock? { state.withLock { $0.locks[pass.operation] } }

    /// Makes a change for an admitted operation; all but taking the lock need the lock.
    func perform(_ change: Change, pass: Pass, progress: @escaping Progress) async throws(ChangeRefusal) {
        try check(pass)
        if case .lock(let request) = change {
            let lock = try await lease.acquire(request, progress)
            return state.withLock { $0.locks[pass.operation] = lock }
        }
        guard held(pass) != nil else { throw ChangeRefusal("the operation holds no lock") }
        if case .keepLock = change { return try await keep(pass) }
        if case .unlock(let node) = change { return try await unlock(node, pass, progress) }
        do throws(SourceError) {
            try await make(change, progress)
        } catch {
            var refusal = ChangeRefusal(error)
            // A drain that ran into its time-out did reach the server.
            if case .drain = change, error.kind == .timedOut { refusal.isTransient = false }
            throw refusal
        }
    }

    private func make(_ change: Change, _ progress: @escaping Progress) async throws(SourceError) {
        switch change {
        case .cordon(let node): try await changes.cordon(node, progress)
        case .uncordon(let node): try await changes.uncordon(node, progress)
        case .drain(let node, let options): try await changes.drain(node, options, progress)
        case .apply(let document): try await changes.apply(document, progress)
        case .label(let node, let labels): try await changes.patchNode(node, NodePatch(labels: labels), progress)
        case .hold(let node, let address, let hold): try await self.hold(node, address, hold, progress)
        case .release(let node, let address, let hold): try await release(node, address, hold, progress)
        case .reset(let node, let name, let manner): try await changes.reset(node, name, manner, progress)
        case .post(let changes, let address): try await post(changes, address, progress)
        case .lock, .keepLock, .unlock: break
        }
    }

    private func hold(
        _ node: NodeName, _ address: IPAddress?, _ hold: SessionHold, _ progress: @escaping Progress
    ) async throws(SourceError) {
        switch hold {
        case .controllers(let names): try await setAdmin("disabled", address, names, progress)
        case .label(let peers):
            for peer in peers where !peer.isReady {
                try await changes.scopePeer(peer.name, .selector(peer.heldSelector), progress)
            }
            try await changes.patchNode(node, NodePatch(labels: [KubernetesNode.holdLabel: "true"]), progress)
        case .none: break
        }
    }

    /// The label goes first: from then on the selector holds for the node as its name did. A selector that was there
    /// before the drain keeps its addition, which means nothing to nodes without the label.
    private func release(
        _ node: NodeName, _ address: IPAddress?, _ hold: SessionHold, _ progress: @escaping Progress
    ) async throws(SourceError) {
        if case .controllers(let names) = hold { return try await setAdmin("enabled", address, names, progress) }
        try await changes.patchNode(
            node, NodePatch(labels: [KubernetesNode.holdLabel: nil]), progress)
        guard case .label(let peers) = hold else { return }
        for peer in peers where peer.node != nil {
            try await changes.scopePeer(peer.name, .node(node), progress)
        }
    }

    private func setAdmin(
        _ state: String, _ address: IPAddress?, _ names: [String], _ progress: @escaping Progress
    ) async throws(SourceError) {
        guard let controllers, let address else {
            throw SourceError(
                kind: .notFound, source: .apic, operation: "set adminSt of bgpPeerP",
                cause: controllers == nil ? "the controllers cannot be written" : "the node's address is not known",
                hint: "hold the sessions by the label instead")
        }
        let found = try await controllers.peerProfiles(address).compactMap { $0["dn"] }
        let wanted = found.filter { names.isEmpty || names.contains($0) }
        guard !wanted.isEmpty else {
            throw SourceError(
                kind: .notFound, source: .apic, operation: "set adminSt of bgpPeerP",
                cause: "no peer profile has the address \(address)", hint: "look at the L3Out's peer profiles")
        }
        for name in wanted {
            try await controllers.post(ManagedObject("bgpPeerP", ["dn": name, "adminSt": state]), progress)
        }
    }

    // MARK: Marks and locks

    /// Writes the mark of an operation on its node.
    func write(_ mark: NodeMark?, pass: Pass, progress: @escaping Progress) async throws(ChangeRefusal) {
        guard let mark else { return }
        try check(pass)
        guard held(pass) != nil else { throw ChangeRefusal("the operation holds no lock") }
        let text: String
        do { text = try mark.annotation() } catch { throw ChangeRefusal("the mark cannot be written: \(error)") }
        do throws(SourceError) {
            try await changes.patchNode(
                pass.node, NodePatch(annotations: [KubernetesNode.operationAnnotation: text]), progress)
        } catch {
            throw ChangeRefusal(error)
        }
    }
}
