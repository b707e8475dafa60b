/// An error as the controllers answer it: a status, a code and a text (aci.md 2.5).
struct APICError: Error, Sendable, Hashable {
    var status: Int
    var code: String
    var text: String

    static func bad(_ code: Int, _ text: String) -> APICError { APICError(status: 400, code: "\(code)", text: text) }

    static let tokenTimeout = APICError(status: 403, code: "403", text: "Token was invalid (Error: Token timeout)")
    static let noToken = APICError(
        status: 403, code: "403",
        text:
            "Need a valid webtoken cookie (named APIC-Cookie) or a signed request with signature in the cookie APIC-Request-Signature for all REST API requests"
    )
    static let wrongPassword = APICError(
        status: 401, code: "401", text: "Username or password is incorrect - FAILED local authentication")
    static let tooBig = APICError(
        status: 400, code: "1", text: "Unable to process the query, result dataset is too big")
    static let noSocket = APICError(status: 405, code: "405", text: "unable to locate opened web socket")
    static let resolveTimeout = APICError(
        status: 503, code: "503", text: "Unable to deliver the message, Resolve timeout")

    static func unresolved(_ name: String) -> APICError {
        bad(400, "Request failed, unresolved class for \(name)")
    }

    static func unknownClass(_ name: String) -> APICError { bad(122, "class \(name) not found") }

    static func unknownProperty(_ property: String, of name: String) -> APICError {
        bad(121, "Prop '\(property)' not found in class '\(name)' property table")
    }

    static func badFilter(_ what: String) -> APICError { bad(301, "Incorrect filter format for \(what)") }

    /// The body.
    var json: String {
        let escaped = text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
        return
            "{\"totalCount\":\"1\",\"imdata\":[{\"error\":{\"attributes\":{\"code\":\"\(code)\",\"text\":\"\(escaped)\"}}}]}"
    }
}
