import Fabric
import FoundationEssentials
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import NIOWebSocket
import Synchronization

/// Simulated controllers on the network: HTTPS and web sockets, one port for each controller.
public final class APICServer: Sendable {
    /// Where it listens and what it shows.
    public struct Listening: Sendable {
        /// The address, such as `127.0.0.1`.
        public var address: String
        /// The port of the first controller, the others follow; 0: free ones.
        public var port: Int
        /// The certificates.
        public var identity: TLSIdentity

        /// A place to listen.
        public init(address: String = "127.0.0.1", port: Int = 0, identity: TLSIdentity) {
            self.address = address
            self.port = port
            self.identity = identity
        }
    }

    /// The controllers that it serves.
    public let controllers: SimulatedControllers
    private let listening: Listening
    private let group: MultiThreadedEventLoopGroup
    private let contexts: TLSContexts
    private let listeners = Mutex<[Int: any Channel]>([:])
    private let chosen = Mutex<[Int: Int]>([:])
    private let open: OpenConnections

    /// A server that listens on nothing yet.
    ///
    /// - Throws: a ``TLSIdentity/IdentityError`` or what NIO throws for certificates.
    public init(_ controllers: SimulatedControllers, _ listening: Listening, threads: Int = 2) throws {
        self.controllers = controllers
        self.listening = listening
        group = MultiThreadedEventLoopGroup(numberOfThreads: threads)
        contexts = try TLSContexts(listening.identity)
        open = OpenConnections()
    }

    /// Begins to listen, a port for each controller; their numbers in order.
    ///
    /// - Throws: what the system says where a port cannot be had.
    public func start() async throws -> [Int] {
        for number in 1...controllers.settings.controllers {
            let port = listening.port == 0 ? 0 : listening.port + number - 1
            let channel = try await bind(number, port: port)
            chosen.withLock { $0[number] = channel.localAddress?.port ?? port }
        }
        controllers.reachability.withLock { slot in
            slot = { fault, isOn in self.make(fault, isOn) }
        }
        return ports
    }

    /// The ports of the controllers.
    public var ports: [Int] { chosen.withLock { ports in ports.keys.sorted().compactMap { ports[$0] } } }

    /// Stops listening and closes every connection.
    public func stop() async {
        controllers.reachability.withLock { $0 = nil }
        for channel in listeners.withLock({ Array($0.values) }) { try? await channel.close() }
        open.closeAll()
        try? await group.shutdownGracefully()
    }

    private func make(_ fault: ServerFault, _ isOn: Bool) {
        switch fault {
        case .wrongCertificate: contexts.isWrong.withLock { $0 = isOn }
        case .killController(let number):
            if isOn {
                let channel = listeners.withLock { $0.removeValue(forKey: number) }
                channel?.close(promise: nil)
                open.close(controller: number)
            } else if let port = chosen.withLock({ $0[number] }) {
                Task { _ = try? await self.bind(number, port: port) }
            }
        default: break
        }
    }

    private func bind(_ number: Int, port: Int) async throws -> any Channel {
        let bootstrap = ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: 256)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.socketOption(.tcp_nodelay), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try self.prepare(channel, controller: number) }
            }
        let channel = try await bootstrap.bind(host: listening.address, port: port).get()
        listeners.withLock { $0[number] = channel }
        return channel
    }

    /// The handlers of a connection: TLS, HTTP, and the way to a web socket.
    private func prepare(_ channel: any Channel, controller: Int) throws {
        open.add(channel, controller: controller)
        let controllers = controllers
        let upgrader = NIOWebSocketServerUpgrader(
            maxFrameSize: 1 << 20,
            shouldUpgrade: { channel, head in
                let isKnown = controllers.socketSession(head.uri, controller: controller) != nil
                return channel.eventLoop.makeSucceededFuture(isKnown ? [:] : nil)
            },
            upgradePipelineHandler: { channel, head in
                channel.eventLoop.makeCompletedFuture {
                    guard let session = controllers.socketSession(head.uri, controller: controller) else {
                        throw ChannelError.inputClosed
                    }
                    try channel.pipeline.syncOperations.addHandler(
                        WebSocketHandler(controllers, controller: controller, session: session))
                }
            })
        let pipeline = channel.pipeline.syncOperations
        try pipeline.addHandler(NIOSSLServerHandler(context: contexts.context))
        let handler = HTTPHandler(controllers, controller: controller)
        try pipeline.configureHTTPServerPipeline(
            withPipeliningAssistance: true,
            withServerUpgrade: (
                upgraders: [upgrader],
                completionHandler: { context in
                    context.pipeline.syncOperations.removeHandler(name: "http", promise: nil)
                }
            ), withErrorHandling: true)
        try pipeline.addHandler(handler, name: "http")
    }
}

/// The certificate that connections begin with, and another that nobody trusts.
final class TLSContexts: Sendable {
    let isWrong = Mutex(false)
    private let right: NIOSSLContext
    private let wrong: NIOSSLContext

    init(_ identity: TLSIdentity) throws {
        right = try identity.context()
        wrong = try TLSIdentity.made(names: ["wrong.example"], addresses: []).context()
    }

    var context: NIOSSLContext { isWrong.withLock { $0 } ? wrong : right }
}

/// The connections that stand, so that a controller that is switched off takes its own with it.
final class OpenConnections: Sendable {
    private let channels = Mutex<[ObjectIdentifier: (channel: any Channel, controller: Int)]>([:])

    func add(_ channel: any Channel, controller: Int) {
        let key = ObjectIdentifier(channel)
        channels.withLock { $0[key] = (channel, controller) }
        channel.closeFuture.whenComplete { [self] _ in channels.withLock { $0[key] = nil } }
    }

    func close(controller: Int) {
        for (channel, number) in channels.withLock({ Array($0.values) }) where number == controller {
            channel.close(promise: nil)
        }
    }

    func closeAll() {
        for (channel, _) in channels.withLock({ Array($0.values) }) { channel.close(promise: nil) }
    }
}
