import Fabric
import Formats
import FoundationEssentials

/// The readers of an APIC's answers.
let apicTargets = [FuzzTarget(name: "apic", seeds: [Array(apicSeed.utf8)], check: checkAPIC)]

@Sendable private func checkAPIC(_ input: [UInt8]) -> [String] {
    let document = APIC.document(input)
    var found = violations(of: document.diagnostics, input: input)
    if !isJSON(document.value) { found.append("the document is not JSON") }
    let facts = APIC.facts(input)
    found += violations(of: facts.diagnostics, input: input)
    var routes = APICRoutes()
    let page = routes.add(input)
    found += violations(of: page.diagnostics, input: input)
    // The shortest object: `{"a":{}}`.
    if page.value.envelope.objects > input.count / 8 { found.append("\(page.value.envelope.objects) objects") }
    let rows = routes.tables(now: Date(timeIntervalSince1970: 0), skew: { _ in 0 }).reduce(0) { $0 + $1.table.count }
    if rows > routes.nextHopCount { found.append("\(rows) routes of \(routes.nextHopCount) next hops") }
    return found
}

private let apicSeed = #"""
    {"totalCount":"3","subscriptionId":["72","73"],"imdata":[
    {"uribv4Route":{"attributes":{"dn":"topology/pod-1/node-203/sys/uribv4/dom-common:calico/db-rt/rt-[10.96.12.34/32]","prefix":"10.96.12.34/32"},
     "children":[{"uribv4Nexthop":{"attributes":{"addr":"192.168.2.1/32","rn":"nh-[bgp-65002]-[192.168.2.1/32]","tag":64500,"createTs":"2026-01-10T09:58:32.000+00:00"}}}]}},
    {"bgpPeer":{"attributes":{"asn":"64501","dn":"topology/pod-1/node-203/sys/bgp/inst/dom-common:calico/peer-[192.168.2.1/32]"}}},
    {"bgpPeerEntry":{"attributes":{"operSt":"established","dn":"topology/pod-1/node-203/sys/bgp/inst/dom-common:calico/peer-[192.168.2.1/32]/ent-[192.168.2.1]","lastFlapTs":"never"}}},
    {"error":{"attributes":{"code":"403","text":"Token was invalid \"\u00e9\""}}}]}
    """#
