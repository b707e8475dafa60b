import Fabric

extension TreeReader {
    /// The interfaces of a logical interface profile: SVIs on paths, and floating SVIs.
    mutating func interfaces(_ profile: ManagedObject) -> [L3OutInterface] {
        profile.children.compactMap { object in
            switch object.className {
            case "l3extRsPathL3OutAtt": pathInterface(object)
            case "l3extVirtualLIfP": floatingInterface(object)
            default: nil
            }
        }
    }

    private mutating func pathInterface(_ object: ManagedObject) -> L3OutInterface? {
        guard let path = object["tDn"], let attachment = TreeReader.attachment(path) else {
            problems.append("no leaf in the path '\(object["tDn"] ?? "")'")
            return nil
        }
        let members = object.children("l3extMember").sorted { ($0["side"] ?? "") < ($1["side"] ?? "") }
        let sides = members.isEmpty ? [side(object)] : members.map { side($0) }
        return L3OutInterface(
            dn: object["dn"] ?? "", attachment: attachment, vlan: TreeReader.vlan(object["encap"]),
            mtu: object["mtu"].flatMap { Int($0) }, sides: sides,
            peers: object.children("bgpPeerP").compactMap { peer($0) })
    }

    private mutating func floatingInterface(_ object: ManagedObject) -> L3OutInterface? {
        guard let number = ConfigurationTree.name(in: object["nodeDn"], after: "/node-").flatMap({ Int($0) }) else {
            problems.append("no leaf in the floating SVI '\(object["nodeDn"] ?? "")'")
            return nil
        }
        return L3OutInterface(
            dn: object["dn"] ?? "", attachment: .floating(LeafID(number)), vlan: TreeReader.vlan(object["encap"]),
            mtu: object["mtu"].flatMap { Int($0) }, sides: [side(object)],
            floatingAddress: object.child("l3extRsDynPathAtt")?["floatingAddr"].flatMap { InterfaceAddress($0) },
            peers: object.children("bgpPeerP").compactMap { peer($0) })
    }

    private func side(_ object: ManagedObject) -> L3OutInterface.Side {
        L3OutInterface.Side(
            primary: object["addr"].flatMap { InterfaceAddress($0) },
            secondaries: object.children("l3extIp").compactMap { $0["addr"].flatMap { InterfaceAddress($0) } })
    }

    private mutating func peer(_ object: ManagedObject) -> ConfiguredPeer? {
        guard let neighbor = object["addr"].flatMap({ IPPrefix($0) }) else {
            problems.append("peer '\(object["addr"] ?? "")' is not an address")
            return nil
        }
        return ConfiguredPeer(
            neighbor: neighbor, remoteAS: object.child("bgpAsP")?["asn"].flatMap { ASN(text: $0) },
            localAS: object.child("bgpLocalAsnP")?["localAsn"].flatMap { ASN(text: $0) },
            controls: ConfigurationTree.words(object["ctrl"]), isEnabled: object["adminSt"] != "disabled")
    }

    /// What a path is attached to: `topology/pod-1/protpaths-203-204/pathep-[PG-node1]` is a vPC,
    /// `topology/pod-1/paths-203/pathep-[eth1/5]` is not.
    static func attachment(_ path: String) -> L3OutInterface.Attachment? {
        guard let open = path.firstIndex(of: "["), let close = path.lastIndex(of: "]"), open < close else { return nil }
        let name = String(path[path.index(after: open)..<close])
        if let pair = ConfigurationTree.name(in: path, after: "/protpaths-") {
            let numbers = pair.split(separator: "-").compactMap { Int($0) }
            guard numbers.count == 2 else { return nil }
            return .vpc(LeafID(numbers[0]), LeafID(numbers[1]), group: name)
        }
        let leaf = ConfigurationTree.name(in: path, after: "/paths-").flatMap { Int($0) }
        return leaf.map { .single(LeafID($0), port: name) }
    }

    static func vlan(_ encapsulation: String?) -> Int? {
        guard let encapsulation, encapsulation.hasPrefix("vlan-") else { return nil }
        return Int(encapsulation.dropFirst(5))
    }
}
