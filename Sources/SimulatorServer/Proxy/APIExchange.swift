import Foundation
import Simulator

/// One connection to kubectl's proxy: HTTP/1.1 requests one after the other, the last of them perhaps a watch.
struct APIExchange: Sendable {
    let filter: ProxyFilter
    var buffer: [UInt8] = []
    var watch: SimulatedAPIServer.Watch?
    /// Whether a request is never answered.
    var isSilent = false

    init(_ filter: ProxyFilter) { self.filter = filter }

    /// A request without a body, as every reading one is.
    struct Call {
        var method: String
        var path: String
        var options: [String: String]
        var host: String
    }

    /// Takes the next whole request out of the buffer; nil where there is none.
    mutating func next() -> Call? {
        guard let end = buffer.firstRange(of: Array("\r\n\r\n".utf8)) else { return nil }
        let lines = String(decoding: buffer[..<end.lowerBound], as: UTF8.self).split(separator: "\r\n")
        buffer.removeSubrange(..<end.upperBound)
        let words = lines.first?.split(separator: " ").map(String.init) ?? []
        guard words.count == 3 else { return Call(method: "", path: "", options: [:], host: "") }
        let target = words[1].split(separator: "?", maxSplits: 1).map(String.init)
        var options: [String: String] = [:]
        for part in target.count > 1 ? target[1].split(separator: "&") : [] {
            let pair = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            options[pair[0]] = pair.count > 1 ? pair[1].removingPercentEncoding ?? "" : ""
        }
        let host = lines.first { $0.lowercased().hasPrefix("host:") }?.dropFirst(5) ?? ""
        return Call(
            method: words[0], path: target.first ?? "", options: options,
            host: host.trimmingCharacters(in: .whitespaces))
    }

    static func reply(_ status: Int, _ body: String) -> String {
        let type = body.hasPrefix("{") ? "application/json" : "text/plain; charset=utf-8"
        return "HTTP/1.1 \(status) Answer\r\nContent-Type: \(type)\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
    }

    static let watching = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"

    static func chunk(_ line: String) -> String {
        "\(String(line.utf8.count + 1, radix: 16))\r\n\(line)\n\r\n"
    }
}

extension HostLoop {
    /// Answers what stands whole in a connection's buffer.
    mutating func requests(_ former: APIExchange, _ bytes: [UInt8], _ connection: inout Connection) {
        var exchange = former
        exchange.buffer += bytes
        guard exchange.buffer.count < 1 << 20 else { return connection.end(1) }
        while exchange.watch == nil, !exchange.isSilent, let call = exchange.next() {
            guard exchange.filter.lets(call.method, call.path, host: call.host) else {
                connection.send(.output, APIExchange.reply(403, "Forbidden\n"))
                continue
            }
            switch api.answer(call.path, call.options, of: fabric) {
            case .reply(let status, let body): connection.send(.output, APIExchange.reply(status, body))
            case .silence: exchange.isSilent = true
            case .watch(let watch):
                exchange.watch = watch
                connection.send(.output, APIExchange.watching)
            }
        }
        connection.job = .api(exchange)
    }

    /// Hands on what a watch has to tell.
    mutating func stepWatch(_ descriptor: Int32) {
        guard case .api(var exchange) = connections[descriptor]?.job, var watch = exchange.watch else { return }
        for piece in api.pieces(of: &watch, of: fabric) {
            switch piece {
            case .line(let line): connections[descriptor]?.send(.output, APIExchange.chunk(line))
            case .end:
                connections[descriptor]?.send(.output, "0\r\n\r\n")
                exchange.watch = nil
                connections[descriptor]?.job = .api(exchange)
                return
            case .drop:
                connections[descriptor]?.end(0)
                return
            }
        }
        exchange.watch = watch
        connections[descriptor]?.job = .api(exchange)
    }
}
