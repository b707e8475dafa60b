import Fabric
import Polling
import Synchronization

/// How an operation's locks are renewed, kept and given back: one at a time, or a renewal that is under way would find
/// its lease given back and call it lost, or shorten one that is kept for maintenance.
extension ChangeGate {
    func keep(_ pass: Pass) async throws(ChangeRefusal) {
        guard let lock = await closing(pass) else { return }
        do throws(ChangeRefusal) {
            let kept = try await lease.renew(lock, holder: pass.holder, seconds: LeaseRule.maintenanceSeconds)
            state.withLock { $0.locks[pass.operation] = kept }
        } catch {
            reopen(pass)
            throw error
        }
    }

    func unlock(
        _ node: NodeName, _ pass: Pass, _ progress: @escaping Progress
    ) async throws(ChangeRefusal) {
        guard held(pass) != nil else { return }
        do throws(SourceError) {
            try await changes.patchNode(
                node, NodePatch(annotations: [KubernetesNode.operationAnnotation: nil]), progress)
        } catch {
            throw ChangeRefusal(error)
        }
        try await giveBack(pass)
        progress("unlocked \(node) and its leaf pair")
    }

    private func giveBack(_ pass: Pass) async throws(ChangeRefusal) {
        guard let lock = await closing(pass) else { return }
        do throws(ChangeRefusal) {
            try await lease.release(lock, holder: pass.holder)
        } catch {
            reopen(pass)
            throw error
        }
    }

    /// Renews the operation's locks, unless they are being given back.
    func renew(_ pass: Pass) async throws(ChangeRefusal) {
        let lease = lease
        let renewal = state.withLock { state -> Task<Result<HeldLock, ChangeRefusal>, Never>? in
            guard !state.closing.contains(pass.operation), let lock = state.locks[pass.operation] else { return nil }
            let task = Task { () -> Result<HeldLock, ChangeRefusal> in
                do throws(ChangeRefusal) {
                    return .success(try await lease.renew(lock, holder: pass.holder))
                } catch {
                    return .failure(error)
                }
            }
            state.renewals[pass.operation] = task
            return task
        }
        guard let renewal else { return }
        let outcome = await renewal.value
        let isClosing = state.withLock { state in
            state.renewals[pass.operation] = nil
            if case .success(let renewed) = outcome, state.locks[pass.operation] != nil {
                state.locks[pass.operation] = renewed
            }
            return state.closing.contains(pass.operation)
        }
        if case .failure(let refusal) = outcome, !isClosing { throw refusal }
    }

    /// The locks after the last renewal, which no other follows.
    private func closing(_ pass: Pass) async -> HeldLock? {
        let renewal = state.withLock { state in
            state.closing.insert(pass.operation)
            return state.renewals[pass.operation]
        }
        if let renewal, case .success(let renewed) = await renewal.value {
            state.withLock { if $0.locks[pass.operation] != nil { $0.locks[pass.operation] = renewed } }
        }
        return held(pass)
    }

    /// Lets the locks be renewed again that could not be given back.
    private func reopen(_ pass: Pass) { state.withLock { _ = $0.closing.remove(pass.operation) } }

    /// Leaves an operation that did not come to its end: the mark that tells where it stopped, or the one that was there
    /// before, stays on the node, and the locks are given back. Those of a node in maintenance stay.
    func leave(_ pass: Pass, mark: NodeMark?) async throws(ChangeRefusal) {
        guard held(pass) != nil else { return }
        var mark = mark
        // The locks are this console's now, and whoever takes the node back inherits them by the mark.
        if mark?.phase == .maintenance { mark?.who = pass.holder.who }
        let text: String?
        do { text = try mark?.annotation() } catch { throw ChangeRefusal("the mark cannot be written: \(error)") }
        do throws(SourceError) {
            try await changes.patchNode(
                pass.node, NodePatch(annotations: [KubernetesNode.operationAnnotation: text]), { _ in })
        } catch {
            throw ChangeRefusal(error)
        }
        if mark?.phase == .maintenance { return try await keep(pass) }
        try await giveBack(pass)
    }
}
