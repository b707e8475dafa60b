public import Fabric

/// A query of the REST interface: `GET /api/node/mo/DN.json?query-target=subtree&…` (aci.md 2.3).
///
/// The client builds requests of it, and the decoder reads from it what an answer is about, whether it came over the
/// network or out of a capture folder.
public struct APICQuery: Hashable, Sendable {
    /// What is asked for.
    public enum Target: Hashable, Sendable {
        /// Objects of a class, of the whole fabric or under one object.
        case objects(of: String, under: String?)
        /// One object by its name.
        case object(String)
        /// Another endpoint: `aaaRefresh`.
        case other(String)
    }

    /// One option behind the question mark.
    public struct Option: Hashable, Sendable {
        /// Its name: `query-target`.
        public var name: String
        /// Its value, not encoded.
        public var value: String
    }

    /// What is asked for.
    public var target: Target
    /// The options in their order.
    public var options: [Option]

    /// A query without options.
    public init(_ target: Target) {
        self.target = target
        options = []
    }

    /// All objects of a class, or those on one switch.
    public static func objects(of name: String, under place: String? = nil) -> APICQuery {
        APICQuery(.objects(of: name, under: place))
    }

    /// One object.
    public static func object(_ name: String) -> APICQuery { APICQuery(.object(name)) }

    /// The query with one more option; an option of the same name is replaced.
    public func with(_ name: String, _ value: String) -> APICQuery {
        var query = self
        query.options.removeAll { $0.name == name }
        query.options.append(Option(name: name, value: value))
        return query
    }

    /// Everything of these classes under the object.
    public func subtree(_ classes: [String]) -> APICQuery {
        with("query-target", "subtree").with("target-subtree-class", classes.joined(separator: ","))
    }

    /// One page; pages are in the order of the names, without which they may overlap (aci.md 2.4).
    public func page(_ number: Int, size: Int, orderedBy name: String) -> APICQuery {
        with("order-by", "\(name).dn").with("page", String(number)).with("page-size", String(size))
    }

    /// An option's value.
    public func option(_ name: String) -> String? { options.first { $0.name == name }?.value }

    /// The query without its page: what all pages of one answer share.
    public var withoutPage: APICQuery {
        var query = self
        query.options.removeAll {
            ["page", "page-size", "order-by", "subscription", "refresh-timeout"].contains($0.name)
        }
        return query
    }
}

extension APICQuery {
    /// The path with its options, nothing encoded: as a person types it.
    public var plainPath: String { text { $0 } }

    /// The path with its options as it is sent: slashes of names stay, what no URL may hold is encoded (RFC 3986).
    public var path: String { text(APICQuery.encoded) }

    /// The command that stands beside the answer.
    public var command: String { "GET " + plainPath }

    private func text(_ encode: (String) -> String) -> String {
        var text: String
        switch target {
        case .objects(let name, nil): text = "/api/class/\(encode(name)).json"
        case .objects(let name, let place?): text = "/api/node/class/\(encode(place))/\(encode(name)).json"
        case .object(let name): text = "/api/node/mo/\(encode(name)).json"
        case .other(let name): text = "/api/\(encode(name)).json"
        }
        for (index, option) in options.enumerated() {
            text += (index == 0 ? "?" : "&") + option.name + "=" + encode(option.value)
        }
        return text
    }

    /// Percent-encodes what may not stand in a path or an option's value, brackets among it: one of them left bare has
    /// Foundation's URL encode the whole part anew, and what was encoded a second time.
    static func encoded(_ text: String) -> String {
        let hex = Array("0123456789ABCDEF".utf8)
        var out: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            case 48...57, 65...90, 97...122: out.append(byte)
            case _ where "-._~/:(),=!*@$".utf8.contains(byte): out.append(byte)
            default: out += [UInt8(ascii: "%"), hex[Int(byte >> 4)], hex[Int(byte & 15)]]
            }
        }
        return String(decoding: out, as: UTF8.self)
    }

    /// Reads `%41` as `A`; what is no such code stays.
    static func decoded(_ text: some StringProtocol) -> String {
        var out: [UInt8] = []
        let bytes = Array(text.utf8)
        var at = 0
        while at < bytes.count {
            if bytes[at] == UInt8(ascii: "%"), at + 2 < bytes.count,
                let value = UInt8(String(decoding: bytes[(at + 1)...(at + 2)], as: UTF8.self), radix: 16)
            {
                out.append(value)
                at += 3
            } else {
                out.append(bytes[at])
                at += 1
            }
        }
        return String(decoding: out, as: UTF8.self)
    }
}

