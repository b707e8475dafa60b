public import Fabric

/// Reads the APIC's configuration of a tenant from its objects (aci.md 4.1).
///
/// The objects are what a query with `rsp-subtree=full` gives for the tenant, or single trees (L3Outs, timer policies,
/// match rules), each with its `dn`; a child may have only its place. What is not understood is told and passed over.
public enum ConfigurationTree {
    /// The configuration that the objects tell, with what was not understood, one line each.
    public static func read(_ objects: [ManagedObject]) -> (configuration: FabricConfiguration, problems: [String]) {
        var reader = TreeReader()
        for object in objects { reader.visit(object, tenant: nil) }
        reader.joinLAGs()
        return (reader.configuration, reader.problems)
    }

    /// The tenant in a DN: `uni/tn-common/out-calico`.
    static func tenant(of dn: String?) -> String? {
        guard let dn, let range = dn.firstRange(of: "uni/tn-") else { return nil }
        return String(dn[range.upperBound...].prefix { $0 != "/" })
    }

    /// The words of a comma list.
    static func words(_ text: String?) -> Set<String> {
        Set((text ?? "").split(separator: ",").map { String($0).trimmingBlanks })
    }

    /// The name of a DN's last element: `uni/l3dom-D` with `l3dom-` gives `D`.
    static func name(in dn: String?, after prefix: String) -> String? {
        guard let dn, let range = dn.firstRange(of: prefix) else { return nil }
        return String(dn[range.upperBound...].prefix { $0 != "/" })
    }
}

extension String {
    fileprivate var trimmingBlanks: String {
        var text = self[...]
        while text.first == " " { text = text.dropFirst() }
        while text.last == " " { text = text.dropLast() }
        return String(text)
    }
}

/// Collects what a walk over the tree finds.
struct TreeReader {
    var configuration = FabricConfiguration()
    var problems: [String] = []
    private var l3outsOfLeaf: [LeafID: Set<String>] = [:]
    private var lagModeOfPolicy: [String: String] = [:]
    private var lagPolicyOfGroup: [String: String] = [:]

    mutating func visit(_ object: ManagedObject, tenant: String?) {
        let tenant =
            object.className == "fvTenant" ? object["name"] : ConfigurationTree.tenant(of: object["dn"]) ?? tenant
        switch object.className {
        case "l3extOut": readL3Out(object, tenant)
        case "bgpCtxPol": readTimers(object)
        case "bgpBestPathCtrlPol":
            if let name = named(object) { configuration.bestPaths[name] = ConfigurationTree.words(object["ctrl"]) }
        case "rtctrlSubjP": readMatchRule(object)
        case "l3extRsNodeL3OutAtt": countL3Out(object)
        case "lacpLagP": if let name = named(object) { lagModeOfPolicy[name] = object["mode"] ?? "off" }
        case "infraAccBndlGrp":
            if let name = named(object) {
                lagPolicyOfGroup[name] = object.child("infraRsLacpPol")?["tnLacpLagPolName"] ?? "default"
            }
        default: for child in object.children { visit(child, tenant: tenant) }
        }
    }

    private mutating func named(_ object: ManagedObject) -> String? {
        if let name = object["name"] { return name }
        problems.append("\(object.className) without a name: \(object["dn"] ?? "no dn")")
        return nil
    }

    private mutating func readTimers(_ object: ManagedObject) {
        guard let name = named(object) else { return }
        configuration.timers[name] = BGPTimerPolicy(
            keepalive: object["kaIntvl"].flatMap { Int($0) } ?? 60,
            hold: object["holdIntvl"].flatMap { Int($0) } ?? 180,
            maximumASLimit: object["maxAsLimit"].flatMap { Int($0) } ?? 0,
            isGracefulRestartHelper: object.attributes["grCtrl"].map { $0.contains("helper") } ?? true,
            staleInterval: object["staleIntvl"].flatMap { Int($0) })
    }

    private mutating func readMatchRule(_ object: ManagedObject) {
        guard let name = named(object) else { return }
        configuration.matchRules[name] = object.children("rtctrlMatchRtDest").compactMap { match in
            guard let prefix = match["ip"].flatMap({ IPPrefix($0) }) else {
                problems.append("match rule \(name): '\(match["ip"] ?? "")' is not a prefix")
                return nil
            }
            return MatchedPrefix(
                prefix: prefix, isAggregate: match["aggregate"] == "yes" || match["aggregate"] == "true")
        }
    }

