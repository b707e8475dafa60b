import Fabric

/// Where a BGP object of a leaf stands (aci.md 3.2):
/// `topology/pod-1/node-203/sys/bgp/inst/dom-T:V/peer-[192.168.2.1/32]/ent-[192.168.2.1]/af-ipv4-ucast`.
struct BGPName: CustomStringConvertible {
    var leaf: LeafID?
    /// The VRF, `tenant:vrf`.
    var vrf: String?
    /// `peer-[192.168.2.1/32]`, or a listener's `peer-[192.168.2.0/28]`.
    var peer: IPPrefix?
    /// `ent-[192.168.2.1]`.
    var entry: IPAddress?
    /// The name, valid while its object is handed over.
    let bytes: UnsafeBufferPointer<UInt8>

    var description: String { String(decoding: bytes, as: UTF8.self) }

    /// The last relative name.
    var last: String? { DistinguishedName(bytes: bytes).parts.last }
}

/// Reads such names without an allocation for each: those of one leaf and VRF begin alike.
struct BGPNames {
    /// The beginning of the names of one leaf and VRF, with the slash behind it.
    private var head: [UInt8] = []
    private var leaf: LeafID?
    private var vrf: String?

    private static let peerMark = Array("peer-[".utf8)
    private static let entryMark = Array("/ent-[".utf8)

    mutating func read(_ name: UnsafeBufferPointer<UInt8>) -> BGPName {
        if !APICBytes.begins(name, with: head) || head.isEmpty { enter(name) }
        var read = BGPName(leaf: leaf, vrf: vrf, bytes: name)
        guard !head.isEmpty, let peer = BGPNames.bracket(name, at: head.count, BGPNames.peerMark) else {
            return slowly(name)
        }
        read.peer = IPPrefix(bytes: UnsafeBufferPointer(rebasing: name[peer]))
        guard peer.upperBound + 1 < name.count else { return read }
        guard let entry = BGPNames.bracket(name, at: peer.upperBound + 1, BGPNames.entryMark) else {
            return slowly(name)
        }
        read.entry = BGPNames.address(UnsafeBufferPointer(rebasing: name[entry]))
        return read
    }

    /// A name of any form.
    private func slowly(_ name: UnsafeBufferPointer<UInt8>) -> BGPName {
        let parts = DistinguishedName(bytes: name)
        return BGPName(
            leaf: parts.leaf, vrf: parts.domain, peer: parts.value(after: "peer-").flatMap { IPPrefix($0) },
            entry: parts.value(after: "ent-").flatMap { IPAddress($0.prefix { $0 != "/" }) }, bytes: name)
    }

    /// Notes the leaf and VRF that a name belongs to.
    private mutating func enter(_ name: UnsafeBufferPointer<UInt8>) {
        head = []
        let parts = DistinguishedName(bytes: name).parts
        guard let domain = parts.firstIndex(where: { $0.hasPrefix("dom-") }), domain + 1 < parts.count else { return }
        let place = DistinguishedName(bytes: Array(parts[...domain].joined(separator: "/").utf8))
        leaf = place.leaf
        vrf = place.domain
        head = Array((place.description + "/").utf8)
    }

    /// What stands in brackets behind a mark.
    private static func bracket(
        _ name: UnsafeBufferPointer<UInt8>, at start: Int, _ mark: [UInt8]
    ) -> Range<Int>? {
        guard APICBytes.begins(UnsafeBufferPointer(rebasing: name[min(start, name.count)...]), with: mark) else {
            return nil
        }
        let from = start + mark.count
        guard let end = name[from...].firstIndex(of: UInt8(ascii: "]")) else { return nil }
        return from..<end
    }

    private static func address(_ text: UnsafeBufferPointer<UInt8>) -> IPAddress? {
        IPAddress(bytes: UnsafeBufferPointer(rebasing: text.prefix { $0 != UInt8(ascii: "/") }))
    }
}

extension IPPrefix {
    /// `10.96.12.34/32` without an allocation; an address alone is a host's.
    init?(bytes text: UnsafeBufferPointer<UInt8>) {
        guard let slash = text.lastIndex(of: UInt8(ascii: "/")) else {
            guard let address = IPAddress(bytes: text) else { return nil }
            self.init(host: address)
            return
        }
        guard let address = IPAddress(bytes: UnsafeBufferPointer(rebasing: text[..<slash])),
            let length = APICText.decimal(UnsafeBufferPointer(rebasing: text[(slash + 1)...])), length <= 128
        else { return nil }
        self.init(address, length: Int(length))
    }
}
