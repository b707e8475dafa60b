import Children
import Fabric
import Formats

/// What an HTTP answer of an APIC means (aci.md 2.5): the text decides where releases differ in the status.
enum RESTVerdict: Hashable, Sendable {
    case fine
    /// 403: the token is no longer good, or the user may not.
    case forbidden(String)
    /// 401: user or password.
    case unauthorised(String)
    /// Too much is asked: 503 or a page of HTML from nginx.
    case overloaded(String)
    /// More objects than one query may answer.
    case tooBig
    /// The question is longer than nginx takes (413, 414): asked again it would be as long.
    case tooLong(String)
    /// What was asked for is not known here, or was asked for wrongly.
    case refused(String)
    /// The body is no answer.
    case unreadable(String)
}

extension RESTVerdict {
    /// Judges an answer without reading all of its objects: the beginning tells an error from a page of objects.
    static func judge(status: Int, bytes: [UInt8]) -> RESTVerdict {
        let start = bytes.first { $0 > 0x20 }
        if [413, 414, 431].contains(status) { return .tooLong("HTTP \(status), the request is too long") }
        if start == UInt8(ascii: "<") { return .overloaded("HTTP \(status), a page of HTML instead of JSON") }
        if status == 200, !bytes.prefix(200).contains(error: "\"error\"") { return judgeSmall(bytes) }
        let parsed = APIC.envelope(bytes)
        let text = parsed.value.failure.map { Sanitised.line($0.text.utf8) }
        return judge(status, text, parsed)
    }

    /// An overloaded APIC counts objects and sends none (aci.md 2.3).
    private static func judgeSmall(_ bytes: [UInt8]) -> RESTVerdict {
        guard bytes.count < 400 else { return .fine }
        let envelope = APIC.envelope(bytes).value.envelope
        guard envelope.failure == nil, let total = envelope.total, total > 0, envelope.count == 0,
            envelope.subscriptions.isEmpty
        else { return .fine }
        return .overloaded("totalCount is \(total) but no object came")
    }

    private static func judge(
        _ status: Int, _ text: String?, _ parsed: Parsed<(envelope: APICEnvelope, failure: APIC.Failure?)>
    ) -> RESTVerdict {
        let words = text ?? "HTTP \(status)"
        if words.contains("dataset is too big") { return .tooBig }
        switch status {
        case 200:
            guard text != nil else { return parsed.isRefused ? .unreadable(words) : .fine }
            return .refused(words)
        case 401: return .unauthorised(words)
        case 403: return words.contains("locked") ? .unauthorised(words) : .forbidden(words)
        case 429, 500...504: return .overloaded(text ?? "HTTP \(status)")
        default: return text == nil && parsed.isRefused ? .unreadable("HTTP \(status)") : .refused(words)
        }
    }
}

extension ArraySlice<UInt8> {
    fileprivate func contains(error text: String) -> Bool {
        !String(decoding: self, as: UTF8.self).ranges(of: text).isEmpty
    }
}
