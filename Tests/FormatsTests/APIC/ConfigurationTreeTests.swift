import Fabric
import Formats
import Testing

/// The objects' shapes are those of aci.md 4.1.
@Suite struct ConfigurationTreeTests {
    private static func object(
        _ name: String, _ attributes: [String: String] = [:], _ children: [ManagedObject] = []
    ) -> ManagedObject { ManagedObject(name, attributes, children) }

    private static let peer = object(
        "bgpPeerP",
        ["addr": "192.168.2.1", "adminSt": "enabled", "ctrl": "nh-self,send-com", "ttl": "1", "password": ""],
        [
            object("bgpAsP", ["asn": "64501", "rn": "as"]),
            object("bgpLocalAsnP", ["localAsn": "64500", "asnPropagate": "none"]),
            object("bgpRsPeerPfxPol", ["tnBgpPeerPfxPolName": ""]),
        ])

    private static let path = object(
        "l3extRsPathL3OutAtt",
        [
            "tDn": "topology/pod-1/protpaths-203-204/pathep-[PG-node1]", "encap": "vlan-310", "mtu": "9000",
            "addr": "0.0.0.0", "ifInstT": "ext-svi", "mac": "00:22:BD:F8:19:FF",
        ],
        [
            object(
                "l3extMember", ["side": "B", "addr": "192.168.2.5/29"],
                [object("l3extIp", ["addr": "192.168.2.6/29"])]),
            object(
                "l3extMember", ["side": "A", "addr": "192.168.2.4/29"],
                [object("l3extIp", ["addr": "192.168.2.6/29"])]), peer,
        ])

    private static let tenant = object(
        "fvTenant", ["name": "common", "dn": "uni/tn-common"],
        [
            object("fvCtx", ["name": "calico"]),
            object(
                "l3extOut", ["name": "calico", "enforceRtctrl": "export,import"],
                [
                    object("l3extRsEctx", ["tnFvCtxName": "calico", "state": "formed"]),
                    object("l3extRsL3DomAtt", ["tDn": "uni/l3dom-calico-dom"]), object("bgpExtP"),
                    object(
                        "l3extLNodeP", ["name": "rack1"],
                        [
                            object(
                                "l3extRsNodeL3OutAtt",
                                ["tDn": "topology/pod-2/node-203", "rtrId": "203.203.203.203", "rtrIdLoopBack": "yes"]),
                            object("bgpProtP", [:], [object("bgpRsBgpNodeCtxPol", ["tnBgpCtxPolName": "fast"])]),
                            object("l3extLIfP", ["name": "nodes"], [path]),
                        ]),
                    object(
                        "l3extInstP", ["name": "default"],
                        [
                            object("l3extSubnet", ["ip": "0.0.0.0/0", "scope": "import-security,export-rtctrl"]),
                            object("fvRsProv", ["tnVzBrCPName": "web"]),
                        ]),
                    object(
                        "rtctrlProfile", ["name": "default-import", "type": "combinable"],
                        [
                            object(
                                "rtctrlCtxP", ["name": "a", "order": "0", "action": "permit"],
                                [object("rtctrlRsCtxPToSubjP", ["tnRtctrlSubjPName": "pods"])])
                        ]),
                ]),
            object("bgpCtxPol", ["name": "fast", "kaIntvl": "1", "holdIntvl": "3", "maxAsLimit": "2", "grCtrl": ""]),
            object("bgpCtxPol", ["name": "plain"]),
            object(
                "rtctrlSubjP", ["name": "pods"],
                [object("rtctrlMatchRtDest", ["ip": "10.244.0.0/16", "aggregate": "yes"])]),
        ])

