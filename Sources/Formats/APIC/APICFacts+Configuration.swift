import Fabric

extension FactCollector {
    /// The L3Out's tree as far as a console of BGP needs it (aci.md 4.1).
    static let configurationClasses: [(APICClass, Take)] = [
        // These are read for the names that their children hang under.
        (APICClass("l3extOut"), { _, _, _ in }),
        (APICClass("l3extLNodeP"), { _, _, _ in }),
        (APICClass("l3extLIfP"), { _, _, _ in }),
        (APICClass("l3extRsPathL3OutAtt"), { _, _, _ in }),
        (APICClass("l3extVirtualLIfP"), { _, _, _ in }),
        (APICClass("l3extMember", "addr", "side"), { $0.takeMember($1, $2) }),
        (APICClass("l3extIp", "addr"), { $0.takeShared($1, $2) }),
        (APICClass("bgpPeerP", "addr", "adminSt", "ctrl"), { $0.takeConfigured($1, $2) }),
        (APICClass("bgpAsP", "asn"), { $0.takeRemoteAS($1, $2) }),
        (APICClass("bgpLocalAsnP", "localAsn"), { $0.takeLocalAS($1, $2) }),
        (APICClass("bgpCtxPol", "maxAsLimit"), { $0.takeASLimit($1, $2) }),
    ]

    private mutating func takeConfigured(_ object: APICObject, _ name: DistinguishedName) {
        let text = object.own(0) ?? name.value(after: "peerP-") ?? ""
        guard let neighbor = IPPrefix(text) else { return lacks("its address", "bgpPeerP", name) }
        facts.configuration.peers.append(
            OutsidePeer(
                name: name.description, neighbor: neighbor, isEnabled: object.own(1).map { $0 != "disabled" },
                controls: object.own(2)?.split(separator: ",").map(String.init) ?? [],
                leaves: FactCollector.leaves(name)))
    }

    private mutating func takeRemoteAS(_ object: APICObject, _ name: DistinguishedName) {
        peer(above: name) { $0.asn = object.ownAS(0) }
    }

    private mutating func takeLocalAS(_ object: APICObject, _ name: DistinguishedName) {
        peer(above: name) { $0.localAS = object.ownAS(0) }
    }

    /// The peer that a child hangs under; `bgpAsP` also hangs under the fabric's own policy, which is none.
    private mutating func peer(above name: DistinguishedName, _ body: (inout OutsidePeer) -> Void) {
        guard let place = name.parts.lastIndex(where: { $0.hasPrefix("peerP-") }) else { return }
        let parent = name.parts[...place].joined(separator: "/")
        guard let index = facts.configuration.peers.lastIndex(where: { $0.name == parent }) else { return }
        body(&facts.configuration.peers[index])
    }

    private mutating func takeMember(_ object: APICObject, _ name: DistinguishedName) {
        member(object.own(0), side: object.own(1) ?? name.value(after: "mem-"), isShared: false, name)
    }

    private mutating func takeShared(_ object: APICObject, _ name: DistinguishedName) {
        member(object.own(0) ?? name.value(after: "addr-"), side: name.value(after: "mem-"), isShared: true, name)
    }

    private mutating func member(_ text: String?, side: String?, isShared: Bool, _ name: DistinguishedName) {
        guard let text, let address = IPAddress(text.prefix { $0 != "/" }), let prefix = IPPrefix(text) else { return }
        let place = name.parts.lastIndex { $0.hasPrefix("rspathL3OutAtt-") || $0.hasPrefix("vlifp-") }
        facts.configuration.members.append(
            ConfiguredMember(
                path: place.map { name.parts[...$0].joined(separator: "/") } ?? name.description, side: side,
                address: address, length: Int(prefix.length), isShared: isShared))
    }

    private mutating func takeASLimit(_ object: APICObject, _ name: DistinguishedName) {
        guard let limit = object.ownNumber(0).flatMap({ Int(exactly: $0) }) else { return }
        facts.configuration.asLimits[name.value(after: "bgpCtxP-") ?? name.description] = limit
    }

    /// The leaves of `rspathL3OutAtt-[topology/pod-1/protpaths-203-204/…]`, `…/paths-203/…` or a floating `vlifp-`.
    private static func leaves(_ name: DistinguishedName) -> [LeafID] {
        let path = name.value(after: "rspathL3OutAtt-") ?? name.value(after: "vlifp-") ?? ""
        let parts = DistinguishedName(path.replacing("]-[", with: "/"))
        let numbers =
            parts.value(after: "protpaths-") ?? parts.value(after: "paths-") ?? parts.value(after: "node-") ?? ""
        return numbers.split(separator: "-").compactMap { Int($0.prefix { $0.isNumber }) }.map { LeafID($0) }
    }

    /// Puts peers and addresses in an order that does not depend on the answer's.
    mutating func finish() {
        facts.configuration.peers.sort { $0.name < $1.name }
        facts.configuration.members.sort {
            ($0.path, $0.side ?? "", $0.isShared ? 1 : 0) < ($1.path, $1.side ?? "", $1.isShared ? 1 : 0)
        }
    }
}
