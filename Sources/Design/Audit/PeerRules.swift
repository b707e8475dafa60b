import Fabric

extension AuditRule {
    /// The peer below the SVI (paper, ACI step 8).
    static let peerRules: [AuditRule] = [
        AuditRule(
            "apic-peer", place: "ACI steps 8 and 9: a BGP peer connectivity profile for the node of each interface",
            "every node is a peer of its rack's leaves on the APIC",
            why: "a leaf opens no session that is not configured",
            mend: "post the generated interface of the node"
        ) { facts in
            guard facts.l3outs != nil else { return .unknown(AuditFacts.notRead) }
            return facts.eachNode("a peer on the APIC") { node in
                guard node.address != nil else { return nil }
                let attached = facts.interfacesOfNode[node.name] ?? []
                guard !attached.isEmpty else {
                    return ("no peer", "peer \(node.address?.description ?? "") on the node's vPC")
                }
                return attached.contains(where: \.peer.isEnabled) ? nil : ("peer disabled", "peer enabled")
            }
        },
        AuditRule(
            "remote-as", place: "ACI step 8: remote AS is the node's", "the peer's remote AS is the node's AS",
            why: "the leaf refuses an OPEN with another AS (bad peer AS)", mend: "set the AS of the peer",
            remark: "the paper's example says 64102 here, a slip for 64501"
        ) { facts in
            facts.eachInterface("remote AS as the nodes have it") { node, attached in
                guard let asn = node.asn, attached.peer.remoteAS != asn else { return nil }
                return ("remote AS \(attached.peer.remoteAS?.description ?? "none")", "remote AS \(asn)")
            }
        },
        AuditRule(
            "local-as", place: "ACI step 8: local AS is the rack's", "the peer's Local-AS is the rack's AS",
            why: "without it the leaf shows the fabric's AS, which the node's BGPPeer refuses",
            mend: "add bgpLocalAsnP with the rack's AS to the peer"
        ) { facts in
            facts.eachInterface("Local-AS as the racks have it") { node, attached in
                guard let asn = facts.rack(node)?.asn, asn != facts.layout?.fabricAS, attached.peer.localAS != asn
                else {
                    return nil
                }
                return ("Local-AS \(attached.peer.localAS?.description ?? "none")", "Local-AS \(asn)")
            }
        },
        AuditRule(
            "next-hop-self", place: "ACI step 8: BGP control, select next-hop self",
            "the peer has the control next-hop-self",
            why: "other leaves must forward to the border leaf, not to an address that they do not know",
            mend: "add nh-self to the peer's controls"
        ) { facts in
            let wanted = facts.variant.rules.peerControls
            return facts.eachInterface(wanted.joined(separator: ", ")) { _, attached in
                let missing = wanted.filter { !attached.peer.controls.contains($0) }
                guard !missing.isEmpty else { return nil }
                let told = attached.peer.controls.sorted().joined(separator: ",")
                return (told.isEmpty ? "no control" : told, wanted.joined(separator: ","))
            }
        },
    ]

