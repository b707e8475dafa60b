import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import NIOWebSocket
import Testing

/// A client that knows HTTP and TLS and nothing of the server's code.
struct TestClient: Sendable {
    /// What came back.
    struct Reply: Sendable {
        var status: Int
        var headers: [String: String]
        var body: Data
        /// Whether the connection ended before the promised length.
        var isCut: Bool

        var text: String { String(decoding: body, as: UTF8.self) }

        func json() throws -> [String: Any] {
            try #require(try JSONSerialization.jsonObject(with: body) as? [String: Any])
        }

        /// The objects with their classes.
        func objects() throws -> [(name: String, attributes: [String: String], children: [[String: Any]])] {
            try (json()["imdata"] as? [[String: Any]] ?? []).map { try TestClient.object($0) }
        }

        var total: String? { try? json()["totalCount"] as? String }
    }

    static func object(
        _ wrapped: [String: Any]
    ) throws -> (name: String, attributes: [String: String], children: [[String: Any]]) {
        let (name, content) = try #require(wrapped.first)
        let members = try #require(content as? [String: Any])
        return (
            name, members["attributes"] as? [String: String] ?? [:], members["children"] as? [[String: Any]] ?? []
        )
    }

    let port: Int
    /// The authority in PEM; the only trust root.
    let authority: String
    var token: String?
    var cookies: [String: String] = [:]

    private func tls() throws -> NIOSSLClientHandler {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.trustRoots = .certificates(try NIOSSLCertificate.fromPEMBytes(Array(authority.utf8)))
        return try NIOSSLClientHandler(
            context: try NIOSSLContext(configuration: configuration), serverHostname: "localhost")
    }

    private var cookieHeader: String? {
        var all = cookies
        if let token { all["APIC-cookie"] = token }
        return all.isEmpty ? nil : all.map { "\($0.key)=\($0.value)" }.joined(separator: "; ")
    }

    /// Sends a request on a connection of its own.
    func send(_ method: HTTPMethod, _ uri: String, _ body: String? = nil) async throws -> Reply {
        let loop = MultiThreadedEventLoopGroup.singleton.any()
        let handler = try NIOLoopBoundBox.makeBoxSendingValue(tls(), eventLoop: loop)
        let promise = loop.makePromise(of: Reply.self)
        let connected = ClientBootstrap(group: loop)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    try pipeline.addHandler(handler.value)
                    try pipeline.addHTTPClientHandlers()
                    try pipeline.addHandler(ReplyHandler(promise))
                }
            }.connect(host: "127.0.0.1", port: port)
        connected.cascadeFailure(to: promise)
        let channel = try await connected.get()
        var head = HTTPRequestHead(version: .http1_1, method: method, uri: uri)
        head.headers.add(name: "Host", value: "localhost")
        head.headers.add(name: "Connection", value: "close")
        if let cookieHeader { head.headers.add(name: "Cookie", value: cookieHeader) }
        if let body { head.headers.add(name: "Content-Length", value: "\(body.utf8.count)") }
        channel.write(HTTPClientRequestPart.head(head)).cascadeFailure(to: promise)
        if let body { channel.write(HTTPClientRequestPart.body(.byteBuffer(ByteBuffer(string: body))), promise: nil) }
        channel.writeAndFlush(HTTPClientRequestPart.end(nil), promise: nil)
        let reply = try await promise.futureResult.get()
        try? await channel.close()
        return reply
    }

    func get(_ uri: String) async throws -> Reply { try await send(.GET, uri) }

    /// Logs in and keeps the token.
    mutating func login(_ user: String = "admin", _ password: String = "cisco") async throws {
        let reply = try await send(
            .POST, "/api/aaaLogin.json", "{\"aaaUser\":{\"attributes\":{\"name\":\"\(user)\",\"pwd\":\"\(password)\"}}}"
        )
        #expect(reply.status == 200)
        token = try #require(try reply.objects().first?.attributes["token"])
    }

    /// Opens the web socket of the token; its texts.
    func socket() async throws -> TestSocket {
        let loop = MultiThreadedEventLoopGroup.singleton.any()
        let (texts, continuation) = AsyncStream.makeStream(of: String.self)
        let uri = "/socket\(token ?? "")"
        let handler = try NIOLoopBoundBox.makeBoxSendingValue(tls(), eventLoop: loop)
        let isOpen = loop.makePromise(of: Void.self)
        let connected = ClientBootstrap(group: loop)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let upgrader = NIOWebSocketClientUpgrader(upgradePipelineHandler: { channel, _ in
                        channel.eventLoop.makeCompletedFuture {
                            try channel.pipeline.syncOperations.addHandler(FrameHandler(continuation))
                            isOpen.succeed(())
                        }
                    })
                    let pipeline = channel.pipeline.syncOperations
                    try pipeline.addHandler(handler.value)
                    let refusal = RefusalHandler(isOpen)
                    try pipeline.addHTTPClientHandlers(
                        withClientUpgrade: (
                            upgraders: [upgrader],
                            completionHandler: { context in
                                context.pipeline.syncOperations.removeHandler(name: "refusal", promise: nil)
                            }
                        ))
                    try pipeline.addHandler(refusal, name: "refusal")
                }
            }.connect(host: "127.0.0.1", port: port)
        connected.cascadeFailure(to: isOpen)
        let channel = try await connected.get()
        var head = HTTPRequestHead(version: .http1_1, method: .GET, uri: uri)
        head.headers.add(name: "Host", value: "localhost")
        channel.write(HTTPClientRequestPart.head(head), promise: nil)
        channel.writeAndFlush(HTTPClientRequestPart.end(nil), promise: nil)
        try await isOpen.futureResult.get()
        return TestSocket(channel: channel, texts: texts)
    }
}

