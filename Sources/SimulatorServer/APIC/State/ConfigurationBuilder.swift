import Fabric
import Simulator

/// Builds `uni` from a configuration, step by step as the paper does.
struct ConfigurationBuilder {
    let plan: FabricConfiguration
    /// When everything was created.
    let moment: String

    private func made(
        _ name: String, under parent: String, _ rn: String, _ values: KeyValuePairs<String, String> = [:],
        _ children: (String) -> [ManagedObject?] = { _ in [] }
    ) -> ManagedObject? {
        guard let schema = ClassTable.named(name) else { return nil }
        var object = ManagedObject(schema, under: parent, rn: rn, values)
        object.set("modTs", moment)
        object.children = children(object.dn).compactMap { $0 }
        return object
    }

    mutating func tree(_ settings: ControllerSettings) -> ManagedObject {
        let schema = ClassTable.named("polUni") ?? ClassSchema("polUni", rn: "uni", "")
        var root = ManagedObject(schema, under: "", rn: "uni")
        var tenants = [tenant()]
        if plan.tenant != "common" { tenants.append(made("fvTenant", under: "uni", "tn-common", ["name": "common"])) }
        tenants.append(made("fvTenant", under: "uni", "tn-infra", ["name": "infra"]))
        root.children = (tenants + [fabric(), infra(), users(settings)]).compactMap { $0 }
        return root
    }

    // MARK: Tenant

    private func tenant() -> ManagedObject? {
        made("fvTenant", under: "uni", "tn-\(plan.tenant)", ["name": plan.tenant]) { dn in
            [
                made("fvCtx", under: dn, "ctx-\(plan.vrfName)", ["name": plan.vrfName]) { ctx in
                    [
                        made(
                            "fvRsCtxToBgpCtxAfPol", under: ctx, "rsctxToBgpCtxAfPol-[bgp-ecmp]-ipv4-ucast",
                            ["tnBgpCtxAfPolName": "bgp-ecmp", "tCl": "bgpCtxAfPol"])
                    ]
                },
                made(
                    "bgpCtxPol", under: dn, "bgpCtxP-calico-timers",
                    ["name": "calico-timers", "holdIntvl": "3", "kaIntvl": "1", "maxAsLimit": "\(plan.maximumASPath)"]),
                made(
                    "bgpCtxAfPol", under: dn, "bgpCtxAfP-bgp-ecmp",
                    ["name": "bgp-ecmp", "maxEcmp": "\(plan.ecmpLimit)"]),
                made(
                    "bgpBestPathCtrlPol", under: dn, "bestpath-relax",
                    ["name": "relax", "ctrl": plan.relaxesMultipath ? "asPathMultipathRelax" : ""]),
                made("bgpPeerPfxPol", under: dn, "bgpPfxP-default", ["name": "default"]),
                matches(dn), l3out(dn),
            ]
        }
    }

    private func matches(_ tenant: String) -> ManagedObject? {
        made("rtctrlSubjP", under: tenant, "subj-calico", ["name": "calico"]) { dn in
            plan.permitted.map { prefix in
                made(
                    "rtctrlMatchRtDest", under: dn, "dest-[\(prefix)]", ["ip": "\(prefix)", "aggregate": "yes"])
            }
        }
    }

    private func l3out(_ tenant: String) -> ManagedObject? {
        made(
            "l3extOut", under: tenant, "out-\(plan.l3out)",
            ["name": plan.l3out, "enforceRtctrl": "export,import"]
        ) { dn in
            var children = [
                made("l3extRsEctx", under: dn, "rsectx", ["tnFvCtxName": plan.vrfName, "tCl": "fvCtx"]),
                made("l3extRsL3DomAtt", under: dn, "rsl3DomAtt", ["tDn": "uni/l3dom-calico", "tCl": "extnwDomP"]),
                made("bgpExtP", under: dn, "bgpExtP"),
                made("rtctrlProfile", under: dn, "prof-default-import", ["name": "default-import"]) { profile in
                    [
                        made("rtctrlCtxP", under: profile, "ctx-calico", ["name": "calico"]) { ctx in
                            [
                                made(
                                    "rtctrlRsCtxPToSubjP", under: ctx, "rsctxPToSubjP-calico",
                                    ["tnRtctrlSubjPName": "calico", "tCl": "rtctrlSubjP"])
                            ]
                        }
                    ]
                },
                made("l3extInstP", under: dn, "instP-default", ["name": "default"]) { group in
                    ["0.0.0.0/1", "128.0.0.0/1"].map {
                        made("l3extSubnet", under: group, "extsubnet-[\($0)]", ["ip": $0])
                    }
                },
            ]
            for rack in plan.racks { children.append(profile(rack, dn)) }
            return children
        }
    }

    private func profile(_ rack: FabricConfiguration.Rack, _ parent: String) -> ManagedObject? {
        made("l3extLNodeP", under: parent, "lnodep-\(rack.name)", ["name": rack.name]) { dn in
            var children = rack.leaves.map { leaf in
                made(
                    "l3extRsNodeL3OutAtt", under: dn, "rsnodeL3OutAtt-[topology/pod-1/node-\(leaf.id)]",
                    ["tDn": "topology/pod-1/node-\(leaf.id)", "rtrId": "\(leaf.routerID)", "tCl": "fabricNode"])
            }
            children.append(
                made("bgpProtP", under: dn, "protp") { protocols in
                    [
                        made(
                            "bgpRsBgpNodeCtxPol", under: protocols, "rsbgpNodeCtxPol",
                            ["tnBgpCtxPolName": "calico-timers", "tCl": "bgpCtxPol"]),
                        made(
                            "bgpRsBestPathCtrlPol", under: protocols, "rsBestPathCtrlPol",
                            ["tnBgpBestPathCtrlPolName": "relax", "tCl": "bgpBestPathCtrlPol"]),
                    ]
                })
            children.append(
                made("l3extLIfP", under: dn, "lifp-nodes", ["name": "nodes"]) { interfaces in
                    rack.nodes.map { path($0, rack, interfaces) }
                })
            return children
        }
    }

