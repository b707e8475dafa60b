import Fabric

extension APICConfigurationPosts {
    // MARK: Steps 8 and 9

    /// The interfaces of a rack: one SVI per node on its vPC, or one floating SVI per anchor leaf.
    func interfaces(_ rack: FabricLayout.Rack) -> [APICPost] {
        let profile = "\(profileDN(rack))/lifp-\(rack.name)"
        if layout.variant.rules.attachment == .floatingSVI { return floating(rack, profile) }
        return rack.nodes.enumerated().map { index, node in
            let isFirst = index == 0 && rack.name == layout.racks.first?.name
            return post(
                isFirst ? "ACI step 8" : "ACI step 9", "create the SVI towards \(node.name)", details(of: node, rack),
                profile,
                ManagedObject("l3extLIfP", ["name": rack.name], [svi(node, rack)]))
        }
    }

    private func details(of node: FabricLayout.Node, _ rack: FabricLayout.Rack) -> [String] {
        let sides = vpc(node, rack).map { "leaf \($0.leaf) \($0.address)/\(node.subnet.length)" }
        return [
            "vPC \(node.path), VLAN \(node.vlan), MTU \(layout.mtu)",
            sides.joined(separator: ", ") + ", secondary \(node.gateway)/\(node.subnet.length) on both",
            "peer \(node.address), remote AS \(node.asn), local AS \(rack.asn), "
                + layout.variant.rules.peerControls.joined(separator: ", "),
        ]
    }

    /// The leaves of a vPC with their addresses, side A first: the lower number, as the APIC names the path.
    private func vpc(_ node: FabricLayout.Node, _ rack: FabricLayout.Rack) -> [(leaf: LeafID, address: IPAddress)] {
        zip(rack.leaves.map(\.id), node.leafAddresses).map { (leaf: $0, address: $1) }.sorted { $0.leaf < $1.leaf }
    }

    private func svi(_ node: FabricLayout.Node, _ rack: FabricLayout.Rack) -> ManagedObject {
        let sides = vpc(node, rack)
        let pair = sides.map(\.leaf.description).joined(separator: "-")
        let length = node.subnet.length
        let members = zip(["A", "B"], sides).map { name, side in
            ManagedObject(
                "l3extMember", ["side": name, "addr": "\(side.address)/\(length)"],
                [ManagedObject("l3extIp", ["addr": "\(node.gateway)/\(length)"])])
        }
        return ManagedObject(
            "l3extRsPathL3OutAtt",
            [
                "tDn": "topology/pod-\(rack.pod)/protpaths-\(pair)/pathep-[\(node.path)]", "ifInstT": "ext-svi",
                "encap": "vlan-\(node.vlan)", "encapScope": "local", "mode": "regular", "mtu": "\(layout.mtu)",
                "addr": "0.0.0.0",
            ],
            members + [peer(node.address.description, remote: node.asn, local: rack.asn)])
    }

    private func peer(_ neighbor: String, remote: ASN, local: ASN) -> ManagedObject {
        var children = [ManagedObject("bgpAsP", ["asn": remote.description])]
        if local != layout.fabricAS {
            children.append(
                ManagedObject("bgpLocalAsnP", ["localAsn": local.description, "asnPropagate": "none"]))
        }
        return ManagedObject(
            "bgpPeerP",
            [
                "addr": neighbor, "adminSt": "enabled", "addrTCtrl": "af-ucast", "ttl": "1",
                "ctrl": layout.variant.rules.peerControls.joined(separator: ","),
            ], children)
    }

