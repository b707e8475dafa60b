import Fabric
import Formats
import FoundationEssentials

/// A page of `uribv4Route` objects with their next hops, every attribute that a real APIC writes.
enum APICPage {
    /// Routes of one next hop each, but every 32nd of sixteen: a leaf of the design's maximum in small.
    static func make(routes: Range<Int>) -> [UInt8] {
        var text = Text()
        text.add("{\"totalCount\":\"\(routes.upperBound)\",\"imdata\":[")
        for route in routes {
            if route > routes.lowerBound { text.add(",") }
            let prefix = "10.\(route >> 14 & 255).\(route >> 6 & 255).\((route & 63) << 2)/30"
            let name = "topology/pod-1/node-203/sys/uribv4/dom-common:calico/db-rt/rt-[\(prefix)]"
            text.add("{\"uribv4Route\":{\"attributes\":{\"childAction\":\"\",\"dn\":\"\(name)\",\"lcOwn\":\"local\",")
            text.add(
                "\"modTs\":\"never\",\"name\":\"\",\"prefix\":\"\(prefix)\",\"prefixLength\":\"30\",\"status\":\"\"},")
            text.add("\"children\":[")
            let hops = route % 32 == 0 ? 16 : 1
            for hop in 0..<hops {
                if hop > 0 { text.add(",") }
                add(hop: "192.168.\((route % 200) / 32).\((route + hop) % 200 + 1)/32", name, &text)
            }
            text.add("]}}")
        }
        text.add("]}")
        return text.bytes
    }

    private static func add(hop address: String, _ name: String, _ text: inout Text) {
        text.add("{\"uribv4Nexthop\":{\"attributes\":{\"Nhmetric\":\"0\",\"Nhtag\":\"0\",\"active\":\"yes\",")
        text.add("\"addr\":\"\(address)\",\"childAction\":\"\",\"createTs\":\"2026-01-10T09:58:32.000+00:00\",")
        text.add("\"dn\":\"\(name)/nh-[bgp-65002]-[\(address)]-[unspecified]-[common:calico]\",")
        text.add("\"if\":\"unspecified\",\"lcOwn\":\"local\",\"metric\":\"0\",\"modTs\":\"never\",\"name\":\"\",")
        text.add(
            "\"owner\":\"bgp-65002\",\"pref\":\"20\",\"routeType\":\"ebgp\",\"rwVnid\":\"unknown\",\"status\":\"\",")
        text.add("\"tag\":\"64500\",\"type\":\"recursive\",\"vrf\":\"common:calico\"}}}")
    }
}

extension APICPage {
    /// A leaf's BGP objects, for so many neighbors.
    static func peers(_ count: Int) -> [UInt8] {
        let place = "topology/pod-1/node-203/sys/bgp/inst/dom-common:calico"
        var text = Text()
        text.add("{\"totalCount\":\"\(count * 3 + 2)\",\"imdata\":[")
        text.add("{\"bgpDom\":{\"attributes\":{\"dn\":\"\(place)\",\"rtrId\":\"10.0.0.1\"}}},")
        text.add("{\"bgpDomAf\":{\"attributes\":{\"dn\":\"\(place)/af-ipv4-ucast\",\"tblVer\":\"7\",")
        text.add("\"type\":\"ipv4-ucast\"}}}")
        for peer in 0..<count {
            let address = "192.168.\(peer / 250).\(peer % 250 + 1)"
            let entry = "\(place)/peer-[\(address)/32]/ent-[\(address)]"
            text.add(",{\"bgpPeer\":{\"attributes\":{\"adminSt\":\"enabled\",\"asn\":\"64500\",\"childAction\":\"\",")
            text.add("\"dn\":\"\(place)/peer-[\(address)/32]\",\"status\":\"\"}}}")
            text.add(
                ",{\"bgpPeerEntry\":{\"attributes\":{\"addr\":\"\(address)\",\"childAction\":\"\",\"connDrop\":\"1\",")
            text.add("\"dn\":\"\(entry)\",\"flags\":\"cap-neg,gr-enabled\",\"holdIntvl\":\"3\",\"kaIntvl\":\"1\",")
            text.add("\"lastFlapTs\":\"2026-01-10T09:58:32.000+00:00\",\"localIp\":\"192.168.0.254\",")
            text.add("\"operSt\":\"established\",\"shutStQual\":\"unspecified\",\"status\":\"\"}}}")
            text.add(",{\"bgpPeerAfEntry\":{\"attributes\":{\"acceptedPaths\":\"300\",\"childAction\":\"\",")
            text.add("\"dn\":\"\(entry)/af-ipv4-ucast\",\"peerTblVer\":\"7\",\"pfxSent\":\"0\",\"status\":\"\",")
            text.add("\"tblVer\":\"7\",\"type\":\"ipv4-ucast\"}}}")
        }
        text.add("]}")
        return text.bytes
    }
}

/// The same page as Foundation's decoder takes it: the base of the ratio.
struct DecodedPage: Decodable {
    struct Object: Decodable {
        struct Route: Decodable {
            struct Attributes: Decodable { var prefix: String }
            var attributes: Attributes
            var children: [Child]?
        }
        struct Child: Decodable {
            struct NextHop: Decodable {
                struct Attributes: Decodable {
                    var addr, owner, pref, metric, tag, routeType, vrf, createTs: String
                }
                var attributes: Attributes
            }
            var uribv4Nexthop: NextHop
        }
        var uribv4Route: Route
    }
    var imdata: [Object]
}

/// Decoding a page into columns, beside Foundation's decoder on the same bytes in the same run.
func measureAPIC() {
    let pages = (0..<12).map { APICPage.make(routes: $0 * 10_000..<($0 + 1) * 10_000) }
    let size = pages.reduce(0) { $0 + $1.count }
    let scanTime = median(runs: 5) { for page in pages { _ = scan(page) } }
    var count = 0
    let pageTime = median(runs: 9) {
        var routes = APICRoutes()
        for page in pages { _ = routes.add(page) }
        count = routes.nextHopCount
    }
    report("apic pages into columns", bytes: size, seconds: pageTime, scan: scanTime, rows: count, unit: "next hops")
    let tableTime = median(runs: 9) {
        var routes = APICRoutes()
        for page in pages { _ = routes.add(page) }
        _ = routes.tables(now: Date(timeIntervalSince1970: 1_768_039_200), skew: { _ in 0 })
    }
    report("apic pages into a table", bytes: size, seconds: tableTime, scan: scanTime, rows: count, unit: "next hops")
    let data = pages.map { Data($0) }
    let baseTime = median(runs: 1) {
        count = data.reduce(0) { $0 + ((try? JSONDecoder().decode(DecodedPage.self, from: $1))?.imdata.count ?? 0) }
    }
    report("the same by JSONDecoder", bytes: size, seconds: baseTime, scan: scanTime, rows: count, unit: "routes")
    print(
        "  columns are \(Int((baseTime / pageTime).rounded())) times, tables \(Int((baseTime / tableTime).rounded())) times as fast"
    )
}