    /// Timers and what goes with them (paper, ACI steps 10 and 11, graceful restart).
    static let timerRules: [AuditRule] = [
        AuditRule(
            "timers", place: "ACI steps 10 and 11: keepalive 1 s, hold 3 s on every node profile",
            "each node profile has a BGP timer policy of 1 s and 3 s",
            why: "a dead node is noticed in 3 s instead of 180 s",
            mend: "attach the generated policy to the node profile",
            remark:
                "1 s and 3 s are not Calico's defaults, as the paper says: BIRD proposes 240 s and BGP takes the lower; "
                + "at 3 s a busy node's BIRD is known to flap about once a day"
        ) { facts in
            eachPolicy(facts, "1 s and 3 s") { policy in
                let told = "keepalive \(words(policy.keepalive)) s, hold \(words(policy.hold)) s"
                let isRight = policy.keepalive == FabricLayout.keepalive && policy.hold == FabricLayout.hold
                return isRight ? nil : (told, "keepalive 1 s, hold 3 s")
            }
        },
        AuditRule(
            "negotiated-hold", place: "ACI step 10: fast node-failure detection",
            "sessions run with a hold time of 3 s",
            why: "what was configured counts only where a session was opened after it", mend: "bounce the session once"
        ) { facts in
            let read = facts.nodes.filter { holdTimes($0, facts).isEmpty == false }
            guard !read.isEmpty else { return .unknown("not read: the nodes' BIRD") }
            return facts.eachNode("hold time 3 s", where: { !holdTimes($0, facts).isEmpty }) { node in
                let wrong = holdTimes(node, facts).filter { $0 != FabricLayout.hold }
                return wrong.isEmpty ? nil : ("hold time \(wrong[0]) s", "3 s")
            }
        },
        AuditRule(
            "maximum-as-limit", place: "ACI BGP protection and step 10: maximum AS limit two",
            "leaves accept AS paths of two at most",
            why: "a longer path comes from a mesh or a leak, never from the node itself",
            mend: "set maxAsLimit of the timer policy"
        ) { facts in
            let right = facts.variant.rules.maximumASLimit
            return eachPolicy(facts, "\(right)") { policy in
                policy.maximumASLimit == right ? nil : ("limit \(words(policy.maximumASLimit))", "limit \(right)")
            }
        },
        AuditRule(
            "graceful-restart-leaf", place: "BGP graceful restart: on by default on ACI",
            "leaves help a restarting node (graceful restart helper)",
            why: "an upgrade of calico-node then loses no traffic", mend: "set grCtrl helper in the timer policy"
        ) { facts in
            eachPolicy(facts, "helper") { $0.isGracefulRestartHelper ? nil : ("helper off", "helper on") }
        },
        AuditRule(
            "stale-interval", place: "BGP graceful restart: not discarded while the data plane works",
            "stale routes are dropped soon after a node is gone for good",
            why: "a node that died under the helper draws traffic until the interval ends",
            mend: "set staleIntvl of the timer policy, 6 s in the design's later editions",
            remark:
                "the paper leaves the default of 300 s: with a hold time of 3 s a node killed without a word can draw "
                + "traffic for the restart time that it announced (120 s) and more",
            severity: .note
        ) { facts in
            eachPolicy(facts, "as the variant has it") { policy in
                let told = policy.staleInterval ?? 300
                let right = facts.variant.rules.staleInterval ?? 300
                return told <= right ? nil : ("stale interval \(told) s", "\(right) s at most")
            }
        },
        AuditRule(
            "graceful-restart-node", place: "BGP graceful restart: on by default on Calico",
            "nodes announce graceful restart", why: "without it a restart of BIRD drops the node's routes at once",
            mend: "look for a BIRD template of your own: Calico's announces it"
        ) { facts in
            gracefulRestart(facts)
        },
        AuditRule(
            "multipath-relax", place: "Calico step 9, note: one next hop per eBGP prefix; ECMP from ACI 4.2",
            "from ACI 4.2 paths of different nodes share load",
            why: "else one node draws all traffic of a service",
            mend: "attach a best-path policy with asPathMultipathRelax",
            remark:
                "the paper's note on a single next hop holds up to ACI 4.1; nodes have different AS numbers, so 4.2 "
                + "needs AS path multipath relax to share load (the old 3.2(7) had it too, which the paper does not tell)"
        ) { facts in
            guard Limits.of(release: facts.release).ecmpMaximum > 1 else {
                return .notApplicable("ACI \(facts.release ?? "") installs one next hop per eBGP prefix")
            }
            guard let configuration = facts.snapshot.configuration?.value else { return .unknown(AuditFacts.notRead) }
            return facts.eachL3Out("multipath relax on every node profile") { l3out in
                l3out.nodeProfiles.compactMap { profile in
                    let controls = profile.bestPath.flatMap { configuration.bestPaths[$0] } ?? []
                    return controls.contains("asPathMultipathRelax")
                        ? nil : .init(profile.name, says: "no multipath relax", should: "asPathMultipathRelax")
                }
            }
        },
    ]

    private static func words(_ number: Int?) -> String { number.map(String.init) ?? "none" }

    private static func holdTimes(_ node: Node, _ facts: AuditFacts) -> [Int] {
        (facts.snapshot.nodes[node.name]?.protocols?.value ?? []).filter { $0.kind != .mesh && $0.isUp }
            .compactMap(\.holdTime)
    }

    /// Judges the timer policy of every node profile; a profile without one departs, as does a policy that is not there.
    private static func eachPolicy(
        _ facts: AuditFacts, _ ok: String, _ judge: (BGPTimerPolicy) -> (says: String, should: String)?
    ) -> AuditOutcome {
        guard let configuration = facts.snapshot.configuration?.value else { return .unknown(AuditFacts.notRead) }
        return facts.eachL3Out(ok) { l3out in
            l3out.nodeProfiles.compactMap { profile in
                guard let name = profile.timers else {
                    return .init(profile.name, says: "no BGP protocol profile", should: "one with the timer policy")
                }
                guard let policy = configuration.timers[name] else {
                    return .init(
                        profile.name, says: "timer policy \(name), which does not exist", should: "one that does")
                }
                return judge(policy).map { .init("\(profile.name), policy \(name)", says: $0.says, should: $0.should) }
            }
        }
    }

    private static func gracefulRestart(_ facts: AuditFacts) -> AuditOutcome {
        let names = Dictionary(
            facts.nodes.compactMap { node in node.address.map { ($0, node.name) } }, uniquingKeysWith: { a, _ in a })
        var told = 0
        var departures: [AuditOutcome.Departure] = []
        for (leaf, state) in facts.snapshot.leaves.sorted(by: { $0.key < $1.key }) {
            for (neighbor, isOn) in state.gracefulRestart?.value.sorted(by: { $0.key < $1.key }) ?? [] {
                guard let node = names[neighbor] else { continue }
                told += 1
                if !isOn {
                    departures.append(
                        .init(node.text, says: "no graceful restart with leaf \(leaf)", should: "graceful restart"))
                }
            }
        }
        guard told > 0 else { return .unknown("not read: the sessions' capabilities (bgpPeerEntry)") }
        return departures.isEmpty ? .holds("\(told) sessions agreed on it") : .departs(departures)
    }
}
