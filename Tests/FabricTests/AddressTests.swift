import Fabric
import Testing

@Suite struct AddressTests {
    @Test(arguments: ["0.0.0.0", "192.168.2.1", "255.255.255.255", "10.96.142.7"])
    func printsWhatItReadV4(text: String) {
        #expect(IPAddress(text)?.description == text)
        #expect(IPAddress(text)?.family == .ipv4)
    }

    /// RFC 5952 section 4: lower case, no leading zeros, the longest run of zeros shortened, the first of equals, and
    /// never a single group.
    @Test(arguments: [
        ("2001:DB8::1", "2001:db8::1"), ("2001:0db8:0:0:0:0:2:1", "2001:db8::2:1"),
        ("2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"), ("2001:0:0:1:0:0:0:1", "2001:0:0:1::1"),
        ("2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"), ("::", "::"), ("::1", "::1"), ("fe80::", "fe80::"),
        ("0:0:0:0:0:0:0:0", "::"), ("1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8"), ("1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"),
        ("::2:3:4:5:6:7:8", "0:2:3:4:5:6:7:8"), ("::ffff:10.0.32.66", "::ffff:10.0.32.66"),
        ("::FFFF:0a00:2042", "::ffff:10.0.32.66"), ("64:ff9b::192.0.2.33", "64:ff9b::c000:221"),
    ])
    func printsCanonicalV6(text: String, canonical: String) {
        let address = IPAddress(text)
        #expect(address?.family == .ipv6)
        #expect(address?.description == canonical)
        #expect(IPAddress(canonical) == address)
    }

    @Test(arguments: [
        "", "1", "1.2.3", "1.2.3.4.5", "256.1.1.1", "1.2.3.-4", "1..2.3", "1.2.3.", ".1.2.3", "1.2.3.4 ", "a.b.c.d",
        "1.2.3.0004", "١.٢.٣.٤", ":", ":::", "1:2", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "::1::", "1::2::3", "12345::",
        "g::", "1:2:3:4:5:6:7:", ":1:2:3:4:5:6:7", "::1.2.3", "::1.2.3.4:1", "1:2:3:4:5:6:7:1.2.3.4", "fe80::1%eth0",
        "1:2:3:4:5:6:7:8::", "::1:2:3:4:5:6:7:8",
    ])
    func refuses(text: String) {
        #expect(IPAddress(text) == nil)
    }

    @Test func ordersByFamilyThenValue() {
        let texts = ["2001:db8::1", "10.0.0.1", "9.255.255.255", "::", "255.255.255.255"]
        let sorted = texts.compactMap { IPAddress($0) }.sorted().map(\.description)
        #expect(sorted == ["9.255.255.255", "10.0.0.1", "255.255.255.255", "::", "2001:db8::1"])
        #expect(IPAddress("0.0.0.0") != IPAddress("::"))
    }
}

@Suite struct PrefixTests {
    @Test(arguments: [
        ("10.244.7.64/26", "10.244.7.64/26"), ("10.244.7.65/26", "10.244.7.64/26"), ("10.1.2.3", "10.1.2.3/32"),
        ("0.0.0.0/0", "0.0.0.0/0"), ("255.255.255.255/1", "128.0.0.0/1"), ("2001:db8::1", "2001:db8::1/128"),
        ("2001:db8::1/32", "2001:db8::/32"), ("::/0", "::/0"), ("fd00:2::1/125", "fd00:2::/125"),
    ])
    func readsAndClearsHostBits(text: String, printed: String) {
        #expect(IPPrefix(text)?.description == printed)
    }

    @Test(arguments: [
        "", "/", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/ 8", "10.0.0.0/8/8", "2001:db8::/129", "/24",
        "10.0.0/8", "10.0.0.0/+8", "10.0.0.0/99999999999999999999",
    ])
    func refuses(text: String) {
        #expect(IPPrefix(text) == nil)
    }

    @Test func contains() throws {
        let pool = try #require(IPPrefix("10.244.0.0/16"))
        let block = try #require(IPPrefix("10.244.7.64/26"))
        #expect(pool.contains(block))
        #expect(!block.contains(pool))
        #expect(block.contains(block))
        let last = try #require(IPAddress("10.244.7.127"))
        let next = try #require(IPAddress("10.244.7.128"))
        #expect(block.contains(last))
        #expect(!block.contains(next))
        let everything = try #require(IPPrefix("0.0.0.0/0"))
        let allOfV6 = try #require(IPPrefix("::/0"))
        let address = try #require(IPAddress("ffff::1"))
        #expect(!everything.contains(address))
        #expect(allOfV6.contains(address))
    }

    @Test func countsAndIndexesAddresses() throws {
        let subnet = try #require(IPPrefix("192.168.2.8/29"))
        #expect(subnet.addressCount == 8)
        #expect(subnet.address(at: 1)?.description == "192.168.2.9")
        #expect(subnet.address(at: 7)?.description == "192.168.2.15")
        #expect(subnet.address(at: 8) == nil)
        #expect(IPPrefix("::/0")?.addressCount == .max)
        #expect(IPPrefix("fd00:2::/125")?.address(at: 4)?.description == "fd00:2::4")
        #expect(IPAddress("10.0.0.1").map(IPPrefix.init(host:))?.isHost == true)
    }

    @Test func ordersAsARoutingTable() {
        let texts = ["10.0.0.0/16", "::/0", "10.0.0.0/8", "9.0.0.0/8", "10.0.0.1/32", "0.0.0.0/0"]
        let sorted = texts.compactMap { IPPrefix($0) }.sorted().map(\.description)
        #expect(sorted == ["0.0.0.0/0", "9.0.0.0/8", "10.0.0.0/8", "10.0.0.0/16", "10.0.0.1/32", "::/0"])
    }
}
