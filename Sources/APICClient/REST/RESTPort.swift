public import Fabric
public import FoundationEssentials
public import Polling

/// The reading port of a fabric over its controllers' REST interface.
public struct RESTPort: Sendable {
    /// Performs ``Look/leafSummary(_:)``, ``Look/leafRoutes(_:_:)``, ``Look/fabric`` and
    /// ``Look/fabricConfiguration``, and tells events of the web socket.
    public let reading: ReadPort
    /// Reads and posts peer profiles. Only the change gate may have it.
    public let changes: APICChanges
    /// Posts whatever it is told to the object of a name; for tests that configure a simulated fabric.
    let post: @Sendable (_ name: String, _ body: [UInt8]) async throws(SourceError) -> [UInt8]
    /// Ends the session at the controller.
    public let close: @Sendable () async -> Void

    /// A port; nothing is contacted before the first look.
    ///
    /// - Parameters:
    ///   - leaves: which leaves are asked anew after a gap in the events.
    ///   - now: stamps the answers.
    ///   - keep: keeps the raw bytes of a routing table's page; such a page is gone from memory once it is read.
    public static func make(
        _ configuration: RESTConfiguration, leaves: [LeafID], now: @escaping @Sendable () -> Date,
        keep: @escaping @Sendable (Answer) async -> Evidence? = { _ in nil }
    ) -> RESTPort {
        let connection = RESTConnection(configuration, transport: HTTPTransport(configuration).transport)
        return make(connection, leaves: leaves, now: now, clock: .continuous(), keep: keep)
    }

    static func make(
        _ connection: RESTConnection, leaves: [LeafID], now: @escaping @Sendable () -> Date, clock: RESTClock,
        keep: @escaping @Sendable (Answer) async -> Evidence?
    ) -> RESTPort {
        let reader = RESTReader(
            connection: connection, directory: FabricDirectory(connection), now: now, keep: keep)
        let news: @Sendable () -> AsyncStream<PushedNews> = {
            AsyncStream { continuation in
                let subscriber = EventSubscriber(
                    connection, looks: leaves.map(Look.leafSummary), now: now, clock: clock, output: continuation)
                let task = Task {
                    await subscriber.run()
                    continuation.finish()
                }
                continuation.onTermination = { _ in task.cancel() }
            }
        }
        let isSubscribing = connection.configuration.subscribes
        return RESTPort(
            reading: ReadPort(perform: { await reader.perform($0) }, news: isSubscribing ? news : nil),
            changes: RESTChanger(connection: connection).changes,
            post: { name, body async throws(SourceError) in try await connection.post(body, to: name) },
            close: { await connection.close() })
    }
}
