import Fabric
import FoundationEssentials
import Polling

/// Takes, renews and gives back the two leases of an operation. No lock, no step.
struct LeaseLock: Sendable {
    let changes: ClusterChanges
    let now: @Sendable () -> Date
    let pause: @Sendable (Duration) async -> Void
    let isGone: @Sendable (Operator) -> Bool

    /// Takes the pair's lease, then the node's; where the second is refused the first is given back.
    func acquire(_ request: LockRequest, _ progress: @escaping Progress) async throws(ChangeRefusal) -> HeldLock {
        let home = try await asked { () throws(SourceError) in try await changes.hasNamespace(LockRequest.medik8s) }
        var pair: Lease?
        if let name = request.pair { pair = try await take(name, request, isPair: true, progress) }
        do throws(ChangeRefusal) {
            let name = request.nodeLease(in: home ? LockRequest.medik8s : LockRequest.namespace)
            guard let node = try await take(name, request, isPair: false, progress) else {
                throw ChangeRefusal("the lock of \(request.holder.node) cannot be shared")
            }
            return HeldLock(pair: pair, node: node)
        } catch {
            if let pair { _ = try? await changes.writeLease(LeaseRule.released(pair, now: now())) }
            throw error
        }
    }

    private func take(
        _ name: LeaseName, _ request: LockRequest, isPair: Bool, _ progress: @escaping Progress
    ) async throws(ChangeRefusal) -> Lease? {
        var seen: Lease?
        var since = now()
        // Each turn reads anew; a turn that loses a race or watches makes another one.
        for _ in 0..<200 {
            let lease = try await asked { () throws(SourceError) in try await changes.readLease(name) }
            if lease != seen {
                seen = lease
                since = now()
            }
            let unchanged = now().timeIntervalSince(since)
            switch LeaseRule.verdict(lease, request, isPair: isPair, unchanged: unchanged, now: now(), isGone: isGone)
            {
            case .create, .take:
                let wanted = LeaseRule.written(
                    lease, name: name, holder: request.holder, seconds: LeaseRule.runningSeconds, now: now())
                let came = try await asked { () throws(SourceError) in try await changes.writeLease(wanted) }
                if case .written(let written) = came {
                    progress("locked \(name)")
                    return written
                }
            case .share:
                progress("the leaf pair's lock is \(lease.map { LeaseRule.words($0, now()) } ?? ""): gone on beside it")
                return nil
            case .watch(let seconds):
                if unchanged == 0, let lease {
                    let words = LeaseRule.words(lease, now())
                    progress("\(name) is \(words): watched for \(Int(seconds)) s whether it is still renewed")
                }
                await pause(.seconds(min(2, max(0.2, seconds))))
                if Task.isCancelled { throw ChangeRefusal("given up while waiting for the lock \(name)") }
            case .held(let words): throw ChangeRefusal("the lock \(name) is \(words)")
            }
        }
        throw ChangeRefusal("the lock \(name) could not be taken: others change it all the time")
    }

    /// Renews what is held, or says how it was lost.
    func renew(
        _ lock: HeldLock, holder: LockHolder, seconds: Int = LeaseRule.runningSeconds
    ) async throws(ChangeRefusal) -> HeldLock {
        var lock = lock
        if let pair = lock.pair { lock.pair = try await renewed(pair, holder, seconds) }
        lock.node = try await renewed(lock.node, holder, seconds)
        return lock
    }

    private func renewed(_ lease: Lease, _ holder: LockHolder, _ seconds: Int) async throws(ChangeRefusal) -> Lease {
        var lease = lease
        for _ in 0..<3 {
            let wanted = LeaseRule.written(lease, name: lease.name, holder: holder, seconds: seconds, now: now())
            let came = try await asked { () throws(SourceError) in try await changes.writeLease(wanted) }
            if case .written(let written) = came { return written }
            guard let other = try await asked({ () throws(SourceError) in try await changes.readLease(lease.name) }),
                other.holder == holder.description
            else { break }
            lease = other
        }
        throw ChangeRefusal(
            "the lock \(lease.name) was lost: someone else has taken it; look before going on", isLoss: true)
    }

    /// Gives back the node's lease, then the pair's; one that someone else has by now is left alone.
    func release(_ lock: HeldLock, holder: LockHolder) async throws(ChangeRefusal) {
        for lease in [lock.node, lock.pair].compactMap({ $0 }) {
            var lease = lease
            for _ in 0..<3 {
                let freed = LeaseRule.released(lease, now: now())
                if case .written = try await asked({ () throws(SourceError) in try await changes.writeLease(freed) }) {
                    break
                }
                guard
                    let other = try await asked({ () throws(SourceError) in try await changes.readLease(lease.name) }),
                    other.holder == holder.description
                else { break }
                lease = other
            }
        }
    }

    private func asked<Value>(
        _ ask: () async throws(SourceError) -> Value
    ) async throws(ChangeRefusal) -> Value {
        do throws(SourceError) { return try await ask() } catch { throw ChangeRefusal(error) }
    }
}
