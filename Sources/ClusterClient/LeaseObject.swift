import Fabric
import FoundationEssentials
import Polling

/// A Lease as the API writes it.
struct LeaseObject: Codable {
    struct Metadata: Codable {
        var name: String
        var namespace: String
        var resourceVersion: String?
    }

    struct Spec: Codable {
        var holderIdentity: String?
        var leaseDurationSeconds: Int?
        var acquireTime: String?
        var renewTime: String?
        var leaseTransitions: Int?
    }

    var apiVersion: String?
    var kind: String?
    var metadata: Metadata
    var spec: Spec?

    init(_ lease: Lease) {
        apiVersion = "coordination.k8s.io/v1"
        kind = "Lease"
        metadata = Metadata(
            name: lease.name.name, namespace: lease.name.namespace, resourceVersion: lease.resourceVersion)
        spec = Spec(
            holderIdentity: lease.holder, leaseDurationSeconds: lease.durationSeconds,
            acquireTime: lease.acquired.map(MicroTime.text), renewTime: lease.renewed.map(MicroTime.text),
            leaseTransitions: lease.transitions)
    }

    var lease: Lease {
        Lease(
            name: LeaseName(namespace: metadata.namespace, name: metadata.name), holder: spec?.holderIdentity ?? "",
            durationSeconds: spec?.leaseDurationSeconds ?? 0, acquired: spec?.acquireTime.flatMap(MicroTime.date),
            renewed: spec?.renewTime.flatMap(MicroTime.date), transitions: spec?.leaseTransitions ?? 0,
            resourceVersion: metadata.resourceVersion)
    }

    /// The lease of an object of the API.
    static func read(_ bytes: [UInt8], _ operation: String) throws(SourceError) -> Lease {
        do {
            return try JSONDecoder().decode(LeaseObject.self, from: Data(bytes)).lease
        } catch {
            throw SourceError(
                kind: .unreadable, source: .kubernetes, operation: operation, cause: "not a Lease: \(error)",
                hint: "run the command by hand")
        }
    }
}

/// The API's MicroTime: RFC 3339 in UTC with six digits of a second.
enum MicroTime {
    static func text(_ date: Date) -> String {
        let micros = Int((date.timeIntervalSince1970 * 1_000_000).rounded(.down))
        let (seconds, rest) = (micros / 1_000_000, micros % 1_000_000)
        let whole = Date(timeIntervalSince1970: Double(seconds)).formatted(Date.ISO8601FormatStyle())
        let digits = String(rest)
        return whole.dropLast() + "." + String(repeating: "0", count: 6 - digits.count) + digits + "Z"
    }

    static func date(_ text: String) -> Date? {
        guard let point = text.firstIndex(of: ".") else { return try? Date(text, strategy: Date.ISO8601FormatStyle()) }
        let digits = text[text.index(after: point)...].prefix { $0.isNumber }
        guard let whole = try? Date(text[..<point] + "Z", strategy: Date.ISO8601FormatStyle()),
            let fraction = Double("0." + digits)
        else { return nil }
        return whole.addingTimeInterval(fraction)
    }
}
