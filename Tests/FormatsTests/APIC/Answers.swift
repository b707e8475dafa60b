/// Objects as real APICs write them, with the attributes that aci.md 3 and 11 list; values are the paper's figure 2.
enum Answers {
    static func answer(_ objects: [String], total: Int? = nil) -> [UInt8] {
        Array("{\"totalCount\":\"\(total ?? objects.count)\",\"imdata\":[\(objects.joined(separator: ","))]}".utf8)
    }

    static let domain = "topology/pod-1/node-203/sys/bgp/inst/dom-common:calico"

    static func object(_ name: String, _ attributes: [(String, String)], children: [String] = []) -> String {
        let list = attributes.map { "\"\($0)\":\"\($1)\"" }.joined(separator: ",")
        let nested = children.isEmpty ? "" : ",\"children\":[\(children.joined(separator: ","))]"
        return "{\"\(name)\":{\"attributes\":{\(list)}\(nested)}}"
    }

    static let bgpDom = object(
        "bgpDom",
        [
            ("bgpCfgState", "0"), ("dn", domain), ("name", "common:calico"), ("numEstPeers", "1"), ("numPeers", "2"),
            ("operRtrId", "203.0.113.3"), ("operSt", "up"), ("rtrId", "203.0.113.3"), ("status", ""),
        ])

    static let family = object(
        "bgpDomAf", [("dn", domain + "/af-ipv4-ucast"), ("maxEcmp", "16"), ("tblVer", "291"), ("type", "ipv4-ucast")])

    static func peer(_ address: String, asn: Int, mask: Int = 32, adminSt: String = "enabled") -> String {
        object(
            "bgpPeer",
            [
                ("addr", "\(address)/\(mask)"), ("adminSt", adminSt), ("asn", "\(asn)"),
                ("dn", "\(domain)/peer-[\(address)/\(mask)]"), ("type", "ebgp"),
            ])
    }

    static func entry(
        _ address: String, under peer: String? = nil, operSt: String = "established",
        lastFlapTs: String = "2026-01-10T09:58:30.101+00:00", shutStQual: String = "unspecified"
    ) -> String {
        object(
            "bgpPeerEntry",
            [
                ("addr", address), ("connDrop", "0"),
                ("dn", "\(domain)/peer-[\(peer ?? address + "/32")]/ent-[\(address)]"), ("holdIntvl", "3"),
                ("kaIntvl", "1"), ("lastFlapTs", lastFlapTs),
                ("localIp", operSt == "established" ? "192.168.2.4" : "0.0.0.0"), ("modTs", "never"),
                ("operSt", operSt),
                ("shutStQual", shutStQual), ("stReason", "none"), ("status", ""), ("type", "ebgp"),
            ])
    }

    static func entryFamily(_ address: String, accepted: Int, under peer: String? = nil) -> String {
        object(
            "bgpPeerAfEntry",
            [
                ("acceptedPaths", "\(accepted)"),
                ("dn", "\(domain)/peer-[\(peer ?? address + "/32")]/ent-[\(address)]/af-ipv4-ucast"),
                ("peerTblVer", "291"), ("pfxSent", "0"), ("tblVer", "291"), ("type", "ipv4-ucast"),
            ])
    }

    static func statistics(_ address: String) -> String {
        object(
            "bgpPeerEntryStats",
            [
                ("byteInRecvQ", "0"), ("byteInSendQ", "0"),
                ("dn", "\(domain)/peer-[\(address)/32]/ent-[\(address)]/peerstats"),
                ("msgRcvd", "848179"), ("msgSent", "712365"),
            ])
    }

    static let routing = "topology/pod-1/node-203/sys/uribv4/dom-common:calico/db-rt"

    static func nextHop(
        _ prefix: String, via address: String, owner: String = "bgp-65002", tag: String = "64500",
        interface: String = "unspecified", isSecondName: Bool = false, named: Bool = true
    ) -> String {
        let end = "nh-[\(owner)]-[\(address)/32]-[\(interface)]-[common:calico]"
        let name = isSecondName ? "owner-[\(owner)]/\(end)" : end
        return object(
            "uribv4Nexthop",
            [
                ("Nhmetric", "0"), ("Nhtag", "0"), ("active", "yes"), ("addr", "\(address)/32"), ("childAction", ""),
                ("createTs", "2026-01-10T09:58:32.000+00:00"),
                (named ? "dn" : "rn", named ? "\(routing)/rt-[\(prefix)]/\(name)" : name), ("if", interface),
                ("metric", "0"), ("modTs", "never"), ("name", ""), ("owner", owner), ("pref", "20"),
                ("routeType", owner.hasPrefix("bgp") ? "ebgp" : owner), ("rwVnid", "unknown"), ("status", ""),
                ("tag", tag), ("type", "recursive"), ("vrf", "common:calico"),
            ])
    }

    static func route(_ prefix: String, children: [String]) -> String {
        object(
            "uribv4Route", [("dn", "\(routing)/rt-[\(prefix)]"), ("prefix", prefix), ("prefixLength", "26")],
            children: children)
    }
}
