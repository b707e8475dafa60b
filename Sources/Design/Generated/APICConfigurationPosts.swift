public import Fabric

/// One POST to the APIC and the paper's step that it carries out.
public struct APICPost: Hashable, Sendable {
    /// The paper's step: `ACI step 8`.
    public var step: String
    /// What it does, one line.
    public var title: String
    /// What it sets, in words, one line each.
    public var details: [String]
    /// The DN that is posted to.
    public var dn: String
    /// The body.
    public var body: ManagedObject

    /// The path of the request.
    public var path: String { "/api/mo/\(dn).json" }
}

/// The APIC's side of a layout: the objects of the paper's ACI steps, in the paper's order (aci.md 4.1).
public struct APICConfigurationPosts: Sendable {
    /// The layout.
    public let layout: FabricLayout

    /// The configuration of a layout.
    public init(_ layout: FabricLayout) { self.layout = layout }

    /// The external EPG's name (paper, ACI step 4).
    public static let externalEPG = "default"
    /// The two halves of the address space. One entry 0.0.0.0/0 would classify the two directions of traffic between
    /// nodes of one L3Out differently; the paper adds two subnets.
    public static let halves = ["0.0.0.0/1", "128.0.0.0/1"].compactMap { IPPrefix($0) }
    static let halvesV6 = ["::/1", "8000::/1"].compactMap { IPPrefix($0) }
    /// The name of match rule and context of the import route map (paper, ACI step 12).
    public static let matchRule = "calico-subnets"
    /// The name of the best-path policy that lets paths of different nodes share load.
    public static let bestPathPolicy = "calico-multipath-relax"

    var tenantDN: String { "uni/tn-\(layout.tenant)" }

    /// Every POST in the order of the paper's steps.
    public var posts: [APICPost] {
        var posts = layout.l3outs.flatMap { [l3out($0), externalEPG($0)] }
        posts += layout.racks.map(nodeProfile)
        posts += layout.racks.flatMap(interfaces)
        posts += timerPolicy + layout.racks.map(protocolProfile)
        posts.append(matchRulePost)
        posts += layout.l3outs.flatMap(routeMaps)
        return posts + transit
    }

    // MARK: Steps 1 to 5

    private func l3out(_ name: String) -> APICPost {
        post(
            "ACI steps 1 to 3", "create the L3Out \(name)",
            [
                "VRF \(layout.vrf), external routed domain \(layout.domain), BGP enabled",
                "route control enforcement: import and export",
            ],
            "\(tenantDN)/out-\(name)",
            ManagedObject(
                "l3extOut", ["name": name, "enforceRtctrl": "export,import"],
                [
                    ManagedObject("l3extRsEctx", ["tnFvCtxName": layout.vrf]),
                    ManagedObject("l3extRsL3DomAtt", ["tDn": "uni/l3dom-\(layout.domain)"]),
                    ManagedObject("bgpExtP"),
                ]))
    }

    private func externalEPG(_ l3out: String) -> APICPost {
        let isV6 = layout.supernet?.family == .ipv6 || layout.podSubnets.contains { $0.family == .ipv6 }
        let subnets = APICConfigurationPosts.halves + (isV6 ? APICConfigurationPosts.halvesV6 : [])
        let inside = layout.contracts.inside
        let outside = layout.contracts.outside
        var children = subnets.map {
            ManagedObject("l3extSubnet", ["ip": $0.description, "scope": "import-security"])
        }
        children += (inside + outside).map { ManagedObject("fvRsProv", ["tnVzBrCPName": $0]) }
        children += outside.map { ManagedObject("fvRsCons", ["tnVzBrCPName": $0]) }
        let contracts =
            (inside + outside).isEmpty
            ? "no contract: nothing but the cluster itself reaches it"
            : "provides \((inside + outside).joined(separator: ", "))"
                + (outside.isEmpty ? "" : ", consumes \(outside.joined(separator: ", "))")
        return post(
            "ACI step 4", "create the external EPG \(APICConfigurationPosts.externalEPG) of \(l3out)",
            [
                "subnets \(subnets.map(\.description).joined(separator: ", ")): external subnets for the external EPG",
                contracts,
            ],
            "\(tenantDN)/out-\(l3out)/instP-\(APICConfigurationPosts.externalEPG)",
            ManagedObject("l3extInstP", ["name": APICConfigurationPosts.externalEPG], children))
    }

