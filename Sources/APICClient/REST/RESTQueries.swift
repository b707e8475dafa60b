import Fabric
import Formats

/// Which queries a look consists of (aci.md 9.1).
enum RESTQueries {
    /// The classes of a leaf's BGP that are read every cycle, in one request.
    static let bgpClasses = [
        "bgpDom", "bgpDomAf", "bgpPeer", "bgpPeerEntry", "bgpPeerAfEntry", "bgpPeerEntryStats", "bgpPeerEvents",
    ]

    /// A leaf's BGP in a VRF, or in all.
    static func bgp(_ place: String, vrf: String?) -> APICQuery {
        .object("\(place)/sys/bgp/inst" + (vrf.map { "/dom-\($0)" } ?? "")).subtree(bgpClasses)
    }

    /// A leaf's next hops in a VRF, or in all; one class, so that the order of the pages is the order of the names.
    static func routes(_ place: String, vrf: String?, family: AddressFamily) -> (query: APICQuery, order: String) {
        let name = family == .ipv4 ? "uribv4" : "uribv6"
        let query = APICQuery.object("\(place)/sys/\(name)" + (vrf.map { "/dom-\($0)" } ?? ""))
        return (query.subtree([name + "Nexthop"]), name + "Nexthop")
    }

    /// What a leaf accepted from its neighbors in a VRF, or in all (aci.md 3.3). What came over iBGP is left out: it is
    /// as much as all other leaves together.
    static func paths(_ place: String, vrf: String?, family: AddressFamily) -> (query: APICQuery, order: String) {
        let table = vrf.map { "/dom-\($0)/af-\(family == .ipv4 ? "ipv4" : "ipv6")-ucast" } ?? ""
        let query = APICQuery.object("\(place)/sys/bgp/inst" + table).subtree(["bgpPath"])
            .with("query-target-filter", "eq(bgpPath.type,\"external\")")
        return (query, "bgpPath")
    }

    /// Faults that concern BGP neighbors and configuration (aci.md 5).
    static let faultCodes = ["F0299", "F0467", "F1344", "F1425", "F199144"]

    /// The fabric as a whole, every 30 seconds.
    static var fabric: [APICQuery] {
        let faults = faultCodes.map { "eq(faultInst.code,\"\($0)\")" }.joined(separator: ",")
        return [
            .objects(of: "fabricNode"), .objects(of: "topSystem"), .objects(of: "vpcDom"),
            APICQuery.objects(of: "faultInst").with("query-target-filter", "or(\(faults))"),
        ]
    }

    /// What changes seldom: the fabric's AS, pairs as configured, capacity, changes.
    static var configuration: [APICQuery] {
        [
            .objects(of: "bgpInst"),
            APICQuery.objects(of: "fabricExplicitGEp").with("rsp-subtree", "full")
                .with("rsp-subtree-class", "fabricNodePEp"),
            APICQuery.objects(of: "eqptcapacityEntity").with("query-target", "self")
                .with("rsp-subtree-include", "stats").with("rsp-subtree-class", "eqptcapacityPrefixEntries5min"),
            .objects(of: "configprofileEntity"), .objects(of: "topoctrlFwdScaleProf"),
            APICQuery.objects(of: "aaaModLR").with("query-target-filter", "wcard(aaaModLR.affected,\"peerP-\")")
                .with("order-by", "aaaModLR.created|desc").with("page", "0").with("page-size", "100"),
        ]
    }

    /// Which L3Outs belong to a VRF: `tenant:vrf`.
    static func outsides(vrf: String) -> APICQuery {
        let name = vrf.split(separator: ":", maxSplits: 1).last.map(String.init) ?? vrf
        return APICQuery.objects(of: "l3extRsEctx")
            .with("query-target-filter", "eq(l3extRsEctx.tnFvCtxName,\"\(name)\")")
    }

    /// The tree of one L3Out.
    static func outside(_ name: String) -> APICQuery {
        .object(name).with("rsp-subtree", "full").with("rsp-prop-include", "config-only")
    }

    /// The policies of a tenant that an L3Out may name: timers, best path, match rules.
    static func policies(tenant: String) -> APICQuery {
        APICQuery.object("uni/tn-\(tenant)").with("query-target", "children")
            .with("target-subtree-class", "bgpCtxPol,bgpBestPathCtrlPol,rtctrlSubjP")
            .with("rsp-subtree", "full").with("rsp-prop-include", "config-only")
    }

    /// What is nice to know beside it and not everyone may read: how the nodes' links are bundled, and which L3Outs
    /// stand on which leaf.
    static let surroundings: [APICQuery] = [
        APICQuery.objects(of: "lacpLagP"),
        APICQuery.objects(of: "infraAccBndlGrp").with("rsp-subtree", "children")
            .with("rsp-subtree-class", "infraRsLacpPol"),
        APICQuery.objects(of: "l3extRsNodeL3OutAtt"),
    ]

    /// How many requests a second the APIC allows.
    static let throttle = APICQuery.object("uni/fabric/comm-default/https")
}
