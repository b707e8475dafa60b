import Crypto
import Fabric
import NIOCore
import NIOPosix
import NIOSSL

/// Makes the TLS configuration that proves a controller. Each way verifies; there is none that does not.
enum TLSTrust {
    /// The configuration for one controller. A pin costs one handshake: it compares the fingerprint of what the
    /// controller shows, and what it showed is then all that is trusted; each connection's certificate is compared
    /// again before anything is sent (``isPinned(_:_:)``).
    static func configuration(
        _ configuration: RESTConfiguration, for controller: RESTController
    ) async throws(RESTBroken) -> TLSConfiguration {
        var tls = TLSConfiguration.makeClientConfiguration()
        tls.minimumTLSVersion = .tlsv12
        tls.certificateVerification = .fullVerification
        switch configuration.trust {
        case .system: break
        case .authorities(let path): tls.trustRoots = .file(path)
        case .pins(let pins):
            tls.trustRoots = .certificates(try await pinned(pins, controller))
            // The certificate itself is the proof: the fabric's own names no host (aci.md 2.8).
            tls.certificateVerification = .noHostnameVerification
        }
        do {
            if let (certificate, key) = configuration.clientCertificate {
                tls.certificateChain = try NIOSSLCertificate.fromPEMFile(certificate).map { .certificate($0) }
                tls.privateKey = .privateKey(try NIOSSLPrivateKey(file: key, format: .pem))
            }
        } catch {
            throw RESTBroken(kind: .untrusted, cause: "the console's own certificate or key cannot be read")
        }
        return tls
    }

    /// The SHA-256 of a certificate, in lower-case hexadecimal digits.
    static func fingerprint(_ certificate: NIOSSLCertificate) -> String? {
        guard let bytes = try? certificate.toDERBytes() else { return nil }
        return SHA256.hash(data: bytes).map { byte in
            let text = String(byte, radix: 16)
            return text.count == 1 ? "0" + text : text
        }.joined()
    }

    private static func pinned(
        _ pins: [String], _ controller: RESTController
    ) async throws(RESTBroken) -> [NIOSSLCertificate] {
        let shown = try await shownChain(of: controller)
        guard let found = shown.first.flatMap(fingerprint) else {
            throw RESTBroken(kind: .untrusted, cause: "\(controller): its certificate cannot be read")
        }
        guard pins.contains(found) else {
            throw RESTBroken(
                kind: .untrusted,
                cause: "\(controller): its certificate has the SHA-256 \(found), which is none of the pins")
        }
        return shown
    }

    /// Whether a certificate is one of those that are pinned.
    static func isPinned(_ certificate: NIOSSLCertificate?, _ pins: [String]) -> Bool {
        certificate.flatMap(fingerprint).map(pins.contains) ?? false
    }

    /// The certificates that a controller shows in one handshake, its own first; nothing is sent over it.
    private static func shownChain(of controller: RESTController) async throws(RESTBroken) -> [NIOSSLCertificate] {
        let group = MultiThreadedEventLoopGroup.singleton
        let seen = group.next().makePromise(of: [NIOSSLCertificate].self)
        do {
            let context = try NIOSSLContext(configuration: .makeClientConfiguration())
            let bootstrap = ClientBootstrap(group: group).connectTimeout(.seconds(5)).channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    // The chain is looked at and the handshake then refused: this connection carries no request.
                    let handler = try NIOSSLClientHandler(
                        context: context, serverHostname: serverName(controller),
                        customVerificationCallback: { chain, verdict in
                            seen.succeed(chain)
                            verdict.succeed(.failed)
                        })
                    try channel.pipeline.syncOperations.addHandlers(handler, FailureHandler(seen))
                }
            }
            let channel = try await bootstrap.connect(host: controller.host, port: controller.port).get()
            let timeout = channel.eventLoop.scheduleTask(in: .seconds(10)) {
                seen.fail(RESTBroken(kind: .timedOut, cause: "\(controller): no TLS handshake within 10 s"))
            }
            defer {
                timeout.cancel()
                channel.close(promise: nil)
            }
            return try await seen.futureResult.get()
        } catch let broken as RESTBroken {
            throw broken
        } catch {
            seen.fail(error)
            throw RESTBroken(kind: .unreachable, cause: "\(controller): \(HTTPTransport.words(error))")
        }
    }

    /// The name for the handshake; addresses have none (RFC 6066 section 3).
    static func serverName(_ controller: RESTController) -> String? {
        IPAddress(controller.host) == nil ? controller.host : nil
    }
}

/// Ends the waiting for a certificate when the connection ends before one was shown.
private final class FailureHandler: ChannelInboundHandler, Sendable {
    typealias InboundIn = NIOAny

    private let seen: EventLoopPromise<[NIOSSLCertificate]>

    init(_ seen: EventLoopPromise<[NIOSSLCertificate]>) { self.seen = seen }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        seen.fail(error)
        context.close(promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        seen.fail(RESTBroken(kind: .unreachable, cause: "it closed the connection before it showed a certificate"))
        context.fireChannelInactive()
    }
}
