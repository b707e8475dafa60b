import NIOCore
import NIOWebSocket
import Synchronization

/// A client's web socket: events go out, pings are answered, what a client says is ignored.
final class WebSocketHandler: ChannelInboundHandler {
    typealias InboundIn = WebSocketFrame
    typealias OutboundOut = WebSocketFrame

    private let controllers: SimulatedControllers
    private let controller: Int
    private let session: String
    private var number: Int?

    init(_ controllers: SimulatedControllers, controller: Int, session: String) {
        self.controllers = controllers
        self.controller = controller
        self.session = session
    }

    func handlerAdded(context: ChannelHandlerContext) {
        let channel = context.channel
        number = controllers.socketOpened(
            session, controller: controller,
            send: { text in
                channel.writeAndFlush(
                    WebSocketFrame(fin: true, opcode: .text, data: ByteBuffer(string: text)), promise: nil)
            }, close: { channel.close(promise: nil) })
    }

    func channelInactive(context: ChannelHandlerContext) {
        if let number { controllers.socketClosed(session, controller: controller, number: number) }
        context.fireChannelInactive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let frame = unwrapInboundIn(data)
        // A dead socket answers nothing, and stays open.
        guard !controllers.serverFaults.contains(.deadSocket) else { return }
        switch frame.opcode {
        case .ping:
            let reply = WebSocketFrame(fin: true, opcode: .pong, data: frame.unmaskedData)
            context.writeAndFlush(wrapOutboundOut(reply), promise: nil)
        case .connectionClose:
            let reply = WebSocketFrame(fin: true, opcode: .connectionClose, data: frame.unmaskedData)
            let channel = context.channel
            context.writeAndFlush(wrapOutboundOut(reply)).whenComplete { _ in channel.close(promise: nil) }
        default: break
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}

extension SimulatedControllers {
    /// The session of the token in `/socket<token>`, as it is or percent-encoded.
    func socketSession(_ uri: String, controller: Int) -> String? {
        let path = uri.prefix { $0 != "?" }
        guard path.hasPrefix("/socket") else { return nil }
        let raw = String(path.dropFirst(7))
        let now = settings.clock()
        return cluster.withLock { state in
            guard state.controllers.indices.contains(controller - 1) else { return nil }
            let sessions = state.controllers[controller - 1].sessions
            return
                (sessions.session(raw, at: now)
                ?? RequestTarget.decoded(raw[...]).flatMap { sessions.session($0, at: now) })?
                .id
        }
    }

    func socketOpened(
        _ session: String, controller: Int, send: @escaping @Sendable (String) -> Void,
        close: @escaping @Sendable () -> Void
    ) -> Int {
        cluster.withLock { state in
            state.counters.sockets += 1
            return state.controllers[controller - 1].subscriptions.open(session, send: send, close: close)
        }
    }

    func socketClosed(_ session: String, controller: Int, number: Int) {
        cluster.withLock { $0.controllers[controller - 1].subscriptions.closed(session, number: number) }
    }
}
