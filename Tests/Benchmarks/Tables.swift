/// A generator of pseudo-random numbers (SplitMix64) with a seed: the same table in every run.
struct Generator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var value = state
        value = (value ^ value >> 30) &* 0xbf58_476d_1ce4_e5b9
        value = (value ^ value >> 27) &* 0x94d0_49bb_1331_11eb
        return value ^ value >> 31
    }
}

/// Text in the layout of a leaf.
struct Text {
    private(set) var bytes: [UInt8] = []

    mutating func add(_ text: String) { bytes.append(contentsOf: text.utf8) }

    /// `192.168.2.37`
    mutating func address(_ value: UInt32) {
        add("\(value >> 24).\(value >> 16 & 255).\(value >> 8 & 255).\(value & 255)")
    }

    mutating func padded(_ value: some BinaryInteger, to width: Int) {
        let digits = String(value)
        add(String(repeating: " ", count: max(0, width - digits.utf8.count)) + digits)
    }
}

/// The route table of a leaf of a full fabric: pod blocks and services with 1 to 16 next hops, some of them resolved
/// recursively, host routes of its own, and routes over the fabric.
func routeTable(routes: Int, meanHops: Int, seed: UInt64) -> [UInt8] {
    var random = Generator(seed: seed)
    var text = Text()
    text.add("IP Route Table for VRF \"common:calico\"\n'*' denotes best ucast next-hop\n")
    text.add("'**' denotes best mcast next-hop\n'[x/y]' denotes [preference/metric]\n")
    text.add("'%<string>' in via output denotes VRF <string>\n\n")
    for index in 0..<routes {
        text.address(0x0a00_0000 + UInt32(index) << 6)
        switch random.next() % 20 {
        case 0:
            text.add("/32, ubest/mbest: 2/0, attached, direct\n")
            for owner in ["local, local", "direct"] {
                text.add("    *via ")
                text.address(0xc0a8_0000 + UInt32(index % 500) * 8 + 4)
                text.add(", vlan\(index % 40 + 300), [0/0], \(age(&random)), \(owner)\n")
            }
        case 1, 2:
            text.add("/26, ubest/mbest: 1/0\n    *via ")
            text.address(0x0a00_2840 + UInt32(random.next() % 200))
            text.add("%overlay-1, [200/0], \(age(&random)), bgp-65002, internal, tag \(64500 + index % 8)")
            text.add(index % 3 == 0 ? ", rwVnid: vxlan-3112960\n" : "\n")
        default:
            external(&text, &random, meanHops: meanHops)
        }
    }
    return text.bytes
}

private func external(_ text: inout Text, _ random: inout Generator, meanHops: Int) {
    let isService = random.next() % 4 == 0
    let hops = isService ? Int(random.next() % 16) + 1 : Int(random.next() % UInt64(meanHops)) + 1
    text.add("/\(isService ? 32 : 26), ubest/mbest: \(hops)/0\n")
    let age = age(&random)
    let first = UInt32(random.next() % 500)
    for hop in 0..<UInt32(hops) {
        text.add("    *via ")
        let address = 0xc0a8_0000 + (first + hop * 7) % 500 * 8 + 1
        text.address(address)
        text.add("%common:calico, [20/0], \(age), bgp-65002, external, tag 64500\n")
        guard isService else { continue }
        text.add("         recursive next hop: ")
        text.address(address)
        text.add("/32%common:calico\n")
    }
}

private func age(_ random: inout Generator) -> String {
    let value = Int(random.next() % 86400)
    func two(_ part: Int) -> String { part < 10 ? "0\(part)" : "\(part)" }
    switch random.next() % 3 {
    case 0: return "\(value % 6 + 1)d\(two(value % 24))h"
    default: return "\(two(value / 3600)):\(two(value / 60 % 60)):\(two(value % 60))"
    }
}

/// A summary with many neighbors, most of them established.
func summaryTable(rows: Int, seed: UInt64) -> [UInt8] {
    var random = Generator(seed: seed)
    var text = Text()
    text.add("BGP summary information for VRF common:calico, address family IPv4 Unicast\n")
    text.add("BGP router identifier 10.1.1.203, local AS number 65002\n")
    text.add("BGP table version is 291, IPv4 Unicast config peers \(rows), capable peers \(rows)\n\n")
    text.add("Neighbor        V    AS MsgRcvd MsgSent   TblVer  InQ OutQ Up/Down  State/PfxRcd\n")
    for row in 0..<rows {
        let before = text.bytes.count
        text.address(0xc0a8_0000 + UInt32(row))
        text.add(String(repeating: " ", count: 16 - (text.bytes.count - before)) + "4 ")
        text.padded(64501 + row % 1000, to: 5)
        for width in [8, 8, 9] { text.padded(random.next() % 100_000, to: width) }
        text.add("    0    0 ")
        let age = age(&random)
        text.add(String(repeating: " ", count: max(0, 8 - age.utf8.count)) + age)
        text.add(random.next() % 20 == 0 ? " Idle (Admin)\n" : " \(random.next() % 40)\n")
    }
    return text.bytes
}
