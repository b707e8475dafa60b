import Fabric
import FoundationEssentials

extension FactCollector {
    /// Inventory, pairs, faults, audit, capacity and the throttle (aci.md 2.6, 3.1, 3.5, 5).
    static let fabricClasses: [(APICClass, Take)] = [
        (
            APICClass("fabricNode", "id", "name", "role", "fabricSt", "version", "model"),
            .named { $0.takeNode($1, $2) }
        ),
        (
            APICClass("topSystem", "id", "currentTime", "oobMgmtAddr", "state", "lastRebootTime"),
            .named { $0.takeSystem($1, $2) }
        ),
        (APICClass("vpcDom", "peerSt", "operRole", "virtualIp"), .named { $0.takePair($1, $2) }),
        (APICClass("fabricExplicitGEp", "name", "virtualIp"), .named { _, _, _ in }),
        (APICClass("fabricNodePEp", "id"), .named { $0.takePairMember($1, $2) }),
        (
            APICClass("faultInst", "code", "severity", "lc", "descr", "changeSet", "created", "lastTransition"),
            .named { $0.takeFault($1, $2) }
        ),
        (
            APICClass("aaaModLR", "affected", "ind", "user", "descr", "changeSet", "created"),
            .named { $0.takeAudit($1, $2) }
        ),
        (APICClass("eqptcapacityPrefixEntries5min", "extNormalizedLast"), .named { $0.takeUsage($1, $2) }),
        (APICClass("configprofileEntity", "lpm"), .named { $0.takeLimit($1, $2) }),
        (APICClass("topoctrlFwdScaleProf", "currentProfile", "profType"), .named { $0.takeProfile($1, $2) }),
        (
            APICClass("commHttps", "globalThrottleSt", "globalThrottleRate", "globalThrottleUnit"),
            .named { $0.takeThrottle($1, $2) }
        ),
        (
            APICClass("error", "code", "text"),
            .named { collector, object, _ in
                if collector.facts.failure == nil {
                    collector.facts.failure = APIC.Failure(
                        code: object.own(0) ?? "", text: object.own(1) ?? "no reason told")
                }
            }
        ),
    ]

    private mutating func takeNode(_ object: APICObject, _ name: DistinguishedName) {
        guard let id = object.ownNumber(0).flatMap({ Int(exactly: $0) }).map({ LeafID($0) }) ?? name.leaf else {
            return lacks("its number", "fabricNode", name)
        }
        facts.nodes.append(
            FabricNode(
                id: id, pod: name.pod ?? 1, name: object.own(1) ?? "", role: object.own(2) ?? "",
                state: object.own(3) ?? "", version: object.own(4) ?? "", model: object.own(5) ?? ""))
    }

    private mutating func takeSystem(_ object: APICObject, _ name: DistinguishedName) {
        guard let id = object.ownNumber(0).flatMap({ Int(exactly: $0) }).map({ LeafID($0) }) ?? name.leaf else {
            return lacks("its number", "topSystem", name)
        }
        facts.systems.append(
            FabricSystem(
                id: id, time: object.ownDate(1), managementAddress: object.ownAddress(2), state: object.own(3) ?? "",
                restarted: object.ownDate(4)))
    }

    private mutating func takePair(_ object: APICObject, _ name: DistinguishedName) {
        guard let leaf = name.leaf else { return lacks("its switch", "vpcDom", name) }
        facts.pairs.append(
            VPCSide(
                leaf: leaf, isPeerUp: object.own(0).map { $0 == "up" }, role: object.own(1) ?? "",
                virtualAddress: object.ownAddress(2)))
    }

    private mutating func takePairMember(_ object: APICObject, _ name: DistinguishedName) {
        guard let id = object.ownNumber(0).flatMap({ Int(exactly: $0) }) else {
            return lacks("its number", "fabricNodePEp", name)
        }
        facts.pairs.append(VPCSide(leaf: LeafID(id), pair: name.value(after: "expgep-")))
    }

    private mutating func takeFault(_ object: APICObject, _ name: DistinguishedName) {
        guard let code = object.own(0) else { return lacks("its code", "faultInst", name) }
        let subject = DistinguishedName(name.description).parts.dropLast().joined(separator: "/")
        facts.faults.append(
            FabricFault(
                code: code, subject: subject, severity: object.own(1) ?? "", lifecycle: object.own(2) ?? "",
                text: object.own(3) ?? "", changes: object.own(4) ?? "", created: object.ownDate(5),
                moved: object.ownDate(6)))
    }

    private mutating func takeAudit(_ object: APICObject, _ name: DistinguishedName) {
        facts.audit.append(
            AuditRecord(
                subject: object.own(0) ?? name.description, kind: object.own(1) ?? "", user: object.own(2) ?? "",
                text: object.own(3) ?? "", changes: object.own(4) ?? "", at: object.ownDate(5)))
    }

    private mutating func takeUsage(_ object: APICObject, _ name: DistinguishedName) {
        guard let leaf = name.leaf else { return lacks("its switch", "eqptcapacityPrefixEntries5min", name) }
        facts.capacity[leaf, default: LeafCapacity()].lpmUseTold = object.own(0).flatMap { Double($0) }
    }

    private mutating func takeLimit(_ object: APICObject, _ name: DistinguishedName) {
        guard let leaf = name.leaf else { return lacks("its switch", "configprofileEntity", name) }
        facts.capacity[leaf, default: LeafCapacity()].lpmLimit = object.ownNumber(0).flatMap { Int(exactly: $0) }
    }

    private mutating func takeProfile(_ object: APICObject, _ name: DistinguishedName) {
        guard let leaf = name.leaf else { return lacks("its switch", "topoctrlFwdScaleProf", name) }
        let current = object.own(0).map { DistinguishedName($0).parts.last ?? $0 }
        facts.capacity[leaf, default: LeafCapacity()].profile =
            current.map { $0.hasPrefix("cfgent-") ? String($0.dropFirst(7)) : $0 } ?? object.own(1)
    }

    private mutating func takeThrottle(_ object: APICObject, _ name: DistinguishedName) {
        facts.hasThrottle = true
        guard object.own(0) == "enabled", let rate = object.ownNumber(1), rate > 0 else { return }
        facts.throttle = Double(rate) / (object.own(2) == "r/m" ? 60 : 1)
    }
}