    /// A leaf's place in an L3Out, given flat for the whole fabric: `uni/tn-T/out-O/lnodep-P/rsnodeL3OutAtt-[…/node-203]`.
    private mutating func countL3Out(_ object: ManagedObject) {
        guard let dn = object["dn"], let out = dn.firstRange(of: "/lnodep-"),
            let leaf = ConfigurationTree.name(in: object["tDn"] ?? dn, after: "/node-")
                .flatMap({ Int($0.prefix { $0.isNumber }) })
        else { return }
        l3outsOfLeaf[LeafID(leaf), default: []].insert(String(dn[..<out.lowerBound]))
        configuration.l3outsOfLeaf = l3outsOfLeaf.mapValues(\.count)
    }

    /// The LACP modes of interface policy groups: each names a policy, `default` where it names none.
    mutating func joinLAGs() {
        guard !lagPolicyOfGroup.isEmpty else { return }
        configuration.lagModes = lagPolicyOfGroup.compactMapValues { lagModeOfPolicy[$0] }
    }

    private mutating func readL3Out(_ object: ManagedObject, _ tenant: String?) {
        guard let name = named(object) else { return }
        let control = ConfigurationTree.words(object["enforceRtctrl"] ?? "export")
        var l3out = L3OutConfiguration(
            tenant: tenant ?? "", name: name, vrf: object.child("l3extRsEctx")?["tnFvCtxName"],
            domain: ConfigurationTree.name(in: object.child("l3extRsL3DomAtt")?["tDn"], after: "l3dom-"),
            isBGPEnabled: object.child("bgpExtP") != nil, routeControl: control)
        l3out.nodeProfiles = object.children("l3extLNodeP").map { nodeProfile($0) }
        l3out.externalEPGs = object.children("l3extInstP").map { externalEPG($0) }
        for profile in object.children("rtctrlProfile") {
            guard let name = named(profile) else { continue }
            l3out.routeMaps[name] = routeMap(profile)
        }
        configuration.l3outs.append(l3out)
    }

    private mutating func nodeProfile(_ object: ManagedObject) -> L3OutConfiguration.NodeProfile {
        let name = named(object) ?? ""
        let leaves = object.children("l3extRsNodeL3OutAtt").compactMap { leaf -> L3OutConfiguration.BorderLeaf? in
            guard let number = ConfigurationTree.name(in: leaf["tDn"], after: "/node-").flatMap({ Int($0) }) else {
                problems.append("node profile \(name): no leaf in '\(leaf["tDn"] ?? "")'")
                return nil
            }
            return L3OutConfiguration.BorderLeaf(
                id: LeafID(number),
                pod: ConfigurationTree.name(in: leaf["tDn"], after: "/pod-").flatMap { Int($0) } ?? 1,
                routerID: leaf["rtrId"].flatMap { IPAddress($0) }, isRouterIDLoopback: leaf["rtrIdLoopBack"] != "no")
        }
        let protocolProfile = object.child("bgpProtP")
        return L3OutConfiguration.NodeProfile(
            name: name, leaves: leaves,
            timers: protocolProfile?.child("bgpRsBgpNodeCtxPol")?["tnBgpCtxPolName"],
            bestPath: protocolProfile?.child("bgpRsBestPathCtrlPol")?["tnBgpBestPathCtrlPolName"],
            interfaces: object.children("l3extLIfP").flatMap { interfaces($0) })
    }

    private func externalEPG(_ object: ManagedObject) -> L3OutConfiguration.ExternalEPG {
        var subnets: [IPPrefix: Set<String>] = [:]
        for subnet in object.children("l3extSubnet") {
            guard let prefix = subnet["ip"].flatMap({ IPPrefix($0) }) else { continue }
            subnets[prefix, default: []].formUnion(ConfigurationTree.words(subnet["scope"] ?? "import-security"))
        }
        return L3OutConfiguration.ExternalEPG(
            name: object["name"] ?? "", subnets: subnets,
            provides: Set(object.children("fvRsProv").compactMap { $0["tnVzBrCPName"] }),
            consumes: Set(object.children("fvRsCons").compactMap { $0["tnVzBrCPName"] }))
    }

    private func routeMap(_ object: ManagedObject) -> L3OutConfiguration.RouteMap {
        let contexts = object.children("rtctrlCtxP").map { context in
            L3OutConfiguration.RouteMap.Context(
                name: context["name"] ?? "", order: context["order"].flatMap { Int($0) } ?? 0,
                isPermit: context["action"] != "deny",
                matchRules: context.children("rtctrlRsCtxPToSubjP").compactMap { $0["tnRtctrlSubjPName"] })
        }
        return L3OutConfiguration.RouteMap(
            isCombinable: object["type"] != "global", contexts: contexts.sorted { $0.order < $1.order })
    }
}
