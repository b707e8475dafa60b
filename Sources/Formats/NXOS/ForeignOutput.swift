/// Knows the output of other commands and vendors by lines that NX-OS never prints for the command that is read.
enum ForeignOutput {
    /// Which parser asks.
    enum Wanted {
        case summary
        case routes

        /// The command that should have been given.
        var command: String { self == .summary ? "show ip bgp summary" : "show ip route" }
    }

    /// What the line belongs to, for the sentence "this is …"; nil where it tells nothing.
    static func name(_ line: ByteView, _ range: Range<Int>, wanted: Wanted) -> String? {
        if let name = document(line, range) ?? router(line, range) ?? host(line, range) { return name }
        let others = wanted == .summary ? routeCommands : summaryCommands
        return (others + bothCommands).first { line.starts(range, $0.0) }.map { string($0.1) }
    }

    /// The sentence of the refusal.
    static func refusal(_ name: String, wanted: Wanted) -> String {
        "this is \(name), not NX-OS '\(wanted.command)'; nothing was read from it"
    }

    /// What the first bytes of an input tell before it is cut into lines.
    static func name(head: ByteView) -> String? {
        if head.count >= 2, head[0] == 0x1f, head[1] == 0x8b { return "a gzip file" }
        if head.count >= 2, head[0] ^ head[1] == 1, head[0] >= 0xfe { return "UTF-16 text (save it as UTF-8)" }
        let sample = 0..<min(head.count, 512)
        let odd = sample.count { head[$0] == 0 || (head[$0] >= 0x80 && head[$0] < 0xc0) }
        return odd * 4 > sample.count ? "binary data" : nil
    }

    private static func document(_ line: ByteView, _ range: Range<Int>) -> String? {
        switch line[range.lowerBound] {
        case UInt8(ascii: "{"), UInt8(ascii: "["):
            if line.contains("\"imdata\"", in: range) || line.contains("\"totalCount\"", in: range) {
                return "an APIC's JSON answer (parse it as 'apic')"
            }
            let second = line.trimmed((range.lowerBound + 1)..<range.upperBound)
            let next = second.isEmpty ? UInt8(ascii: "\"") : line[second.lowerBound]
            return "\"{[}]".utf8.contains(next) ? "JSON" : nil
        case UInt8(ascii: "<"):
            if line.starts(range, "<?xml") { return "XML" }
            let lowered = line.string(range.lowerBound..<min(range.upperBound, range.lowerBound + 20)).lowercased()
            return ["<!doctype html", "<html", "<head", "<body"].contains { lowered.hasPrefix($0) } ? "HTML" : nil
        default:
            return nil
        }
    }

    private static func router(_ line: ByteView, _ range: Range<Int>) -> String? {
        if let known = routerStarts.first(where: { line.starts(range, $0.0) }) { return string(known.1) }
        if line.starts(range, "BGP router identifier"), line.contains(" vrf-id ", in: range) { return frrSummary }
        if line.starts(range, "Neighbor"), line.contains("PfxSnt", in: range) { return frrSummary }
        if line.starts(range, "Neighbor"), line.contains("PfxAcc", in: range) { return "Arista EOS output" }
        if line.contains(" Unicast Summary", in: range) { return frrSummary }
        if line.contains("main routing table version", in: range) { return "Cisco IOS 'show ip bgp summary'" }
        if line.contains(" is directly connected", in: range) { return "a route table of FRR, IOS or EOS" }
        if line.starts(range, "Peer "), line.contains("InPkt", in: range) { return "Junos 'show bgp summary'" }
        if line.contains(" destinations, ", in: range), line.contains(" routes (", in: range) {
            return "Junos 'show route'"
        }
        return nil
    }

    private static func host(_ line: ByteView, _ range: Range<Int>) -> String? {
        if line.starts(range, "name "), line.contains("proto", in: range), line.contains("since", in: range) {
            return "BIRD 'show protocols'"
        }
        if line.starts(range, "BIRD "), line.contains("ready", in: range) { return "BIRD output" }
        if line.starts(range, "0001 BIRD") || line.starts(range, "0001-BIRD") { return "BIRD output" }
        if line.contains(" via ", in: range) || line.contains(" dev ", in: range) {
            if line.contains(" on ", in: range), line.contains(" [", in: range) { return "BIRD 'show route'" }
            if line.contains(" dev ", in: range) { return "a Linux route table ('ip route')" }
        }
        if line.starts(range, "Calico process ") { return calicoctl }
        if line.starts(range, "|"), line.contains("PEER ADDRESS", in: range) { return calicoctl }
        return nil
    }

    private static let calicoctl = "calicoctl 'node status' (parse it as 'calico-status')"
    private static let frrSummary = "FRR 'show bgp summary'"

    private static let routerStarts: [(StaticString, StaticString)] = [
        ("RIB entries ", "FRR 'show bgp summary'"),
        ("Peers ", "FRR 'show bgp summary'"),
        ("Total number of neighbors", "FRR 'show bgp summary'"),
        ("Codes: K - kernel", "FRR 'show ip route'"),
        ("Codes: L - local", "Cisco IOS 'show ip route'"),
        ("Codes: C - connected, S - static, K - kernel", "Arista EOS 'show ip route'"),
        ("Codes: C - connected", "Cisco IOS 'show ip route'"),
        ("Codes: C - Connected", "Cisco IOS 'show ip route'"),
        ("Gateway of last resort", "a route table of IOS or EOS"),
        ("Routing Table: ", "Cisco IOS 'show ip route'"),
        ("For address family: ", "Cisco IOS 'show bgp all summary'"),
        ("Router identifier ", "Arista EOS 'show ip bgp summary'"),
        ("Neighbor Status Codes", "Arista EOS 'show ip bgp summary'"),
        ("Groups: ", "Junos 'show bgp summary'"),
        ("Threading mode: ", "Junos 'show bgp summary'"),
        ("inet.0: ", "Junos output"),
    ]

    private static let routeCommands: [(StaticString, StaticString)] = [
        ("IP Route Table for VRF", "NX-OS 'show ip route' (parse it as 'routes')"),
        ("IPv6 Routing Table for VRF", "NX-OS 'show ipv6 route' (parse it as 'routes')"),
    ]

    private static let summaryCommands: [(StaticString, StaticString)] = [
        ("BGP summary information for VRF", "NX-OS 'show ip bgp summary' (parse it as 'bgp-summary')"),
        ("Neighbor ", "a table of BGP neighbors (parse it as 'bgp-summary')"),
    ]

    private static let bothCommands: [(StaticString, StaticString)] = [
        ("BGP routing table information for VRF", "NX-OS 'show bgp ipv4 unicast' (parse it as 'bgp-table')"),
        ("BGP routing table entry for", "NX-OS 'show bgp ipv4 unicast' of one prefix"),
        ("BGP neighbor is ", "'show ip bgp neighbors' (parse it as 'bgp-neighbors')"),
        ("Total peers ", "NX-OS 'show bgp sessions' (parse it as 'bgp-sessions')"),
    ]

    private static func string(_ text: StaticString) -> String {
        text.withUTF8Buffer { String(decoding: $0, as: UTF8.self) }
    }
}
