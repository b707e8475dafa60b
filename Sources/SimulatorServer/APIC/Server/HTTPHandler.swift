import NIOCore
import NIOHTTP1

/// Gathers a request, has it answered beside the event loop, and writes the answer.
final class HTTPHandler: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private let controllers: SimulatedControllers
    private let controller: Int
    private var head: HTTPRequestHead?
    private var body: [UInt8] = []
    private var isTooLarge = false

    init(_ controllers: SimulatedControllers, controller: Int) {
        self.controllers = controllers
        self.controller = controller
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            self.head = head
            body = []
            isTooLarge = false
        case .body(let part):
            // What is too large is refused when it ends, and not kept.
            isTooLarge = isTooLarge || body.count + part.readableBytes > controllers.settings.bodyLimit
            if !isTooLarge { body.append(contentsOf: part.readableBytesView) }
        case .end:
            guard let head else { return }
            self.head = nil
            answer(head, context.channel)
        }
    }

    private func answer(_ head: HTTPRequestHead, _ channel: any Channel) {
        var request = ServerRequest(
            controller: controller, method: head.method.rawValue, uri: head.uri,
            cookies: HTTPHandler.cookies(head.headers["cookie"]), body: body)
        if isTooLarge { request.body = [UInt8](repeating: 0, count: controllers.settings.bodyLimit + 1) }
        body = []
        let controllers = controllers
        let isKept = head.isKeepAlive
        let sent = request
        Task {
            let response = await controllers.respond(to: sent)
            // One that was switched off does not answer on what has not been closed yet.
            guard controllers.isOn(sent.controller) else { return channel.close(promise: nil) }
            if response.delay > 0 { try? await Task.sleep(for: .seconds(response.delay)) }
            HTTPHandler.write(response, keepAlive: isKept, to: channel)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

    /// The cookies of a request by their names in lower case.
    private static func cookies(_ headers: [String]) -> [String: String] {
        var cookies: [String: String] = [:]
        for part in headers.flatMap({ $0.split(separator: ";") }) {
            let pair = part.split(separator: "=", maxSplits: 1)
            guard pair.count == 2 else { continue }
            var value = String(pair[1]).trimmed
            if value.utf8.count > 1, value.hasPrefix("\""), value.hasSuffix("\"") {
                value = String(value.dropFirst().dropLast())
            }
            cookies[String(pair[0]).trimmed.lowercased()] = value
        }
        return cookies
    }

    /// The pieces in which a body goes out.
    private static let chunk = 1 << 20

    private static func write(_ response: ServerResponse, keepAlive: Bool, to channel: any Channel) {
        // An answer may be ready when the server has stopped.
        guard channel.isActive else { return }
        var body = response.body
        var head = HTTPResponseHead(
            version: .http1_1, status: HTTPResponseStatus(statusCode: response.status))
        head.headers.add(name: "Server", value: "Cisco APIC")
        head.headers.add(name: "Content-Type", value: response.isHTML ? "text/html" : "application/json")
        head.headers.add(name: "Content-Length", value: "\(body.readableBytes)")
        head.headers.add(name: "Cache-Control", value: "no-cache=\"Set-Cookie, Set-Cookie2\"")
        if let cookie = response.cookie { head.headers.add(name: "Set-Cookie", value: cookie) }
        if !keepAlive { head.headers.add(name: "Connection", value: "close") }
        var isCut = false
        if case .cut(let count) = response.ending {
            isCut = true
            body = body.getSlice(at: body.readerIndex, length: min(count, body.readableBytes)) ?? body
        }
        channel.write(HTTPServerResponsePart.head(head), promise: nil)
        while body.readableBytes > 0 {
            let count = min(chunk, body.readableBytes)
            guard let piece = body.readSlice(length: count) else { break }
            channel.writeAndFlush(HTTPServerResponsePart.body(.byteBuffer(piece)), promise: nil)
        }
        guard !isCut else {
            channel.flush()
            channel.eventLoop.scheduleTask(in: .milliseconds(50)) { channel.close(promise: nil) }
            return
        }
        guard !keepAlive else { return channel.writeAndFlush(HTTPServerResponsePart.end(nil), promise: nil) }
        channel.writeAndFlush(HTTPServerResponsePart.end(nil)).whenComplete { _ in channel.close(promise: nil) }
    }
}