    // MARK: Steps 6 and 7

    func profileDN(_ rack: FabricLayout.Rack) -> String { "\(tenantDN)/out-\(rack.l3out)/lnodep-\(rack.name)" }

    private func nodeProfile(_ rack: FabricLayout.Rack) -> APICPost {
        post(
            "ACI steps 6 and 7", "create the node profile \(rack.name)",
            rack.leaves.map { "leaf \($0.id), router id \($0.routerID)" }, profileDN(rack),
            ManagedObject(
                "l3extLNodeP", ["name": rack.name],
                rack.leaves.map {
                    ManagedObject(
                        "l3extRsNodeL3OutAtt",
                        [
                            "tDn": "topology/pod-\(rack.pod)/node-\($0.id)", "rtrId": $0.routerID.description,
                            "rtrIdLoopBack": "no",
                        ])
                }))
    }

    // MARK: Steps 10 and 11

    private var timerPolicy: [APICPost] {
        let rules = layout.variant.rules
        var attributes = [
            "name": FabricLayout.timerPolicyName, "kaIntvl": "\(FabricLayout.keepalive)",
            "holdIntvl": "\(FabricLayout.hold)", "maxAsLimit": "\(rules.maximumASLimit)", "grCtrl": "helper",
        ]
        // Named even where it is the default: a post leaves alone what it does not name, and would not mend it.
        attributes["staleIntvl"] = rules.staleInterval.map { "\($0)" } ?? "default"
        var posts = [
            post(
                "ACI step 10", "create the BGP timers policy \(FabricLayout.timerPolicyName)",
                [
                    "keepalive \(FabricLayout.keepalive) s, hold \(FabricLayout.hold) s, "
                        + "maximum AS limit \(rules.maximumASLimit), graceful restart helper"
                ],
                "\(tenantDN)/bgpCtxP-\(FabricLayout.timerPolicyName)", ManagedObject("bgpCtxPol", attributes))
        ]
        if relaxesMultipath {
            posts.append(
                post(
                    "after the paper (ACI 4.2)", "let paths of different nodes share load",
                    ["AS path multipath relax; without it one node draws all traffic of a service"],
                    "\(tenantDN)/bestpath-\(APICConfigurationPosts.bestPathPolicy)",
                    ManagedObject(
                        "bgpBestPathCtrlPol",
                        ["name": APICConfigurationPosts.bestPathPolicy, "ctrl": "asPathMultipathRelax"])))
        }
        return posts
    }

    /// Whether the release can install several eBGP next hops; an unknown one is taken for one that can.
    private var relaxesMultipath: Bool {
        layout.variant.rules.needsMultipathRelax && Limits.of(release: layout.release).ecmpMaximum > 1
    }

    private func protocolProfile(_ rack: FabricLayout.Rack) -> APICPost {
        var children = [
            ManagedObject("bgpRsBgpNodeCtxPol", ["tnBgpCtxPolName": FabricLayout.timerPolicyName])
        ]
        if relaxesMultipath {
            children.append(
                ManagedObject(
                    "bgpRsBestPathCtrlPol", ["tnBgpBestPathCtrlPolName": APICConfigurationPosts.bestPathPolicy]))
        }
        return post(
            rack.name == layout.racks.first?.name ? "ACI step 10" : "ACI step 11",
            "create the BGP protocol profile of \(rack.name)", ["timers \(FabricLayout.timerPolicyName)"],
            "\(profileDN(rack))/protp", ManagedObject("bgpProtP", [:], children))
    }

    func post(
        _ step: String, _ title: String, _ details: [String], _ dn: String, _ body: ManagedObject
    ) -> APICPost {
        var body = body
        body.attributes["dn"] = dn
        body.attributes["status"] = "created,modified"
        return APICPost(step: step, title: title, details: details, dn: dn, body: body)
    }
}
