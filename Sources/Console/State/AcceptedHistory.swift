import Correlation
import FoundationEssentials

/// How many paths the leaf accepted over each session, sampled while the console runs: for the graph in a node's detail.
public struct AcceptedHistory: Sendable {
    /// The time between two samples, in seconds.
    static let interval: Double = 10
    /// The samples that are kept: ten minutes.
    static let limit = 60

    /// The sessions that the columns of every sample stand for.
    private var sessions: [SessionKey] = []
    private var samples: [[Int32]] = []
    private var last: Date?

    /// No sample yet.
    public init() {}

    /// The number of samples.
    var count: Int { samples.count }

    /// Takes a sample, unless the last one is still young.
    mutating func take(_ sessions: [Session], at now: Date) {
        if let last, now.timeIntervalSince(last) < AcceptedHistory.interval { return }
        last = now
        let keys = sessions.map(\.key)
        if keys != self.sessions { align(to: keys) }
        samples.append(sessions.map { $0.accepted.map(Int32.init(clamping:)) ?? -1 })
        if samples.count > AcceptedHistory.limit { samples.removeFirst() }
    }

    /// What a session's samples say, the newest last; nil where it was not known.
    func values(of key: SessionKey) -> [Double?] {
        guard let place = sessions.firstIndex(of: key) else { return [] }
        return samples.map { $0[place] < 0 ? nil : Double($0[place]) }
    }

    /// Sessions came or went: the samples of those that stay move along.
    private mutating func align(to keys: [SessionKey]) {
        let places = Dictionary(zip(sessions, 0...), uniquingKeysWith: { first, _ in first })
        samples = samples.map { sample in keys.map { places[$0].map { sample[$0] } ?? -1 } }
        sessions = keys
    }
}
