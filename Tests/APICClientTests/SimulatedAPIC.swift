import Fabric
import FoundationEssentials
import Polling
import Simulator
import SimulatorServer
import Synchronization

@testable import APICClient

/// A simulated cluster of controllers on loopback, and a client of it.
struct SimulatedAPIC: Sendable {
    let shared: SharedFabric
    let controllers: SimulatedControllers
    let server: APICServer
    let identity: TLSIdentity
    let configuration: RESTConfiguration
    let leaves: [LeafID]

    struct Missing: Error {}

    /// Begins to serve a fabric; `configure` changes the server's settings, `client` the client's.
    static func start(
        _ topology: Topology = .figure1, controllers count: Int = 1,
        configure: (inout ControllerSettings) -> Void = { _ in },
        client: (inout RESTConfiguration) -> Void = { _ in }
    ) async throws -> SimulatedAPIC {
        let shared = SharedFabric(SimulatedFabric(topology: topology, seed: 1, epoch: Date()))
        var settings = ControllerSettings(controllers: count)
        configure(&settings)
        let controllers = try await SimulatedControllers(shared.state, settings)
        let identity = try TLSIdentity.made(names: ["localhost"], addresses: [[127, 0, 0, 1]])
        let server = try APICServer(controllers, APICServer.Listening(identity: identity))
        let ports = try await server.start()
        var configuration = RESTConfiguration(
            controllers: ports.map { RESTController(host: "127.0.0.1", port: $0) }, user: "admin",
            credential: .password { () throws(SourceError) in Secret("cisco") }, trust: .pins([identity.pin]),
            vrf: topology.vrf, requestsPerSecond: 40, timeout: .seconds(40), subscribes: false)
        client(&configuration)
        return SimulatedAPIC(
            shared: shared, controllers: controllers, server: server, identity: identity,
            configuration: configuration, leaves: topology.leaves.map(\.id))
    }

    /// The client's port.
    func port() -> RESTPort { RESTPort.make(configuration, leaves: leaves, now: { Date() }) }

    /// A port that does not wait out the throttle's pauses: its clock jumps over them.
    func hastyPort() -> RESTPort {
        let jumped = Jumped()
        let clock = RESTClock.continuous()
        let hasty = RESTClock(
            now: { clock.now() + jumped.total.withLock { $0 } },
            sleep: { time in
                // The wait for a refresh is a real one.
                if time > .seconds(70) { return try await clock.sleep(time) }
                jumped.total.withLock { $0 += time }
                try await clock.sleep(.milliseconds(5))
            })
        let connection = RESTConnection(
            configuration, transport: HTTPTransport(configuration).transport, clock: hasty)
        return RESTPort.make(connection, leaves: leaves, now: { Date() }, clock: hasty, keep: { _ in nil })
    }

    private final class Jumped: Sendable {
        let total = Mutex(Duration.zero)
    }

    /// Runs a body with a client, then ends both.
    func with(isHasty: Bool = false, _ body: (RESTPort) async throws -> Void) async throws {
        let port = isHasty ? hastyPort() : port()
        do {
            try await body(port)
        } catch {
            await stop(port)
            throw error
        }
        await stop(port)
    }

    private func stop(_ port: RESTPort) async {
        await port.close()
        await server.stop()
    }

    /// What a text command prints on the same fabric.
    func text(_ line: String) -> [UInt8] {
        Array(shared.with { $0.run(line, on: .controller).output }.utf8)
    }
}