    private func path(
        _ node: FabricConfiguration.Node, _ rack: FabricConfiguration.Rack, _ parent: String
    ) -> ManagedObject? {
        let pair = rack.leaves.map { "\($0.id)" }.joined(separator: "-")
        let target = "topology/pod-1/protpaths-\(pair)/pathep-[PG-\(node.name)]"
        return made(
            "l3extRsPathL3OutAtt", under: parent, "rspathL3OutAtt-[\(target)]",
            ["tDn": target, "encap": "vlan-\(node.vlan)", "tCl": "fabricPathEp"]
        ) { dn in
            var children = zip(["A", "B"], node.leafAddresses).map { side, address in
                made(
                    "l3extMember", under: dn, "mem-\(side)",
                    ["side": side, "addr": "\(address)/\(node.subnetLength)"]
                ) { member in
                    let shared = "\(node.gateway)/\(node.subnetLength)"
                    return [made("l3extIp", under: member, "addr-[\(shared)]", ["addr": shared])]
                }
            }
            children.append(
                made(
                    "bgpPeerP", under: dn, "peerP-[\(node.address)]", ["addr": "\(node.address)", "ctrl": "nh-self"]
                ) { peer in
                    [
                        made("bgpAsP", under: peer, "as", ["asn": "\(node.asn)"]),
                        made("bgpLocalAsnP", under: peer, "localasn", ["localAsn": "\(rack.localAS)"]),
                        made(
                            "bgpRsPeerPfxPol", under: peer, "rspeerPfxPol",
                            [
                                "tnBgpPeerPfxPolName": "", "tDn": "uni/tn-common/bgpPfxP-default",
                                "stateQual": "default-target",
                                "tCl": "bgpPeerPfxPol",
                            ]),
                    ]
                })
            return children
        }
    }

    // MARK: Fabric

    private func fabric() -> ManagedObject? {
        made("fabricInst", under: "uni", "fabric") { dn in
            [
                made("bgpInstPol", under: dn, "bgpInstP-default", ["name": "default"]) { policy in
                    [
                        made("bgpAsP", under: policy, "as", ["asn": "\(plan.fabricAS)"]),
                        made("bgpRRP", under: policy, "rr") { rr in
                            [made("bgpRRNodePEp", under: rr, "node-1001", ["id": "1001"])]
                        },
                    ]
                },
                made("commPol", under: dn, "comm-default", ["name": "default"]) { policy in
                    [made("commHttps", under: policy, "https")]
                },
                made("fabricProtPol", under: dn, "protpol") { policy in
                    plan.racks.enumerated().map { pair($1, index: $0, under: policy) }
                },
            ]
        }
    }

    private func pair(_ rack: FabricConfiguration.Rack, index: Int, under parent: String) -> ManagedObject? {
        let name = rack.leaves.map { "\($0.id)" }.joined(separator: "-")
        return made(
            "fabricExplicitGEp", under: parent, "expgep-\(name)",
            ["name": name, "id": "\(10 + index)", "virtualIp": "10.0.112.\(64 + index)/32"]
        ) { group in
            rack.leaves.map { made("fabricNodePEp", under: group, "nodepep-\($0.id)", ["id": "\($0.id)"]) }
        }
    }

    private func infra() -> ManagedObject? {
        made("infraInfra", under: "uni", "infra") { dn in
            [
                made("topoctrlFwdScaleProfilePol", under: dn, "fwdscalepol-default", ["name": "default"]),
                made("lacpLagP", under: dn, "lacplagp-lacp-active", ["name": "lacp-active", "mode": "active"]),
                made("infraFuncP", under: dn, "funcprof") { profile in
                    plan.racks.flatMap(\.nodes).map { bundle($0, under: profile) }
                },
            ]
        }
    }

    /// The interface policy group of a node's vPC: its two links run LACP, as bonded bare-metal nodes want it.
    private func bundle(_ node: FabricConfiguration.Node, under parent: String) -> ManagedObject? {
        made("infraAccBndlGrp", under: parent, "accbundle-PG-\(node.name)", ["name": "PG-\(node.name)"]) { group in
            [made("infraRsLacpPol", under: group, "rslacpPol", ["tnLacpLagPolName": "lacp-active"])]
        }
    }

    private func users(_ settings: ControllerSettings) -> ManagedObject? {
        made("aaaUserEp", under: "uni", "userext") { dn in
            settings.users.keys.sorted().map { user in
                made("aaaUser", under: dn, "user-\(user)", ["name": user]) { name in
                    settings.userCertificates.keys.sorted().filter { $0.hasPrefix(user + "/") }.map { key in
                        let certificate = String(key.dropFirst(user.utf8.count + 1))
                        return made(
                            "aaaUserCert", under: name, "usercert-\(certificate)",
                            ["name": certificate, "data": settings.userCertificates[key] ?? ""])
                    }
                }
            }
        }
    }
}
