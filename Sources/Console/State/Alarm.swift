import Correlation
import Fabric
import FoundationEssentials

/// What is done when sessions are lost: the bell, a command, both or nothing, and not too often.
///
/// A value that is asked with each new picture; it answers what is due. Losses that fall into the time between two
/// alarms are told with the next one.
public struct Alarm: Sendable, Hashable {
    /// A program and its arguments; the losses follow as one more argument. Nil: none is run.
    public var command: [String]?
    /// The least time between two alarms, in seconds.
    public var every: Double = 30
    /// Losses that were not told yet.
    private(set) var pending: [SessionKey] = []
    private var last: Date?

    /// An alarm that does nothing.
    public init(command: [String]? = nil, every: Double = 30) {
        self.command = command
        self.every = max(1, every)
    }

    /// Forgets losses of a world that is looked at no more.
    mutating func forget() {
        pending = []
        last = nil
    }

    /// Takes in the sessions of two pictures and answers a sentence where an alarm is due.
    mutating func take(from old: [Session], to new: [Session], now: Date) -> String? {
        let wasUp = Set(old.lazy.filter { $0.verdict == .up || $0.verdict == .flapping }.map(\.key))
        let lost = new.filter { [.down, .oneSided, .missing].contains($0.verdict) && wasUp.contains($0.key) }
        pending += lost.map(\.key).filter { !pending.contains($0) }
        let isBack = Set(new.lazy.filter { $0.verdict == .up }.map(\.key))
        pending.removeAll(where: isBack.contains)
        guard !pending.isEmpty, last.map({ now.timeIntervalSince($0) >= every }) ?? true else { return nil }
        last = now
        defer { pending = [] }
        let names = pending.prefix(5).map { "\($0.node) <-> leaf \($0.leaf)" }.joined(separator: ", ")
        let more = pending.count > 5 ? " and \(pending.count - 5) more" : ""
        return "\(pending.count == 1 ? "session" : "\(pending.count) sessions") lost: \(names)\(more)"
    }
}
