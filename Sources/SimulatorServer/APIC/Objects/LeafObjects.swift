import Fabric
import FoundationEssentials
import Simulator

/// The objects of `topology/pod-1/node-N`, built from a picture when a request wants them.
struct LeafObjects {
    let picture: FabricPicture
    let leaf: LeafPicture
    /// Which classes the request looks at; nil: all.
    let wanted: Set<String>?
    /// How far the leaf's clock is from the controllers'.
    var clockSkew = 0.0
    /// Faults by the name of the object that they are of.
    var faults: [String: [ManagedObject]] = [:]

    var nodeDN: String { "topology/pod-1/node-\(leaf.id)" }
    private var systemDN: String { nodeDN + "/sys" }

    /// Whether any of some classes is looked at.
    private func wants(_ classes: String...) -> Bool {
        guard let wanted else { return true }
        return classes.contains(where: wanted.contains)
    }

    private func made(
        _ name: String, under parent: String, _ rn: String, _ values: KeyValuePairs<String, String> = [:]
    ) -> ManagedObject? {
        ClassTable.named(name).map { ManagedObject($0, under: parent, rn: rn, values) }
    }

    /// The leaf with everything below it.
    func tree() -> ManagedObject? {
        var node = made(
            "fabricNode", under: "topology/pod-1", "node-\(leaf.id)",
            [
                "address": "\(leaf.tep)", "fabricSt": leaf.isInService ? "active" : "inactive", "id": "\(leaf.id)",
                "name": leaf.name, "serial": "FDO2100\(leaf.id)X", "version": SwitchVersion.of(picture.release),
                "modTs": Moments.text(leaf.bootedAt), "lastStateModTs": Moments.text(leaf.bootedAt),
            ])
        // A leaf that reloads answers nothing: its objects vanish from the controllers' answers.
        if leaf.isInService, let system = system() { node?.children.append(system) }
        return node
    }

    private func system() -> ManagedObject? {
        let now = picture.now.addingTimeInterval(clockSkew)
        var system = made(
            "topSystem", under: nodeDN, "sys",
            [
                "address": "\(leaf.tep)", "currentTime": Moments.text(now), "id": "\(leaf.id)", "name": leaf.name,
                "lastRebootTime": Moments.text(leaf.bootedAt), "oobMgmtAddr": "\(leaf.management)",
                "serial": "FDO2100\(leaf.id)X", "version": SwitchVersion.of(picture.release),
                "systemUpTime": Moments.span(picture.now.timeIntervalSince(leaf.bootedAt)),
            ])
        for child in [bgp(), uribv4(), vpc(), arp(), capacity(), profile(), scale()] {
            if let child { system?.children.append(child) }
        }
        return system
    }

    // MARK: BGP

    private func bgp() -> ManagedObject? {
        let dn = systemDN + "/bgp"
        guard
            wants(
                "bgpEntity", "bgpInst", "bgpDom", "bgpDomAf", "bgpPeer", "bgpPeerEntry", "bgpPeerAfEntry",
                "bgpPeerEntryStats", "bgpPeerEvents", "bgpGrSt", "bgpRoute", "bgpPath", "faultInst")
        else { return nil }
        var entity = made("bgpEntity", under: systemDN, "bgp")
        var instance = made(
            "bgpInst", under: dn, "inst",
            [
                "asn": "\(picture.fabricAS)", "activateTs": Moments.text(leaf.bootedAt),
                "createTs": Moments.text(leaf.bootedAt), "waitDoneTs": Moments.text(leaf.bootedAt),
            ])
        for vrf in leaf.vrfs { instance?.children.append(contentsOf: domain(vrf, under: dn + "/inst")) }
        if let instance { entity?.children.append(instance) }
        return entity
    }

    private func domain(_ vrf: VRFPicture, under parent: String) -> [ManagedObject] {
        let established = vrf.peers.count { $0.state == .established }
        let timers = vrf.peers.first
        guard
            var domain = made(
                "bgpDom", under: parent, "dom-\(vrf.name)",
                [
                    "name": vrf.name, "numEstPeers": "\(established)", "numPeers": "\(vrf.peers.count)",
                    "operRtrId": "\(vrf.routerID)", "rtrId": "\(vrf.routerID)", "maxAsLimit": "\(vrf.maximumASPath)",
                    "holdIntvl": "\(timers?.holdTime ?? 180)", "kaIntvl": "\(timers?.keepalive ?? 60)",
                    "firstPeerUpTs": Moments.text(vrf.peers.compactMap(\.changedAt).min()),
                ])
        else { return [] }
        if wants("bgpDomAf", "bgpRoute", "bgpPath"),
            var family = made(
                "bgpDomAf", under: domain.dn, "af-ipv4-ucast",
                ["maxEcmp": "\(vrf.ecmpLimit)", "maxEcmpIbgp": "16", "tblVer": "\(vrf.tableVersion)"])
        {
            if vrf.name == leaf.vrfs.first?.name {
                family.table = TableKey(kind: .paths, leaf: leaf.id.number, parent: family.dn)
            }
            domain.children.append(family)
        }
        let peers = PeerObjects(vrf: vrf, domain: domain.dn, wanted: wanted, faults: faults)
        domain.children.append(contentsOf: peers.all())
        return [domain]
    }

    // MARK: Routes