extension APICQuery {
    /// Reads a command of a capture: `GET /api/…json?…`, with a scheme and host or without; nil for anything else.
    public init?(command: String) {
        let words = command.split(whereSeparator: \.isWhitespace)
        guard words.count >= 2, words[0].uppercased() == "GET", let api = words[1].ranges(of: "/api/").first else {
            return nil
        }
        // A filter may hold blanks when a person typed it.
        let rest = words[1][api.upperBound...] + words.dropFirst(2).map { " " + $0 }.joined()
        let halves = rest.split(separator: "?", maxSplits: 1)
        guard var path = halves.first.map({ APICQuery.decoded($0) }) else { return nil }
        guard path.hasSuffix(".json") else { return nil }
        path.removeLast(5)
        if path.hasPrefix("node/") { path.removeFirst(5) }
        if path.hasPrefix("class/") {
            var parts = DistinguishedName(String(path.dropFirst(6))).parts
            guard let name = parts.popLast() else { return nil }
            target = .objects(of: name, under: parts.isEmpty ? nil : parts.joined(separator: "/"))
        } else if path.hasPrefix("mo/") {
            target = .object(String(path.dropFirst(3)))
        } else {
            target = .other(path)
        }
        options = halves.dropFirst().first.map(APICQuery.options) ?? []
    }

    private static func options(_ text: some StringProtocol) -> [Option] {
        text.split(separator: "&").map { part in
            let halves = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            return Option(name: decoded(halves[0]), value: halves.count > 1 ? decoded(halves[1]) : "")
        }
    }

    /// The classes that it asks for: its own, those of its subtree and of its nested objects.
    public var classes: Set<String> {
        var names: Set<String> = []
        if case .objects(let name, _) = target { names.insert(name) }
        for option in options where ["target-subtree-class", "rsp-subtree-class"].contains(option.name) {
            names.formUnion(option.value.split(separator: ",").map(String.init))
        }
        return names
    }

    /// Whether nothing is left out of what it asks for: no filter and no page.
    public var isWhole: Bool {
        !options.contains {
            ["query-target-filter", "rsp-subtree-filter", "page", "page-size", "time-range"].contains($0.name)
        }
    }

    /// The name of the object or the place that it is about.
    private var place: DistinguishedName? {
        switch target {
        case .objects(_, let place): place.map { DistinguishedName($0) }
        case .object(let name): DistinguishedName(name)
        case .other: nil
        }
    }

    /// The switch that it is about.
    public var leaf: LeafID? { place?.leaf }

    /// The VRF that it is about: `dom-tenant:vrf` in its name.
    public var domain: String? { place?.domain }

    /// Whether it asks for a routing table's next hops.
    public var isRoutes: Bool {
        let wanted = classes.intersection(["uribv4Nexthop", "uribv4Route", "uribv6Nexthop", "uribv6Route"])
        if !wanted.isEmpty { return true }
        return place?.parts.contains { $0 == "uribv4" || $0 == "uribv6" } ?? false
    }

    /// Whether it asks for the paths of a BGP table.
    public var isPaths: Bool { !classes.isDisjoint(with: ["bgpPath", "bgpRoute"]) }

    /// Whether it asks for what a person configured: an L3Out's tree, a tenant's policies, interface policies.
    ///
    /// Answers of such queries are parts of one configuration and are read together.
    public var isConfiguration: Bool {
        if case .object(let name) = target { return name.hasPrefix("uni/tn-") }
        return !classes.isDisjoint(with: ["lacpLagP", "infraAccBndlGrp", "l3extRsNodeL3OutAtt", "l3extOut", "fvTenant"])
    }

    /// What an answer to it speaks for in a leaf's BGP; a query that names no leaf speaks for what it names only.
    public var bgpScope: BGPScope {
        let whole = isWhole && leaf != nil
        let names = classes
        let isSubtree = option("query-target") == "subtree" || option("rsp-subtree") != nil
        let everything = names.isEmpty && isSubtree && (place?.parts.contains { $0 == "bgp" } ?? false)
        return BGPScope(
            vrf: domain, allConfigured: whole && (names.contains("bgpPeer") || everything),
            allSessions: whole && (names.contains("bgpPeerEntry") || everything))
    }
}
