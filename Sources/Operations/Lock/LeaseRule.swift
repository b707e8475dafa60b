import Fabric
import FoundationEssentials
import Polling

/// What to do about a lease that was read.
enum LeaseVerdict: Hashable, Sendable {
    /// There is none: create it.
    case create
    /// Nobody holds it, we do, or we inherit it: write ourselves in.
    case take
    /// Another holds it for a node in maintenance, and the operation goes on beside that.
    case share
    /// By the clock it has run out, but clocks differ: watch whether it is renewed for that many seconds.
    case watch(seconds: Double)
    /// It is held.
    case held(String)
}

/// The rule by which a lease is taken (calico.md 5.4): a pure function of what was read and seen.
enum LeaseRule {
    /// Seconds that a lease of a running operation holds without being renewed.
    static let runningSeconds = 60
    /// Between two renewals, in seconds.
    static let renewalSeconds = 20.0
    /// Before a renewal that failed is tried again, in seconds.
    static let repetitionSeconds = 5.0
    /// Seconds that a lease of a node in maintenance holds: no console need run meanwhile.
    static let maintenanceSeconds = 7 * 86_400

    /// - Parameters:
    ///   - unchanged: how long this console has watched the lease stay as it is, in seconds.
    ///   - isGone: whether a console is known to have ended.
    static func verdict(
        _ lease: Lease?, _ request: LockRequest, isPair: Bool, unchanged: Double, now: Date,
        isGone: (Operator) -> Bool = { _ in false }
    ) -> LeaseVerdict {
        guard let lease else { return .create }
        let me = request.holder.description
        if lease.holder.isEmpty || lease.holder == me || request.heirOf.contains(lease.holder) { return .take }
        let isMaintenance = lease.durationSeconds >= maintenanceSeconds
        if isPair, request.sharesPair, isMaintenance { return .share }
        // A console of this host that was killed renews nothing; a lease for maintenance needs no console.
        if !isMaintenance, let holder = LockHolder(lease.holder), isGone(holder.who) { return .take }
        let duration = Double(lease.durationSeconds)
        if unchanged >= duration { return .take }
        let ran = lease.renewed.map { now.timeIntervalSince($0) } ?? .infinity
        // Watching longer than two minutes is no lock step any more, but a wait.
        if ran > duration, duration <= 120 { return .watch(seconds: duration - unchanged) }
        return .held(words(lease, now))
    }

    /// `held by anna@jump-1 (process 4711) for node-3 since 14:02:11 UTC, renewed 4 s ago`.
    static func words(_ lease: Lease, _ now: Date) -> String {
        let holder = LockHolder(lease.holder)
        let who = holder.map { "\($0.who.user)@\($0.who.host) (process \($0.who.pid)) for \($0.node)" } ?? lease.holder
        let since = lease.acquired.map { " since \($0.formatted(Date.ISO8601FormatStyle()))" } ?? ""
        let renewed = lease.renewed.map { ", renewed \(max(0, Int(now.timeIntervalSince($0)))) s ago" } ?? ""
        return "held by \(who)\(since)\(renewed)"
    }

    /// The lease as we write it.
    static func written(
        _ lease: Lease?, name: LeaseName, holder: LockHolder, seconds: Int, now: Date
    ) -> Lease {
        let isOurs = lease?.holder == holder.description
        return Lease(
            name: name, holder: holder.description, durationSeconds: seconds,
            acquired: isOurs ? lease?.acquired ?? now : now, renewed: now,
            transitions: (lease?.transitions ?? -1) + (isOurs ? 0 : 1), resourceVersion: lease?.resourceVersion)
    }

    /// The lease as it is given back: nobody holds it. It is not deleted, for a deletion cannot be bound to a version.
    static func released(_ lease: Lease, now: Date) -> Lease {
        var lease = lease
        lease.holder = ""
        lease.durationSeconds = 1
        lease.renewed = now
        return lease
    }
}
