import Fabric
import Formats
import FoundationEssentials
import Testing

/// BGP objects of a leaf, aci.md 3.2.
@Suite struct APICFactsTests {
    private let leaf = LeafID(203)
    private let now = Date(timeIntervalSince1970: 1_768_039_200)  // 2026-01-10T10:00:00Z

    private func summaries(_ objects: [String], skew: Double = 0) throws -> [LeafSummary] {
        let parsed = APIC.facts(Answers.answer(objects))
        #expect(parsed.diagnostics.isEmpty)
        let news = try #require(parsed.value.bgp[leaf])
        var bgp = LeafBGP()
        bgp.merge(news)
        return bgp.summaries(leaf: leaf, name: "Leaf203", now: now, skew: skew)
    }

    @Test func flatObjectsAreARowOfTheSummary() throws {
        let tables = try summaries([
            Answers.bgpDom, Answers.family, Answers.peer("192.168.2.1", asn: 64501), Answers.entry("192.168.2.1"),
            Answers.entryFamily("192.168.2.1", accepted: 3), Answers.statistics("192.168.2.1"),
        ])
        let table = try #require(tables.first)
        #expect(tables.count == 1)
        #expect(table.vrf == "common:calico" && table.family == "ipv4 unicast" && table.node == 203)
        #expect(table.routerID == IPAddress("203.0.113.3") && table.tableVersion == 291)
        let row = try #require(table.peers.first)
        #expect(row.neighbor == IPAddress("192.168.2.1") && row.asn == ASN(64501) && row.state == .established)
        #expect(row.prefixesReceived == 3 && row.stateOrPrefixes == "3" && row.upDown == "00:01:29")
        #expect(row.messagesReceived == 848_179 && row.messagesSent == 712_365 && row.tableVersion == 291)
    }

    @Test func ageIsCountedByTheLeafsClock() throws {
        let objects = [Answers.peer("192.168.2.1", asn: 64501), Answers.entry("192.168.2.1")]
        let tables = try summaries(objects, skew: 300)
        let row = try #require(tables.first?.peers.first)
        #expect(row.age == .seconds(389))
    }

    @Test(arguments: [
        ("shut", "admin", "enabled", "Shut (Admin)"), ("idle", "admin", "enabled", "Idle (Admin)"),
        ("idle", "unspecified", "disabled", "Idle (Admin)"), ("open-sent", "unspecified", "enabled", "OpenSent"),
        ("idle", "unspecified", "enabled", "Idle"), ("shut", "exceeded-pfxlimit", "enabled", "Shut (PfxCt)"),
        ("closing", "unspecified", "enabled", "Closing"),
    ])
    func stateInTheWordsOfTheSummary(operSt: String, qualifier: String, adminSt: String, words: String) throws {
        let tables = try summaries([
            Answers.peer("192.168.2.1", asn: 64501, adminSt: adminSt),
            Answers.entry("192.168.2.1", operSt: operSt, shutStQual: qualifier),
        ])
        let row = try #require(tables.first?.peers.first)
        #expect(row.state.words == words && row.prefixesReceived == nil)
    }

    @Test func configuredPeerWithoutSessionObjectIsAStateOfItsOwn() throws {
        let tables = try summaries([Answers.peer("192.168.2.1", asn: 64501)])
        let row = try #require(tables.first?.peers.first)
        #expect(row.state.words == "No session" && row.asn == ASN(64501))
    }

    @Test func dynamicPeersHangUnderTheirListener() throws {
        let tables = try summaries([
            Answers.peer("192.168.2.0", asn: 64501, mask: 28),
            Answers.entry("192.168.2.5", under: "192.168.2.0/28"),
            Answers.entryFamily("192.168.2.5", accepted: 2, under: "192.168.2.0/28"),
        ])
        #expect(tables.first?.peers.map(\.neighbor.description) == ["192.168.2.5"])
        #expect(tables.first?.peers.first?.asn == ASN(64501))
    }

    @Test func nestedChildrenGetTheirNamesFromTheirParents() throws {
        let entry = Answers.object(
            "bgpPeerEntry", [("rn", "ent-[192.168.2.1]"), ("operSt", "established")],
            children: [
                Answers.object(
                    "bgpPeerAfEntry", [("rn", "af-ipv4-ucast"), ("acceptedPaths", "7"), ("type", "ipv4-ucast")])
            ])
        let peer = Answers.object(
            "bgpPeer", [("dn", Answers.domain + "/peer-[192.168.2.1/32]"), ("asn", "64501")], children: [entry])
        #expect(try summaries([peer]).first?.peers.first?.prefixesReceived == 7)
    }

