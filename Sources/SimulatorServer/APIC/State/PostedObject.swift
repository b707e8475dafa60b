import Fabric
import FoundationEssentials

/// An object of a POST's body: `{"bgpPeerP": {"attributes": {…}, "children": […]}}`.
struct PostedObject: Decodable, Sendable {
    var className: String
    var attributes: [String: String]
    var children: [PostedObject]

    private struct Key: CodingKey {
        var stringValue: String
        var intValue: Int? { nil }
        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    private struct Content: Decodable {
        var attributes: [String: Scalar]?
        var children: [PostedObject]?
    }

    /// A text, or a bare number or word.
    private struct Scalar: Decodable {
        var text: String

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if let text = try? container.decode(String.self) {
                self.text = text
            } else if let flag = try? container.decode(Bool.self) {
                text = flag ? "yes" : "no"
            } else {
                text = "\(try container.decode(Int.self))"
            }
        }
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        guard let key = container.allKeys.first, container.allKeys.count == 1 else {
            throw DecodingError.dataCorrupted(
                .init(codingPath: decoder.codingPath, debugDescription: "an object has one class"))
        }
        let content = try container.decode(Content.self, forKey: key)
        className = key.stringValue
        attributes = content.attributes?.mapValues(\.text) ?? [:]
        children = content.children ?? []
    }
}

/// What values the properties of configuration take.
enum PropertyRules {
    /// Why a value does not do, nil where it does.
    static func refusal(_ schema: ClassSchema, _ property: String, _ value: String, dn: String) -> APICError? {
        let isGood: Bool
        switch (schema.name, property) {
        case ("bgpPeerP", "adminSt"): isGood = ["enabled", "disabled"].contains(value)
        case ("bgpPeerP", "addr"): isGood = value.contains("/") ? IPPrefix(value) != nil : IPAddress(value) != nil
        case ("bgpPeerP", "ttl"): isGood = within(1...255, value)
        case ("bgpPeerP", "allowedSelfAsCnt"): isGood = within(1...10, value)
        case ("bgpPeerP", "ctrl"):
            isGood = words(
                value,
                [
                    "allow-self-as", "as-override", "dis-peer-as-check", "nh-self", "send-com", "send-ext-com",
                    "send-domain-path", "segment-routing-disable",
                ])
        case ("bgpPeerP", "peerCtrl"): isGood = words(value, ["bfd", "dis-conn-check"])
        case ("bgpAsP", "asn"), ("bgpLocalAsnP", "localAsn"):
            isGood = ASN(text: value).map { $0.value > 0 } ?? false
        case ("bgpLocalAsnP", "asnPropagate"):
            isGood = ["none", "no-prepend", "replace-as", "dual-as"].contains(value)
        case ("bgpCtxPol", "holdIntvl"): isGood = value == "0" || within(3...3600, value)
        case ("bgpCtxPol", "kaIntvl"): isGood = within(0...3600, value)
        case ("bgpCtxPol", "maxAsLimit"): isGood = within(0...2000, value)
        case ("bgpPeerPfxPol", "maxPfx"): isGood = within(1...300_000, value)
        case ("bgpPeerPfxPol", "thresh"): isGood = within(1...100, value)
        case ("bgpPeerPfxPol", "action"): isGood = ["reject", "log", "shut", "restart"].contains(value)
        case ("bgpCtxAfPol", "maxEcmp"): isGood = within(1...64, value)
        case ("commHttps", "globalThrottleRate"): isGood = within(1...10_000, value)
        case ("commHttps", "globalThrottleSt"): isGood = ["enabled", "disabled"].contains(value)
        case ("commHttps", "globalThrottleUnit"): isGood = ["r/s", "r/m"].contains(value)
        case ("l3extRsPathL3OutAtt", "mtu"): isGood = value == "inherit" || within(576...9216, value)
        case (_, "name"): isGood = value.utf8.count <= 64
        default: isGood = true
        }
        guard !isGood else { return nil }
        return .bad(801, "property \(property) of \(dn) failed validation for value '\(value)'")
    }

    private static func within(_ range: ClosedRange<Int>, _ value: String) -> Bool {
        Int(value).map(range.contains) ?? false
    }

    private static func words(_ value: String, _ known: Set<String>) -> Bool {
        Set(value.split(separator: ",").map(String.init)).isSubset(of: known)
    }
}
