import Fabric
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import NIOWebSocket

/// A web socket to a controller: text frames in, pings out.
final class EventSocket: Sendable {
    enum Heard: Sendable {
        /// A whole text message.
        case message([UInt8])
        /// A pong or another sign of life.
        case life
        /// It ended.
        case closed(String)
    }

    private let channel: any Channel
    /// What comes; it finishes with the socket.
    let heard: AsyncStream<Heard>

    private init(channel: any Channel, heard: AsyncStream<Heard>) {
        self.channel = channel
        self.heard = heard
    }

    /// Opens `wss://CONTROLLER/socketTOKEN` (aci.md 2.7).
    ///
    /// - Throws: ``RESTBroken``; the token is never part of it.
    static func open(
        _ controller: RESTController, token: Secret, tls: TLSConfiguration, pins: [String]?, cookies: String?
    ) async throws(RESTBroken) -> EventSocket {
        let (stream, continuation) = AsyncStream.makeStream(of: Heard.self, bufferingPolicy: .bufferingOldest(100_000))
        do {
            let context = try NIOSSLContext(configuration: tls)
            let upgraded = MultiThreadedEventLoopGroup.singleton.next().makePromise(of: Void.self)
            let bootstrap = ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .connectTimeout(.seconds(5))
                .channelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        let handler = try tlsHandler(context, controller, pins)
                        try channel.pipeline.syncOperations.addHandler(handler)
                        try upgrade(channel, controller, token, cookies, continuation, upgraded)
                    }
                }
            let channel = try await bootstrap.connect(host: controller.host, port: controller.port).get()
            let timeout = channel.eventLoop.scheduleTask(in: .seconds(10)) {
                upgraded.fail(RESTBroken(kind: .timedOut, cause: "\(controller): no web socket within 10 s"))
            }
            defer { timeout.cancel() }
            do {
                try await upgraded.futureResult.get()
            } catch {
                channel.close(promise: nil)
                throw error
            }
            return EventSocket(channel: channel, heard: stream)
        } catch let broken as RESTBroken {
            throw broken
        } catch {
            throw RESTBroken(kind: .unreachable, cause: "\(controller): \(HTTPTransport.words(error))")
        }
    }

    private static func tlsHandler(
        _ context: NIOSSLContext, _ controller: RESTController, _ pins: [String]?
    ) throws -> NIOSSLClientHandler {
        let name = TLSTrust.serverName(controller)
        guard let pins else { return try NIOSSLClientHandler(context: context, serverHostname: name) }
        return try NIOSSLClientHandler(
            context: context, serverHostname: name,
            customVerificationCallback: { chain, verdict in
                verdict.succeed(TLSTrust.isPinned(chain.first, pins) ? .certificateVerified : .failed)
            })
    }

    private static func upgrade(
        _ channel: any Channel, _ controller: RESTController, _ token: Secret, _ cookies: String?,
        _ continuation: AsyncStream<Heard>.Continuation, _ upgraded: EventLoopPromise<Void>
    ) throws {
        let upgrader = NIOWebSocketClientUpgrader(
            maxFrameSize: 16 << 20,
            upgradePipelineHandler: { channel, _ in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandlers(
                        NIOWebSocketFrameAggregator(
                            minNonFinalFragmentSize: 0, maxAccumulatedFrameCount: 10_000,
                            maxAccumulatedFrameSize: 64 << 20),
                        FrameHandler(continuation))
                }
            })
        let request = UpgradeRequest(
            path: "/socket\(token.text)", host: controller.authority, cookies: cookies, upgraded: upgraded)
        let bound = NIOLoopBound(request, eventLoop: channel.eventLoop)
        let configuration: NIOHTTPClientUpgradeSendableConfiguration = (
            upgraders: [upgrader],
            completionHandler: { context in
                upgraded.succeed()
                context.pipeline.syncOperations.removeHandler(bound.value, promise: nil)
            }
        )
        try channel.pipeline.syncOperations.addHTTPClientHandlers(withClientUpgrade: configuration)
        try channel.pipeline.syncOperations.addHandler(request)
    }

    /// Asks for a sign of life.
    func ping() {
        let frame = WebSocketFrame(fin: true, opcode: .ping, maskKey: .random(), data: ByteBuffer())
        channel.writeAndFlush(frame, promise: nil)
    }

    /// Ends it.
    func close() { channel.close(promise: nil) }
}

/// Sends the request that asks for the upgrade, and tells when it is refused.
private final class UpgradeRequest: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPClientResponsePart
    typealias OutboundOut = HTTPClientRequestPart

    private let path: String
    private let host: String
    private let cookies: String?
    private let upgraded: EventLoopPromise<Void>

    init(path: String, host: String, cookies: String?, upgraded: EventLoopPromise<Void>) {
        self.path = path
        self.host = host
        self.cookies = cookies
        self.upgraded = upgraded
    }

    func channelActive(context: ChannelHandlerContext) {
        var headers = HTTPHeaders([("Host", host), ("Content-Length", "0")])
        if let cookies { headers.add(name: "Cookie", value: cookies) }
        context.write(
            wrapOutboundOut(.head(HTTPRequestHead(version: .http1_1, method: .GET, uri: path, headers: headers))),
            promise: nil)
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        context.fireChannelActive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if case .head(let head) = unwrapInboundIn(data) {
            upgraded.fail(
                RESTBroken(kind: .unreachable, cause: "the web socket was refused: HTTP \(head.status.code)"))
            context.close(promise: nil)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        upgraded.fail(error)
        context.close(promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        upgraded.fail(RESTBroken(kind: .unreachable, cause: "the connection ended before there was a web socket"))
        context.fireChannelInactive()
    }
}

/// Hands over messages, answers pings.
private final class FrameHandler: ChannelInboundHandler {
    typealias InboundIn = WebSocketFrame
    typealias OutboundOut = WebSocketFrame

    private let continuation: AsyncStream<EventSocket.Heard>.Continuation

    init(_ continuation: AsyncStream<EventSocket.Heard>.Continuation) { self.continuation = continuation }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let frame = unwrapInboundIn(data)
        var payload = frame.unmaskedData
        switch frame.opcode {
        case .text, .binary: continuation.yield(.message(payload.readBytes(length: payload.readableBytes) ?? []))
        case .ping:
            let pong = WebSocketFrame(fin: true, opcode: .pong, maskKey: .random(), data: payload)
            context.writeAndFlush(wrapOutboundOut(pong), promise: nil)
            continuation.yield(.life)
        case .connectionClose: context.close(promise: nil)
        default: continuation.yield(.life)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        continuation.yield(.closed(HTTPTransport.words(error)))
        context.close(promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        continuation.yield(.closed("the web socket was closed"))
        continuation.finish()
        context.fireChannelInactive()
    }
}
