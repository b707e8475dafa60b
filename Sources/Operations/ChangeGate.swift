public import Fabric
public import FoundationEssentials
public import Polling
import Synchronization

/// Why the gate did not let an operation or a change through.
public struct ChangeRefusal: Error, Sendable, Hashable, CustomStringConvertible {
    /// The reason and what to do, one sentence.
    public var description: String

    /// A refusal with its reason.
    public init(_ description: String) { self.description = description }
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
    }

    private struct State {
        var access: Access
        var passes: [Pass] = []
    }

    /// What a gate that nobody opened says.
    public static let readOnly = "read-only: start with --allow-changes, or allow changes in the configuration"

    private let changes: ClusterChanges
    private let state: Mutex<State>

    /// A closed gate before the changing half of a port.
    public init(_ changes: ClusterChanges, reason: String = ChangeGate.readOnly) {
        self.changes = changes
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
    func admit(_ operation: OperationID, plan: Plan, now: Date) throws(ChangeRefusal) -> Pass {
        if let refusal = refusal(at: now) { throw ChangeRefusal(refusal) }
        let pass = Pass(operation: operation, node: plan.node, rack: plan.rack)
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

    /// Ends an operation's admission.
    func dismiss(_ pass: Pass) {
        state.withLock { state in state.passes.removeAll { $0 == pass } }
    }

    /// Makes a change for an admitted operation.
    func perform(_ change: Change, pass: Pass, progress: @escaping Progress) async throws(ChangeRefusal) {
        guard state.withLock({ $0.passes.contains(pass) }) else {
            throw ChangeRefusal("changes were locked while the operation ran; unlock and start it again")
        }
        do throws(SourceError) {
            switch change {
            case .cordon(let node): try await changes.cordon(node, progress)
            case .uncordon(let node): try await changes.uncordon(node, progress)
            case .drain(let node, let options): try await changes.drain(node, options, progress)
            case .apply(let document): try await changes.apply(document, progress)
            }
        } catch {
            throw ChangeRefusal(error.description)
        }
    }
}
