import AsyncHTTPClient
import Fabric
import FoundationEssentials
import NIOCore
import NIOHTTP1
import NIOPosix

/// What a watch tells while it lasts.
enum WatchPiece: Sendable {
    case opened
    case line([UInt8])
}

/// The API as it is reached: closures, so that what is above them needs no socket.
struct APIDoor: Sendable {
    /// Gets a path with its options; answers with a status other than 200 are failures.
    var get: @Sendable (_ path: String) async throws(APIFailure) -> [UInt8]
    /// Watches a path until the server ends it, the task is cancelled, or it breaks; nil: it ended as was agreed.
    var watch: @Sendable (_ path: String, _ heard: @Sendable (WatchPiece) async -> Void) async -> APIFailure?
}

/// HTTP over a Unix socket.
final class APISocket: Sendable {
    private let http: HTTPClient
    private let base: String
    private let timeout: Duration
    private let limit: Int

    init(path: String, timeout: Duration, limit: Int) {
        base = "http+unix://" + APISocket.encoded(path)
        self.timeout = timeout
        self.limit = limit
        var settings = HTTPClient.Configuration(
            redirectConfiguration: .disallow, timeout: .init(connect: .seconds(5)), decompression: .disabled)
        settings.httpVersion = .http1Only
        // Each watch has a connection of its own for as long as it lasts.
        settings.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 64
        settings.connectionPool.retryConnectionEstablishment = false
        http = HTTPClient(eventLoopGroup: MultiThreadedEventLoopGroup.singleton, configuration: settings)
    }

    /// A text as it stands in a URL.
    static func encoded(_ text: String) -> String {
        let kept = Set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._".utf8)
        return text.utf8.map { byte in
            kept.contains(byte)
                ? String(UnicodeScalar(byte)) : "%" + String(Int(byte) + 0x100, radix: 16).dropFirst()
        }.joined()
    }

    deinit { http.shutdown { _ in } }

    func get(_ path: String) async throws(APIFailure) -> [UInt8] {
        do {
            // The client's own deadline ends with the head of an answer; a body may stop half-way.
            return try await withThrowingTaskGroup(of: [UInt8].self) { group in
                group.addTask {
                    let response = try await self.http.execute(self.request(path), deadline: .distantFuture)
                    let bytes = try await self.bytes(of: response, self.limit)
                    guard response.status == .ok else {
                        throw APIDocuments.refusal(Int(response.status.code), bytes)
                    }
                    return bytes
                }
                group.addTask {
                    try await Task.sleep(for: self.timeout)
                    throw APIFailure.silent("no whole answer within \(Int(self.timeout.seconds)) s")
                }
                defer { group.cancelAll() }
                return try await group.next() ?? []
            }
        } catch {
            throw APISocket.failure(error)
        }
    }

    func watch(_ path: String, _ heard: @Sendable (WatchPiece) async -> Void) async -> APIFailure? {
        do {
            let response = try await http.execute(request(path), deadline: .distantFuture)
            guard response.status == .ok else {
                return APIDocuments.refusal(Int(response.status.code), try await bytes(of: response, 1 << 20))
            }
            await heard(.opened)
            var line: [UInt8] = []
            for try await part in response.body {
                var rest = part.readableBytesView
                while let end = rest.firstIndex(of: 0x0a) {
                    line += rest[..<end]
                    rest = rest[(end + 1)...]
                    if !line.isEmpty { await heard(.line(line)) }
                    line = []
                }
                line += rest
                guard line.count <= limit else { throw APISocket.tooLarge(limit) }
            }
            return nil
        } catch {
            return APISocket.failure(error)
        }
    }

    private func request(_ path: String) -> HTTPClientRequest {
        var request = HTTPClientRequest(url: base + path)
        // kubectl's proxy answers a request without a host it knows with 403.
        request.headers.add(name: "Host", value: "localhost")
        request.headers.add(name: "Accept", value: "application/json")
        return request
    }

    private func bytes(of response: HTTPClientResponse, _ limit: Int) async throws -> [UInt8] {
        var bytes: [UInt8] = []
        for try await part in response.body {
            guard bytes.count + part.readableBytes <= limit else { throw APISocket.tooLarge(limit) }
            bytes += part.readableBytesView
        }
        return bytes
    }

    private static func tooLarge(_ limit: Int) -> APIFailure {
        APIFailure(
            kind: .tooLarge, status: nil, cause: "an answer or a line of a watch has more than \(limit) bytes",
            hint: "")
    }

    private static func failure(_ error: any Error) -> APIFailure {
        if let failure = error as? APIFailure { return failure }
        let isLate = (error as? HTTPClientError).map {
            [.deadlineExceeded, .readTimeout, .connectTimeout, .getConnectionFromPoolTimeout].contains($0)
        }
        if isLate == true { return .silent("no answer in time") }
        return APIFailure(
            kind: .unreachable, status: nil, cause: "the connection to kubectl's proxy broke: \(error)",
            hint: "the API server does not answer, or kubectl proxy has ended")
    }
}
