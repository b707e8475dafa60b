import Fabric

/// Reads what an APIC's REST interface and web socket send: `{"totalCount":…,"imdata":[{CLASS:{"attributes":…}}]}`
/// (aci.md 2.3), flat or nested, values as text or bare.
public enum APIC {
    /// An error object of an answer (aci.md 2.5).
    public struct Failure: Hashable, Sendable {
        /// The code as written: `403`, `121`.
        public var code: String
        /// What it says.
        public var text: String
    }

    /// What stands around an answer's objects, and the error object that stands in their place.
    ///
    /// The text is refused where it is no JSON of an APIC: nginx answers with a page of HTML when it is overloaded.
    public static func envelope(_ bytes: [UInt8]) -> Parsed<(envelope: APICEnvelope, failure: Failure?)> {
        var failure: Failure?
        let envelope = APICReader().read(bytes, [APICClass("error", "code", "text")]) { object in
            guard failure == nil else { return }
            failure = Failure(
                code: object.text(APICClass.first) ?? "", text: object.text(APICClass.first + 1) ?? "no reason told")
        }
        var log = DiagnosticLog()
        refuse(envelope, bytes, &log)
        return Parsed((envelope, failure), diagnostics: log.finish())
    }

    /// Notes in words why a text is no answer.
    static func refuse(_ envelope: APICEnvelope, _ bytes: [UInt8], _ log: inout DiagnosticLog) {
        guard envelope.failure != nil || !envelope.hasObjects else { return }
        let start = bytes.first { $0 > 0x20 }
        let place = min(envelope.failureOffset, bytes.count)
        let line = 1 + bytes[..<place].count { $0 == 0x0a }
        if start == UInt8(ascii: "<") {
            log.refuse(line: 1, "an HTML page came instead of JSON", excerpt: title(bytes))
        } else if let failure = envelope.failure {
            let what = envelope.objects > 0 ? "the answer breaks off after \(envelope.objects) objects: " : ""
            log.refuse(line: line, what + failure, excerpt: excerpt(bytes[max(0, place - 20)...]))
        } else {
            log.refuse(line: 1, "the JSON holds no imdata, so no APIC wrote it", excerpt: excerpt(bytes))
        }
    }

    /// The title of an HTML page, or its first words.
    private static func title(_ bytes: [UInt8]) -> String {
        let head = String(decoding: bytes.prefix(2000), as: UTF8.self)
        guard let from = head.range(of: "<title>"), let to = head.range(of: "</title>"),
            from.upperBound <= to.lowerBound
        else { return excerpt(bytes) }
        return excerpt(Array(head[from.upperBound..<to.lowerBound].utf8))
    }
}

extension String {
    /// The first place of a text; the standard library's own searches collections only.
    fileprivate func range(of text: String) -> Range<String.Index>? { ranges(of: text).first }
}

extension APIC {
    /// How many bytes of room behind an answer save its reader a copy of it.
    public static let spareBytes = APICReader.padding
}
