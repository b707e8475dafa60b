import Correlation
import Fabric
import FoundationEssentials

/// A fabric that was looked at, and one of whose leaves then tells that a session is lost.
struct OneChange {
    private let before: Picture
    private let after: Snapshot
    private let settings: CorrelationSettings

    init(_ snapshot: Snapshot, _ settings: CorrelationSettings) {
        let first = correlate(snapshot, settings: settings, previous: nil, now: snapshot.at)
        before = correlate(snapshot, settings: settings, previous: first, now: snapshot.at)
        self.settings = settings
        var after = snapshot
        after.at += 1
        if let leaf = snapshot.leaves.keys.min(), var summaries = snapshot.leaves[leaf]?.summaries {
            summaries.provenance.at += 1
            summaries.value[0].peers[0].state = BGPState(words: "Idle")
            summaries.value[0].peers[0].prefixesReceived = nil
            summaries.value[0].peers[0].age = .seconds(1)
            after.leaves[leaf]?.summaries = summaries
        }
        self.after = after
    }

    /// The picture after the loss.
    func conclude() {
        let picture = correlate(after, settings: settings, previous: before, now: after.at)
        if !picture.findings.contains(where: { $0.rule == "session-down" || $0.rule == "session-one-sided" }) {
            print("the loss was not found")
        }
    }
}
