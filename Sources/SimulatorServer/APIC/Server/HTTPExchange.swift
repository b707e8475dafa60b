import NIOCore

/// A request as it came in.
struct ServerRequest: Sendable {
    /// The controller that got it, from 1.
    var controller: Int
    var method: String
    var uri: String
    var cookies: [String: String]
    var body: [UInt8] = []

    /// The token of `APIC-cookie`, whatever the case of its letters.
    var token: String? { cookies["apic-cookie"] }
}

/// What goes back.
struct ServerResponse: Sendable {
    enum Ending: Sendable, Hashable {
        case whole
        /// Only so many bytes of the body go out, then the connection ends.
        case cut(Int)
    }

    var status: Int
    var isHTML = false
    var body: ByteBuffer
    var cookie: String?
    var ending = Ending.whole
    /// Seconds to wait before the answer begins.
    var delay = 0.0

    static func json(_ text: String, status: Int = 200) -> ServerResponse {
        ServerResponse(status: status, body: ByteBuffer(string: text))
    }

    static func error(_ error: APICError) -> ServerResponse { json(error.json, status: error.status) }

    /// What nginx says by itself when it refuses a request (aci.md 2.5).
    static func nginx(_ status: Int, _ reason: String) -> ServerResponse {
        let title = "\(status) \(reason)"
        let text =
            "<html>\r\n<head><title>\(title)</title></head>\r\n<body>\r\n<center><h1>\(title)</h1></center>\r\n"
            + "<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n"
        return ServerResponse(status: status, isHTML: true, body: ByteBuffer(string: text))
    }
}