/// An open web socket.
final class TestSocket: Sendable {
    let channel: any Channel
    let texts: AsyncStream<String>

    init(channel: any Channel, texts: AsyncStream<String>) {
        self.channel = channel
        self.texts = texts
    }

    var isOpen: Bool { channel.isActive }

    /// The next text, nil where none comes in time.
    func next(within seconds: Double = 5) async -> String? {
        await withTaskGroup(of: String?.self) { group in
            group.addTask { [texts] in
                for await text in texts { return text }
                return nil
            }
            group.addTask {
                try? await Task.sleep(for: .seconds(seconds))
                return nil
            }
            let first = await group.next() ?? nil
            group.cancelAll()
            return first
        }
    }

    func close() async { try? await channel.close() }
}

private final class ReplyHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPClientResponsePart
    private let promise: EventLoopPromise<TestClient.Reply>
    private var reply = TestClient.Reply(status: 0, headers: [:], body: Data(), isCut: true)
    private var isDone = false

    init(_ promise: EventLoopPromise<TestClient.Reply>) { self.promise = promise }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            reply.status = Int(head.status.code)
            for header in head.headers { reply.headers[header.name.lowercased()] = header.value }
        case .body(let part): reply.body.append(contentsOf: part.readableBytesView)
        case .end:
            reply.isCut = false
            finish(nil)
        }
    }

    private func finish(_ error: (any Error)?) {
        guard !isDone else { return }
        isDone = true
        if reply.status == 0, let error { promise.fail(error) } else { promise.succeed(reply) }
    }

    func channelInactive(context: ChannelHandlerContext) { finish(ChannelError.eof) }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        finish(error)
        context.close(promise: nil)
    }
}

private final class FrameHandler: ChannelInboundHandler {
    typealias InboundIn = WebSocketFrame
    private let continuation: AsyncStream<String>.Continuation

    init(_ continuation: AsyncStream<String>.Continuation) { self.continuation = continuation }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let frame = unwrapInboundIn(data)
        if frame.opcode == .text { continuation.yield(String(buffer: frame.unmaskedData)) }
    }

    func channelInactive(context: ChannelHandlerContext) { continuation.finish() }
}

private final class RefusalHandler: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPClientResponsePart
    private let promise: EventLoopPromise<Void>

    init(_ promise: EventLoopPromise<Void>) { self.promise = promise }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if case .head = unwrapInboundIn(data) { promise.fail(ChannelError.inputClosed) }
    }

    func channelInactive(context: ChannelHandlerContext) { promise.fail(ChannelError.eof) }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { promise.fail(error) }
}