    @Test func readsATenant() throws {
        let (configuration, problems) = ConfigurationTree.read([ConfigurationTreeTests.tenant])
        #expect(problems == [])
        let l3out = try #require(configuration.l3outs.first)
        #expect(l3out.tenant == "common" && l3out.name == "calico" && l3out.vrf == "calico")
        #expect(l3out.domain == "calico-dom" && l3out.isBGPEnabled && l3out.routeControl == ["export", "import"])
        #expect(l3out.borderLeaves == [LeafID(203)])
        let profile = try #require(l3out.nodeProfiles.first)
        #expect(profile.leaves.first?.pod == 2 && profile.leaves.first?.isRouterIDLoopback == true)
        #expect(profile.timers == "fast" && profile.bestPath == nil)
        let interface = try #require(profile.interfaces.first)
        #expect(interface.attachment == .vpc(LeafID(203), LeafID(204), group: "PG-node1"))
        #expect(interface.vlan == 310 && interface.mtu == 9000)
        #expect(interface.sides.map { $0.primary?.description } == ["192.168.2.4/29", "192.168.2.5/29"])
        #expect(interface.sides.allSatisfy { $0.secondaries.map(\.description) == ["192.168.2.6/29"] })
        let peer = try #require(interface.peers.first)
        #expect(peer.neighbor.description == "192.168.2.1/32" && peer.isEnabled)
        #expect(peer.remoteAS == ASN(64501) && peer.localAS == ASN(64500) && peer.controls == ["nh-self", "send-com"])
        #expect(l3out.externalEPGs.first?.provides == ["web"])
        #expect(l3out.externalEPGs.first?.subnets.values.first == ["import-security", "export-rtctrl"])
        #expect(l3out.routeMaps["default-import"]?.contexts.first?.matchRules == ["pods"])
        #expect(configuration.timers["fast"]?.isGracefulRestartHelper == false)
        #expect(
            configuration.timers["plain"]
                == BGPTimerPolicy(
                    keepalive: 60, hold: 180, maximumASLimit: 0, isGracefulRestartHelper: true))
        #expect(configuration.matchRules["pods"]?.first?.isAggregate == true)
        #expect(configuration.lagModes == nil, "what was not asked for is not known")
    }

    @Test func joinsPortChannelPoliciesToTheirGroups() {
        let objects = [
            ConfigurationTreeTests.object("lacpLagP", ["name": "lacp-active", "mode": "active"]),
            ConfigurationTreeTests.object(
                "infraAccBndlGrp", ["name": "PG-node1"],
                [ConfigurationTreeTests.object("infraRsLacpPol", ["tnLacpLagPolName": "lacp-active"])]),
        ]
        #expect(ConfigurationTree.read(objects).configuration.lagModes == ["PG-node1": "active"])
    }

    @Test func whatIsNotUnderstoodIsTold() {
        let broken = ConfigurationTreeTests.object(
            "l3extOut", ["name": "x", "dn": "uni/tn-t/out-x"],
            [
                ConfigurationTreeTests.object(
                    "l3extLNodeP", ["name": "p"],
                    [
                        ConfigurationTreeTests.object("l3extRsNodeL3OutAtt", ["tDn": "topology/pod-1/spine"]),
                        ConfigurationTreeTests.object(
                            "l3extLIfP", ["name": "i"],
                            [
                                ConfigurationTreeTests.object("l3extRsPathL3OutAtt", ["tDn": "nowhere"]),
                                ConfigurationTreeTests.object(
                                    "l3extVirtualLIfP", ["nodeDn": "topology/pod-1/node-205", "encap": "vxlan-9"],
                                    [ConfigurationTreeTests.object("bgpPeerP", ["addr": "no address"])]),
                            ]),
                    ])
            ])
        let (configuration, problems) = ConfigurationTree.read([broken])
        #expect(problems.count == 3)
        #expect(configuration.l3outs.first?.tenant == "t")
        let interfaces = configuration.l3outs.first?.nodeProfiles.first?.interfaces ?? []
        #expect(interfaces.map(\.attachment) == [.floating(LeafID(205))])
        #expect(interfaces.first?.vlan == nil)
    }

    @Test(arguments: [
        ("topology/pod-1/paths-203/pathep-[eth1/5]", L3OutInterface.Attachment.single(LeafID(203), port: "eth1/5")),
        ("topology/pod-1/protpaths-203-204/pathep-[a/b]", .vpc(LeafID(203), LeafID(204), group: "a/b")),
    ])
    func readsPaths(path: String, attachment: L3OutInterface.Attachment) {
        let tree = ConfigurationTreeTests.object(
            "l3extOut", ["name": "x"],
            [
                ConfigurationTreeTests.object(
                    "l3extLNodeP", ["name": "p"],
                    [
                        ConfigurationTreeTests.object(
                            "l3extLIfP", ["name": "i"],
                            [ConfigurationTreeTests.object("l3extRsPathL3OutAtt", ["tDn": path])])
                    ])
            ])
        let interfaces = ConfigurationTree.read([tree]).configuration.l3outs.first?.nodeProfiles.first?.interfaces
        #expect(interfaces?.map(\.attachment) == [attachment])
    }
}

@Suite struct PoolTests {
    @Test func readsIPPools() {
        let text = """
            {"kind":"IPPoolList","items":[{"metadata":{"name":"default-ipv4-ippool"},"spec":{"cidr":"10.244.0.0/16",
            "ipipMode":"Always","vxlanMode":"","natOutgoing":true,"blockSize":26,"nodeSelector":"all()"}},
            {"metadata":{"name":"six"},"spec":{"cidr":"fd00::/64","disabled":true}},
            {"metadata":{"name":"bad"},"spec":{"cidr":"pods"}}]}
            """
        let parsed = Calico.pools(Array(text.utf8))
        #expect(parsed.value.map(\.name) == ["default-ipv4-ippool", "six"])
        #expect(parsed.value.first?.ipipMode == "Always" && parsed.value.first?.vxlanMode == "Never")
        #expect(parsed.value.first?.isNATOutgoing == true && parsed.value.first?.blockSize == 26)
        #expect(parsed.value.last?.blockSize == 122 && parsed.value.last?.isDisabled == true)
        #expect(parsed.diagnostics.count == 1)
    }
}