    private func floating(_ rack: FabricLayout.Rack, _ profile: String) -> [APICPost] {
        guard let supernet = layout.supernet, let asn = layout.clusterAS,
            let floating = layout.floatingAddress, let first = layout.nodes.first
        else { return [] }
        return rack.leaves.compactMap { leaf in
            guard let address = leaf.sharedAddress else { return nil }
            let body = ManagedObject(
                "l3extVirtualLIfP",
                [
                    "nodeDn": "topology/pod-\(rack.pod)/node-\(leaf.id)", "encap": "vlan-\(first.vlan)",
                    "ifInstT": "ext-svi",
                    "addr": "\(address)/\(supernet.length)", "mtu": "\(layout.mtu)", "encapScope": "local",
                    "mode": "regular",
                ],
                [
                    ManagedObject("l3extIp", ["addr": "\(first.gateway)/\(supernet.length)"]),
                    ManagedObject(
                        "l3extRsDynPathAtt",
                        ["tDn": "uni/phys-\(layout.domain)", "floatingAddr": "\(floating)/\(supernet.length)"]),
                    peer(supernet.description, remote: asn, local: rack.asn),
                ])
            return post(
                "ACI steps 8 and 9", "create the floating SVI on its anchor leaf \(leaf.id)",
                [
                    "VLAN \(first.vlan), MTU \(layout.mtu), address \(address)/\(supernet.length), floating \(floating)",
                    "dynamic neighbors \(supernet), remote AS \(asn)",
                ],
                profile, ManagedObject("l3extLIfP", ["name": rack.name], [body]))
        }
    }

    // MARK: Step 12 and transit

    var matchRulePost: APICPost {
        let prefixes = layout.podSubnets + layout.serviceSubnets
        return post(
            "ACI step 12", "create the match rule \(APICConfigurationPosts.matchRule)",
            prefixes.map { "\($0), aggregate" }, "\(tenantDN)/subj-\(APICConfigurationPosts.matchRule)",
            ManagedObject(
                "rtctrlSubjP", ["name": APICConfigurationPosts.matchRule],
                prefixes.map { ManagedObject("rtctrlMatchRtDest", ["ip": $0.description, "aggregate": "yes"]) }))
    }

    /// `default-import`, and where leaves send routes to nodes `default-export`.
    func routeMaps(_ l3out: String) -> [APICPost] {
        var names = ["default-import"]
        if layout.variant.rules.sendsRoutesToNodes { names.append("default-export") }
        return names.map { routeMap($0, of: l3out, step: "ACI step 12") }
    }

    private func routeMap(_ name: String, of l3out: String, step: String) -> APICPost {
        post(
            step, "set the route map \(name) of \(l3out)",
            ["type match prefix and routing policy", "context 0: permit \(APICConfigurationPosts.matchRule)"],
            "\(tenantDN)/out-\(l3out)/prof-\(name)",
            ManagedObject(
                "rtctrlProfile", ["name": name, "type": "combinable"],
                [
                    ManagedObject(
                        "rtctrlCtxP",
                        ["name": APICConfigurationPosts.matchRule, "order": "0", "action": "permit"],
                        [
                            ManagedObject(
                                "rtctrlRsCtxPToSubjP", ["tnRtctrlSubjPName": APICConfigurationPosts.matchRule])
                        ])
                ]))
    }

    /// The way out of ACI: the other L3Out exports pods and services and shares the contracts.
    ///
    /// An export subnet counts on the L3Out that the routes leave by, and matches its very prefix alone; a node's
    /// blocks are longer, so the route map `default-export` with aggregate carries them.
    var transit: [APICPost] {
        guard let transit = layout.transit else { return [] }
        let subnets = layout.podSubnets + layout.serviceSubnets
        let contracts = layout.contracts.outside
        var children = subnets.map {
            ManagedObject("l3extSubnet", ["ip": $0.description, "scope": "export-rtctrl"])
        }
        children += contracts.map { ManagedObject("fvRsCons", ["tnVzBrCPName": $0]) }
        children += contracts.map { ManagedObject("fvRsProv", ["tnVzBrCPName": $0]) }
        return [
            post(
                "transit routing", "export pods and services by \(transit.l3out)",
                subnets.map { "\($0): export route control subnet" }
                    + (contracts.isEmpty ? [] : ["provides and consumes \(contracts.joined(separator: ", "))"]),
                "\(tenantDN)/out-\(transit.l3out)/instP-\(transit.externalEPG)",
                ManagedObject("l3extInstP", ["name": transit.externalEPG], children)),
            routeMap("default-export", of: transit.l3out, step: "transit routing"),
        ]
    }
}