    /// `lastEorRcvdTs` of this session, of the one before, and none; both moments are of the leaf's clock.
    @Test(arguments: [
        ("2026-01-10T09:58:31.110+00:00", true), ("2026-01-10T09:57:00.000+00:00", false), ("never", false),
    ])
    func endOfRIBCountsInItsSessionAlone(moment: String, isThere: Bool) throws {
        let entry = Answers.object(
            "bgpPeerEntry",
            [
                ("dn", Answers.domain + "/peer-[192.168.2.1/32]/ent-[192.168.2.1]"), ("operSt", "established"),
                ("lastFlapTs", "2026-01-10T09:58:30.101+00:00"),
            ],
            children: [
                Answers.object(
                    "bgpPeerAfEntry", [("rn", "af-ipv4-ucast"), ("type", "ipv4-ucast"), ("lastEorRcvdTs", moment)])
            ])
        let news = try #require(APIC.facts(Answers.answer([entry])).value.bgp[leaf])
        let address = try #require(IPAddress("192.168.2.1"))
        let session = try #require(news.told.domains["common:calico"]?.sessions[address])
        #expect(session.hasEndOfRIB == isThere)
    }

    @Test func bareNumbersCountLikeText() throws {
        let text = """
            {"imdata":[{"bgpPeerAfEntry":{"attributes":{"dn":"\(Answers.domain)/peer-[192.168.2.1/32]/ent-[192.168.2.1]/af-ipv4-ucast",\
            "acceptedPaths":12,"peerTblVer":6052,"type":"ipv4-ucast"}}}]}
            """
        let news = try #require(APIC.facts(Array(text.utf8)).value.bgp[leaf])
        let address = try #require(IPAddress("192.168.2.1"))
        let session = try #require(news.told.domains["common:calico"]?.sessions[address])
        #expect(session.accepted == [.ipv4: 12] && session.sentVersions == [.ipv4: 6052])
    }

    @Test func sameAddressInAnotherVRFIsAnotherSession() throws {
        let other = Answers.entry("192.168.2.1", operSt: "idle").replacing("dom-common:calico", with: "dom-prod:other")
        let parsed = APIC.facts(Answers.answer([Answers.entry("192.168.2.1"), other]))
        let domains = try #require(parsed.value.bgp[leaf]).told.domains
        #expect(domains.keys.sorted() == ["common:calico", "prod:other"])
    }

    @Test func unknownClassesAreIgnoredAndNamelessObjectsAreTold() {
        let parsed = APIC.facts(
            Answers.answer([
                Answers.object("fvTenant", [("dn", "uni/tn-x")]), Answers.object("bgpPeerEntry", [("operSt", "idle")]),
            ]))
        #expect(parsed.value.bgp.isEmpty)
        #expect(parsed.diagnostics.map(\.message) == ["bgpPeerEntry without its address"])
    }
}

/// Texts that are no answers.
@Suite struct APICRefusalTests {
    @Test(arguments: [
        (
            "<html><head><title>503 Service Temporarily Unavailable</title></head></html>",
            "an HTML page came instead of JSON"
        ),
        ("{\"kind\":\"List\",\"items\":[]}", "the JSON holds no imdata, so no APIC wrote it"),
    ])
    func whatIsNoAnswerIsRefusedByName(text: String, message: String) {
        let parsed = APIC.envelope(Array(text.utf8))
        #expect(parsed.isRefused && parsed.diagnostics.first?.message == message)
    }

    @Test func halfAPageIsRefused() {
        let whole = Answers.answer([Answers.entry("192.168.2.1"), Answers.entry("192.168.2.9")])
        for length in stride(from: 1, to: whole.count - 1, by: 7) {
            #expect(APIC.facts(Array(whole.prefix(length))).isRefused, "\(length) bytes")
        }
    }

    @Test func errorObjectIsRead() {
        let text =
            #"{"totalCount":"1","imdata":[{"error":{"attributes":{"code":"403","text":"Token was invalid (Error: Token timeout)"}}}]}"#
        let failure = APIC.envelope(Array(text.utf8)).value.failure
        #expect(failure?.code == "403" && failure?.text == "Token was invalid (Error: Token timeout)")
    }
}
