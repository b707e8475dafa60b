public import Children
public import FoundationEssentials
public import Polling

/// The reading port of the fabric's leaves.
public enum APICPort {
    /// A port that performs ``Look/leafSummary(_:)`` and ``Look/leafRoutes(_:_:)``; `now` stamps the answers.
    ///
    /// A leaf with an address of its own is asked there, any other through the controllers (`fabric 203 show …`), the
    /// one that answered last first. Where a device does not take a command, a session with its prompt is opened, and
    /// that is remembered. An answer's command is the one that was given.
    public static func read(
        _ configuration: APICConfiguration, children: ChildRunner, now: @escaping @Sendable () -> Date
    ) -> ReadPort {
        let reader = LeafReader(
            configuration: configuration, children: children, doors: LeafDoors(configuration), now: now)
        return ReadPort { look in await reader.perform(look) }
    }
}
