import Fabric
import Foundation
import Simulator
import SimulatorServer
import Synchronization
import Testing

/// A served fabric whose time the test moves.
final class TestFabric: Sendable {
    let shared: SharedFabric
    let controllers: SimulatedControllers
    let server: APICServer
    let ports: [Int]
    let authority: String
    private let clock: TestTime

    /// Starts a fabric; `change` sets what the test wants other than usual.
    init(
        _ topology: Topology = .figure1, faults: [String] = [], change: (inout ControllerSettings) -> Void = { _ in }
    ) async throws {
        let time = TestTime()
        var settings = ControllerSettings(clock: { time.seconds })
        change(&settings)
        shared = SharedFabric(
            SimulatedFabric(topology: topology, seed: 3, schedule: try faults.map { try ScheduledFault(text: $0) }))
        controllers = try await SimulatedControllers(shared.state, settings)
        let identity = try TLSIdentity.made(names: ["localhost"], addresses: [[127, 0, 0, 1]])
        authority = try #require(identity.authority)
        server = try APICServer(controllers, APICServer.Listening(identity: identity), threads: 1)
        ports = try await server.start()
        clock = time
    }

    /// Lets time pass for the fabric and for the controllers, and has them look.
    func pass(_ seconds: Double) async {
        clock.pass(seconds)
        shared.with { $0.advance(to: $0.now + .milliseconds(Int64(seconds * 1000))) }
        await controllers.look()
    }

    func client(_ controller: Int = 1) -> TestClient { TestClient(port: ports[controller - 1], authority: authority) }

    /// A client that has logged in.
    func user(_ controller: Int = 1) async throws -> TestClient {
        var client = client(controller)
        try await client.login()
        return client
    }

    func stop() async { await server.stop() }
}

/// A clock that only the test moves.
final class TestTime: Sendable {
    private let value = Mutex(1000.0)

    var seconds: Double { value.withLock { $0 } }

    func pass(_ more: Double) { value.withLock { $0 += more } }
}
