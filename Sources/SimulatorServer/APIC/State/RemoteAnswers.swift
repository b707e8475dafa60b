import Fabric
import FoundationEssentials
import Simulator

/// A question over the socket of ``RemoteFabric``.
struct Question: Encodable, Sendable {
    var ask: String?
    var configure: SettingsQuestion?
    var address: String?
    var leaf: Int?
}

/// ``PeerSettings`` as they are sent.
struct SettingsQuestion: Encodable, Sendable {
    var isPresent: Bool, isEnabled: Bool
    var asn: UInt32?, localAS: UInt32?
    var holdTime: Int, keepalive: Int
    var prefixLimit: Int?

    init(_ settings: PeerSettings) {
        (isPresent, isEnabled) = (settings.isPresent, settings.isEnabled)
        (asn, localAS) = (settings.asn?.value, settings.localAS?.value)
        (holdTime, keepalive) = (settings.holdTime, settings.keepalive)
        prefixLimit = settings.prefixLimit
    }
}

/// The reason of an answer that is none.
struct Refusal: Decodable, Sendable { var error: String? }

/// The answer to a change.
struct NothingAnswer: Decodable, Sendable {}

/// Something that is sent as text.
protocol SentAsText: Sendable {
    static func read(_ text: String) -> Self?
}

extension IPAddress: SentAsText {
    static func read(_ text: String) -> IPAddress? { IPAddress(text) }
}

extension IPPrefix: SentAsText {
    static func read(_ text: String) -> IPPrefix? { IPPrefix(text) }
}

/// A value out of its text.
struct Text<Value: SentAsText>: Decodable, Sendable {
    var value: Value

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let value = Value.read(text) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "'\(text)' is no \(Value.self)")
        }
        self.value = value
    }
}

/// The answer to `configuration`.
struct ConfigurationAnswer: Decodable, Sendable {
    struct Leaf: Decodable, Sendable {
        var id: Int
        var routerID: Text<IPAddress>
    }

    struct Node: Decodable, Sendable {
        var name: String, address: Text<IPAddress>, asn: UInt32, leafAddresses: [Text<IPAddress>]
        var gateway: Text<IPAddress>, subnetLength: Int, vlan: Int
    }

    struct Rack: Decodable, Sendable {
        var name: String, localAS: UInt32, leaves: [Leaf], nodes: [Node]
    }

    var vrf: String, l3out: String, release: String, fabricAS: UInt32, permitted: [Text<IPPrefix>]
    var maximumASPath: Int, ecmpLimit: Int, relaxesMultipath: Bool, racks: [Rack]

    var configuration: FabricConfiguration {
        FabricConfiguration(
            vrf: vrf, l3out: l3out, release: release, fabricAS: ASN(fabricAS), permitted: permitted.map(\.value),
            maximumASPath: maximumASPath, ecmpLimit: ecmpLimit, relaxesMultipath: relaxesMultipath,
            racks: racks.map { rack in
                FabricConfiguration.Rack(
                    name: rack.name, localAS: ASN(rack.localAS),
                    leaves: rack.leaves.map { (id: LeafID($0.id), routerID: $0.routerID.value) },
                    nodes: rack.nodes.map { node in
                        FabricConfiguration.Node(
                            name: node.name, address: node.address.value, asn: ASN(node.asn),
                            leafAddresses: node.leafAddresses.map(\.value), gateway: node.gateway.value,
                            subnetLength: node.subnetLength, vlan: node.vlan)
                    })
            })
    }
}

/// The answer to `picture`; moments are seconds since 1970.
struct PictureAnswer: Decodable, Sendable {
    struct Peer: Decodable, Sendable {
        var address: Text<IPAddress>, asn: UInt32, localAddress: Text<IPAddress>, interface: String
        var state: String, shutdown: String, changedAt: Double?, endOfRIBAt: Double?, established: Int, drops: Int
        var acceptedPaths: Int, sentPrefixes: Int, stalePaths: Int, holdTime: Int, keepalive: Int
        var prefixLimit: Int?, error: [String]
        var received: Int, sent: Int, notificationsReceived: Int, notificationsSent: Int
    }

    struct VRF: Decodable, Sendable {
        var name: String, routerID: Text<IPAddress>, tableVersion: Int, ecmpLimit: Int, maximumASPath: Int
        var peers: [Peer]
    }

    struct Leaf: Decodable, Sendable {
        var id: Int, name: String, tep: Text<IPAddress>, management: Text<IPAddress>, isInService: Bool
        var bootedAt: Double, pair: Int?, isPairUp: Bool, vrfs: [VRF], entries: Int, entryLimit: Int
    }

    var now: Double, release: String, fabricAS: UInt32, leaves: [Leaf]

    var picture: FabricPicture {
        FabricPicture(
            now: Date(timeIntervalSince1970: now), release: release, fabricAS: ASN(fabricAS),
            leaves: leaves.map(\.picture))
    }
}

extension PictureAnswer.Leaf {
    var picture: LeafPicture {
        var leaf = LeafPicture(
            id: LeafID(id), name: name, tep: tep.value, management: management.value,
            bootedAt: Date(timeIntervalSince1970: bootedAt), pair: pair.map { LeafID($0) },
            vrfs: vrfs.map { vrf in
                VRFPicture(
                    name: vrf.name, routerID: vrf.routerID.value, tableVersion: vrf.tableVersion,
                    ecmpLimit: vrf.ecmpLimit, maximumASPath: vrf.maximumASPath, peers: vrf.peers.map(\.picture))
            })
        (leaf.isInService, leaf.isPairUp) = (isInService, isPairUp)
        leaf.prefixEntries = (used: entries, limit: entryLimit)
        return leaf
    }
}

extension PictureAnswer.Peer {
    var picture: PeerPicture {
        var peer = PeerPicture(
            address: address.value, asn: ASN(asn), localAddress: localAddress.value, interface: interface,
            state: PeerPicture.State(rawValue: state) ?? .idle)
        peer.shutdown = PeerPicture.Shutdown(rawValue: shutdown) ?? .none
        peer.previous = peer.state == .established ? .openConfirm : .idle
        peer.changedAt = changedAt.map { Date(timeIntervalSince1970: $0) }
        peer.endOfRIBAt = endOfRIBAt.map { Date(timeIntervalSince1970: $0) }
        (peer.established, peer.drops) = (established, drops)
        (peer.acceptedPaths, peer.sentPrefixes, peer.stalePaths) = (acceptedPaths, sentPrefixes, stalePaths)
        (peer.holdTime, peer.keepalive, peer.prefixLimit) = (holdTime, keepalive, prefixLimit)
        if error.count == 2 { peer.error = (major: error[0], minor: error[1]) }
        peer.messages = PeerPicture.Messages(received: received, sent: sent)
        peer.messages.notificationsReceived = notificationsReceived
        peer.messages.notificationsSent = notificationsSent
        return peer
    }
}