    private func uribv4() -> ManagedObject? {
        guard wants("uribv4Entity", "uribv4Dom", "uribv4Db", "uribv4Route", "uribv4Nexthop") else { return nil }
        var entity = made("uribv4Entity", under: systemDN, "uribv4")
        for (index, vrf) in leaf.vrfs.enumerated() {
            var domain = made("uribv4Dom", under: systemDN + "/uribv4", "dom-\(vrf.name)", ["name": vrf.name])
            if var table = made("uribv4Db", under: domain?.dn ?? "", "db-rt") {
                if index == 0 { table.table = TableKey(kind: .routes, leaf: leaf.id.number, parent: table.dn) }
                domain?.children.append(table)
            }
            if let domain { entity?.children.append(domain) }
        }
        return entity
    }

    // MARK: vPC and adjacencies

    private func vpc() -> ManagedObject? {
        guard let pair = leaf.pair, wants("vpcEntity", "vpcInst", "vpcDom", "vpcIf"),
            var entity = made("vpcEntity", under: systemDN, "vpc"),
            var instance = made("vpcInst", under: entity.dn, "inst")
        else { return nil }
        let other = picture.leaves.first { $0.id == pair }
        let lower = min(leaf.id.number, pair.number)
        let role = leaf.id.number == lower ? "master" : "slave"
        var domain = made(
            "vpcDom", under: instance.dn, "dom-\(lower)",
            [
                "id": "\(lower)", "operRole": role, "lacpRole": role, "peerSt": leaf.isPairUp ? "up" : "down",
                "peerStQual": leaf.isPairUp ? "peer was reachable" : "peer is not reachable",
                "peerIp": other.map { "\($0.tep)/32" } ?? "", "virtualIp": "10.0.112.\(lower & 255)/32",
            ])
        for (index, peer) in (leaf.vrfs.first?.peers ?? []).enumerated() where wants("vpcIf") {
            let remote = leaf.isPairUp ? "up" : "down"
            if let interface = made(
                "vpcIf", under: domain?.dn ?? "", "if-\(index + 1)",
                [
                    "id": "\(index + 1)", "remoteOperSt": remote,
                    "fabricPathDn": "topology/pod-1/protpaths-\(lower)-\(max(leaf.id.number, pair.number))"
                        + "/pathep-[PG-\(peer.address)]",
                    "cfgdVlans": peer.interface.replacing("vlan", with: ""),
                    "upVlans": peer.interface.replacing("vlan", with: ""),
                ])
            {
                domain?.children.append(interface)
            }
        }
        if let domain { instance.children.append(domain) }
        entity.children.append(instance)
        return entity
    }

    private func arp() -> ManagedObject? {
        guard wants("arpAdjEp"), let holder = ClassTable.named("topRoot") else { return nil }
        var entity = ManagedObject(holder, under: systemDN, rn: "arp")
        for peer in leaf.vrfs.first?.peers ?? [] where peer.listener == nil {
            let octets = (0..<4).map { UInt8(truncatingIfNeeded: (peer.address.v4 ?? 0) >> (24 - 8 * $0)) }
            let mac = "02:00" + octets.map { ":" + ($0 < 16 ? "0" : "") + String($0, radix: 16).uppercased() }.joined()
            if let adjacency = made(
                "arpAdjEp", under: systemDN + "/arp/inst", "adj-[\(peer.interface)]-[\(peer.address)]",
                [
                    "ifId": peer.interface, "ip": "\(peer.address)", "mac": mac, "physIfId": "po1",
                    "upTS": Moments.text(leaf.bootedAt),
                ])
            {
                entity.children.append(adjacency)
            }
        }
        return entity
    }

    // MARK: Capacity

    private func capacity() -> ManagedObject? {
        let classes = ["eqptcapacityPrefixEntries5min", "eqptcapacityPolUsage5min", "eqptcapacityL3v4Usage325min"]
        guard wants("eqptcapacityEntity") || classes.contains(where: { wants($0) }),
            var entity = made("eqptcapacityEntity", under: systemDN, "eqptcapacity")
        else { return nil }
        let (used, limit) = leaf.prefixEntries
        let percent = limit > 0 ? used * 100 / limit : 0
        let end = Moments.text(picture.now)
        let peers = leaf.vrfs.first?.peers.count ?? 0
        entity.children = [
            made(
                classes[0], under: entity.dn, "CDeqptcapacityPrefixEntries5min",
                [
                    "extNormalizedLast": "\(percent)", "extNormalizedAvg": "\(percent)",
                    "extNormalizedMax": "\(percent)", "repIntvEnd": end,
                ]),
            made(classes[1], under: entity.dn, "CDeqptcapacityPolUsage5min", ["repIntvEnd": end]),
            made(
                classes[2], under: entity.dn, "CDeqptcapacityL3v4Usage325min",
                ["repIntvEnd": end, "v4TotalCum": "\(peers * 3)", "v4TotalBase": "\(peers * 3)"]),
        ].compactMap { $0 }
        return entity
    }

    private func profile() -> ManagedObject? {
        made(
            "configprofileEntity", under: systemDN, "cfgent-dual-stack",
            ["name": "dual-stack", "lpm": "\(leaf.prefixEntries.limit)"])
    }

    private func scale() -> ManagedObject? {
        made(
            "topoctrlFwdScaleProf", under: systemDN, "fwdscaleprof",
            ["currentProfile": systemDN + "/cfgent-dual-stack", "name": "default"])
    }
}

/// The version that a switch names for a release of the controllers: `n9000-16.0(8f)` for `6.0(8f)`.
enum SwitchVersion {
    static func of(_ release: String) -> String { "n9000-1" + release }
}
