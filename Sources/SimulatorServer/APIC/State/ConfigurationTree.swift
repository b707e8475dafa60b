import Fabric
import FoundationEssentials
import Simulator

/// `uni` as the paper's steps build it (aci.md 4.1), and as clients change it.
struct ConfigurationTree: Sendable {
    /// The object `uni`.
    private(set) var root: ManagedObject

    /// The tree of a configuration.
    init(_ plan: FabricConfiguration, settings: ControllerSettings, at now: Date) {
        var builder = ConfigurationBuilder(plan: plan, moment: Moments.text(now))
        root = builder.tree(settings)
    }

    /// Replaces the object with the same name, or adds it below an existing parent.
    mutating func put(_ object: ManagedObject) { ConfigurationTree.put(object, into: &root) }

    /// Removes an object with everything below it.
    mutating func remove(_ dn: String) { ConfigurationTree.remove(dn, from: &root) }

    private static func put(_ object: ManagedObject, into parent: inout ManagedObject) {
        if parent.dn == object.dn {
            parent = object
            return
        }
        guard let place = parent.children.firstIndex(where: { object.dn == $0.dn || object.dn.isBelow($0.dn) }) else {
            parent.children.append(object)
            return
        }
        put(object, into: &parent.children[place])
    }

    private static func remove(_ dn: String, from parent: inout ManagedObject) {
        if let place = parent.children.firstIndex(where: { $0.dn == dn }) {
            parent.children.remove(at: place)
        } else if let place = parent.children.firstIndex(where: { dn.isBelow($0.dn) }) {
            remove(dn, from: &parent.children[place])
        }
    }

    /// What `commHttps` allows, in requests per second; nil without a throttle.
    var throttle: Double? {
        guard let https = root.find("uni/fabric/comm-default/https"), https["globalThrottleSt"] == "enabled",
            let rate = https["globalThrottleRate"].flatMap({ Double($0) })
        else { return nil }
        return https["globalThrottleUnit"] == "r/m" ? rate / 60 : rate
    }

    /// LPM entries of the forwarding scale profile that was chosen (aci.md 7.2); nil where the default was left. A real
    /// leaf takes a profile with its next reload, this one at once.
    var scaleProfile: Int? {
        let known = ["high-dual-stack": 38_000, "ipv4": 38_000, "high-lpm": 128_000]
        return root.find("uni/infra/fwdscalepol-default")?["profType"].flatMap { known[$0] }
    }

    /// A neighbor on a leaf.
    struct Neighbor: Sendable, Hashable {
        var address: IPAddress
        var leaf: LeafID
    }

    /// What the tree says of each neighbor of each leaf.
    func neighbors() -> [Neighbor: PeerSettings] {
        var found: [Neighbor: PeerSettings] = [:]
        var limits: [String: Int] = [:]
        var timers: [String: (hold: Int, keepalive: Int)] = [:]
        root.walk { object in
            let name = object["name"] ?? ""
            switch object.className {
            case "bgpPeerPfxPol": limits[name] = object["maxPfx"].flatMap { Int($0) }
            case "bgpCtxPol":
                if let hold = object["holdIntvl"].flatMap({ Int($0) }),
                    let keep = object["kaIntvl"].flatMap({ Int($0) })
                {
                    timers[name] = (hold, keep)
                }
            default: break
            }
        }
        let exported = exportedPrefixes()
        root.walk { profile in
            guard profile.className == "l3extLNodeP" else { return }
            let l3out = profile.dn.firstRange(of: "/lnodep-").map { String(profile.dn[..<$0.lowerBound]) } ?? ""
            var timer: (hold: Int, keepalive: Int)?
            profile.walk { if $0.className == "bgpRsBgpNodeCtxPol" { timer = timers[$0["tnBgpCtxPolName"] ?? ""] } }
            profile.walk { path in
                guard path.className == "l3extRsPathL3OutAtt" else { return }
                for peer in path.children where peer.className == "bgpPeerP" {
                    guard let address = peer["addr"].flatMap({ IPAddress($0) }) else { continue }
                    var settings = ConfigurationTree.settings(peer, limits, timer)
                    settings.exported = exported[l3out] ?? []
                    for leaf in ConfigurationTree.leaves(path["tDn"] ?? "") {
                        found[Neighbor(address: address, leaf: leaf)] = settings
                    }
                }
            }
        }
        return found
    }

    /// For each L3Out the subnets that its external EPGs export: a neighbor is sent those of its own L3Out.
    private func exportedPrefixes() -> [String: Set<IPPrefix>] {
        var exported: [String: Set<IPPrefix>] = [:]
        root.walk { object in
            guard object.className == "l3extSubnet", object["scope"]?.contains("export-rtctrl") == true,
                let end = object.dn.firstRange(of: "/instP-"), let prefix = object["ip"].flatMap({ IPPrefix($0) })
            else { return }
            exported[String(object.dn[..<end.lowerBound]), default: []].insert(prefix)
        }
        return exported
    }

    private static func settings(
        _ peer: ManagedObject, _ limits: [String: Int], _ timer: (hold: Int, keepalive: Int)?
    ) -> PeerSettings {
        func number(_ name: String, _ property: String) -> ASN? {
            peer.children.first { $0.className == name }?[property].flatMap { ASN(text: $0) }
        }
        var settings = PeerSettings(
            isEnabled: peer["adminSt"] != "disabled", asn: number("bgpAsP", "asn"),
            localAS: number("bgpLocalAsnP", "localAsn"))
        if let timer { (settings.holdTime, settings.keepalive) = (timer.hold, timer.keepalive) }
        let policy = peer.children.first { $0.className == "bgpRsPeerPfxPol" }?["tnBgpPeerPfxPolName"] ?? ""
        settings.prefixLimit = limits[policy]
        return settings
    }

    /// The leaves of `topology/pod-1/protpaths-203-204/pathep-[…]` or `topology/pod-1/paths-203/…`.
    static func leaves(_ path: String) -> [LeafID] {
        let parts = DistinguishedName.parts(path) ?? []
        guard let pair = parts.first(where: { $0.hasPrefix("protpaths-") || $0.hasPrefix("paths-") }) else { return [] }
        return pair.split(separator: "-").dropFirst().compactMap { Int($0) }.map { LeafID($0) }
    }
}
