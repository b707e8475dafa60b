import Design
import Fabric
import Testing

@Suite struct NodeSubnetTests {
    @Test(arguments: [
        ("192.168.2.1", "192.168.2.1 192.168.2.4 192.168.2.5 192.168.2.6"),
        ("192.168.2.9", "192.168.2.9 192.168.2.12 192.168.2.13 192.168.2.14"),
        ("fd00:2::1", "fd00:2::1 fd00:2::4 fd00:2::5 fd00:2::6"),
    ])
    func followsThePaper(node: String, expected: String) throws {
        let address = try #require(IPAddress(node))
        let subnet = try #require(NodeSubnet(nodeAddress: address))
        let all = [subnet.node, subnet.leaf(side: 0), subnet.leaf(side: 1), subnet.gateway]
        #expect(all.compactMap { $0?.description }.joined(separator: " ") == expected)
        #expect(subnet.leaf(side: 2) == nil)
        #expect(subnet.leaf(side: -1) == nil)
    }

    @Test func widerAndNarrowerSubnets() throws {
        let address = try #require(IPAddress("192.168.2.1"))
        #expect(NodeSubnet(nodeAddress: address, length: 30) == nil)
        #expect(NodeSubnet(nodeAddress: address, length: 24)?.leaf(side: 0)?.description == "192.168.2.252")
    }
}

@Suite struct LimitsTests {
    @Test(arguments: [
        ("4.1(2)", 1, 400, true), ("4.2(3)", 16, 400, false), ("6.1(2f)", 16, 2000, true), ("3.2", 1, 400, false),
        ("words", 16, 400, false),
    ])
    func followTheRelease(release: String, ecmp: Int, peers: Int, verified: Bool) {
        let limits = Limits.of(release: release)
        #expect(limits.ecmpDefault == ecmp)
        #expect(limits.peersPerLeaf == peers)
        #expect(limits.isVerified == verified)
    }

    @Test func anUnknownReleaseIsTakenFor42() {
        #expect(Limits.of(release: nil).ecmpDefault == 16)
    }
}
