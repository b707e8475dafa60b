public import Correlation
public import Fabric
public import FoundationEssentials
public import Polling
import Timeline

/// Captured moments, folded and judged one after the other: the same way up that live answers take.
public struct Playback: Sendable {
    /// A moment: everything known by then.
    public struct Moment: Sendable {
        /// The facts.
        public var snapshot: Snapshot
        /// What is concluded.
        public var picture: Picture
        /// What changed since the moment before, and lines that could not be placed.
        public var lines: [String]

        /// A moment at which nothing is known.
        static func empty(_ world: World) -> Moment {
            let now = world.now()
            return Moment(snapshot: Snapshot(inventory: world.inventory, at: now), picture: Picture(at: now), lines: [])
        }
    }

    /// The moments, oldest first.
    public var moments: [Moment]

    /// The lines of all answers that could not be placed.
    public var diagnostics: [String]

    /// Folds captured answers.
    ///
    /// - Parameters:
    ///   - captures: the answers of each moment, oldest moment first.
    ///   - inventory: racks, leaves and nodes that stand beside the captures.
    ///   - settings: the release and its limits.
    public init(captures: [(at: Date, answers: [Answer])], inventory: Inventory, settings: CorrelationSettings) {
        moments = []
        diagnostics = []
        var fold = Fold(inventory: inventory, at: captures.first?.at ?? Date(timeIntervalSince1970: 0))
        for (at, answers) in captures {
            var lines: [String] = []
            for (source, own) in Dictionary(grouping: answers, by: \.source).sorted(by: { $0.key < $1.key }) {
                // A capture is as fresh as its moment: an hour covers the time it takes to go round by hand.
                let outcome = fold.absorb(own, of: source, interval: .seconds(3600), now: at)
                lines += outcome.diagnostics
            }
            diagnostics += lines
            let picture = correlate(
                fold.snapshot, settings: settings, previous: moments.last?.picture, now: at)
            let changes = PictureDifference.changes(from: moments.last?.picture, to: picture)
            moments.append(
                Moment(snapshot: fold.snapshot, picture: picture, lines: lines + changes.map(\.text)))
        }
    }
}
