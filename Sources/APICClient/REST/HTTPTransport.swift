import AsyncHTTPClient
import Children
import Fabric
import Formats
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Sends requests with async-http-client: one pool of connections for each controller.
actor HTTPTransport {
    private let configuration: RESTConfiguration
    private var clients: [Int: PooledClient] = [:]
    private var making: [Int: Task<Result<PooledClient, RESTBroken>, Never>] = [:]
    private nonisolated let rooms: AnswerRooms

    init(_ configuration: RESTConfiguration) {
        self.configuration = configuration
        rooms = AnswerRooms(limit: configuration.inFlight)
    }

    /// The transport as closures.
    nonisolated var transport: RESTTransport {
        RESTTransport(
            send: { controller, call async throws(RESTBroken) in try await self.send(call, to: controller) },
            forget: { await self.forget($0) },
            giveBack: { [rooms] in rooms.giveBack($0) },
            beginTable: { [rooms] in rooms.begin() }, endTable: { [rooms] in rooms.end() })
    }

    private func forget(_ controller: Int) { clients[controller] = nil }

    private func client(of number: Int) async throws(RESTBroken) -> PooledClient {
        if let client = clients[number] { return client }
        let task =
            making[number]
            ?? Task { [configuration] in
                do throws(RESTBroken) {
                    let tls = try await TLSTrust.configuration(configuration, for: configuration.controllers[number])
                    return .success(PooledClient(tls, configuration))
                } catch {
                    return .failure(error)
                }
            }
        making[number] = task
        let made = await task.value
        making[number] = nil
        let client = try made.get()
        clients[number] = clients[number] ?? client
        return clients[number] ?? client
    }

    private nonisolated func send(_ call: RESTCall, to number: Int) async throws(RESTBroken) -> RESTReply {
        let client = try await client(of: number)
        let controller = configuration.controllers[number]
        do {
            var request = try HTTPClient.Request(
                url: "https://\(controller.authority)\(call.path)", method: .RAW(value: call.method))
            for (name, value) in call.headers { request.headers.add(name: name, value: value) }
            if !call.body.isEmpty { request.body = .byteBuffer(ByteBuffer(bytes: call.body)) }
            let deadline = NIODeadline.now() + .nanoseconds(Int64(call.timeout.seconds * 1e9))
            let task = client.http.execute(request: request, delegate: AnswerBody(rooms: rooms), deadline: deadline)
            return try await withTaskCancellationHandler {
                try await task.get()
            } onCancel: {
                task.cancel()
            }
        } catch let broken as RESTBroken {
            throw broken
        } catch {
            throw HTTPTransport.broken(error, controller)
        }
    }

    private static func broken(_ error: any Error, _ controller: RESTController) -> RESTBroken {
        let text = words(error)
        let kind: RESTBroken.Kind
        switch error {
        case is CancellationError: kind = .cancelled
        case let error as HTTPClientError where error == .cancelled: kind = .cancelled
        case let error where isCut(error): kind = .cut
        case is NIOSSLError, is NIOSSLExtraError: kind = .untrusted
        default:
            if let error = error as? HTTPClientError, isTimeout(error) {
                kind = .timedOut
            } else {
                let isTLS = ["CERTIFICATE", "handshake", "SSL", "TLS"].contains { text.contains($0) }
                kind = isTLS ? .untrusted : .unreachable
            }
        }
        return RESTBroken(kind: kind, cause: "\(controller): \(text)")
    }

    private static func isTimeout(_ error: HTTPClientError) -> Bool {
        [.deadlineExceeded, .readTimeout, .connectTimeout, .getConnectionFromPoolTimeout, .writeTimeout].contains(error)
    }

    private static func isCut(_ error: any Error) -> Bool {
        if let error = error as? HTTPClientError { return error == .remoteConnectionClosed }
        if let error = error as? IOError { return error.errnoCode == ECONNRESET || error.errnoCode == EPIPE }
        return error as? HTTPParserError == .invalidEOFState || (error as? NIOSSLError) == .uncleanShutdown
    }

    /// An error in a person's words, one line.
    static func words(_ error: any Error) -> String {
        if let error = error as? NIOConnectionError, let first = error.connectionErrors.first {
            return words(first.error)
        }
        if let error = error as? IOError { return Sanitised.summary(error.description.utf8) }
        let text = Sanitised.summary("\(error)".utf8)
        return text.contains("CERTIFICATE_VERIFY_FAILED")
            ? "its certificate is not proved by what is trusted (CERTIFICATE_VERIFY_FAILED)" : text
    }
}

extension RESTController {
    /// Host and port as a URL and a Host header have them.
    var authority: String { (host.contains(":") ? "[\(host)]" : host) + ":\(port)" }
}

/// A client that is shut down with the value that made it.
private final class PooledClient: Sendable {
    let http: HTTPClient

    init(_ tls: TLSConfiguration, _ configuration: RESTConfiguration) {
        var settings = HTTPClient.Configuration(
            tlsConfiguration: tls, redirectConfiguration: .disallow,
            timeout: .init(connect: .seconds(5), read: .seconds(90)))
        settings.httpVersion = .http1Only
        settings.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = configuration.inFlight
        settings.connectionPool.retryConnectionEstablishment = false
        if case .pins(let pins) = configuration.trust {
            // The one place where a connection can be looked at between its handshake and its first request.
            settings.http1_1ConnectionDebugInitializer = { channel in
                channel.nioSSL_peerCertificate().flatMapThrowing { certificate in
                    guard TLSTrust.isPinned(certificate, pins) else {
                        channel.close(promise: nil)
                        throw RESTBroken(kind: .untrusted, cause: "a certificate that is not pinned was shown")
                    }
                }
            }
        }
        http = HTTPClient(eventLoopGroup: MultiThreadedEventLoopGroup.singleton, configuration: settings)
    }

    deinit { http.shutdown { _ in } }
}
