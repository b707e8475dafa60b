import Fabric
import Formats
import Testing

@Suite struct BIRDPeersTests {
    static func address(_ text: String) -> IPAddress { IPAddress(text) ?? IPAddress(v4: 0) }

    static let established = NodePeer(
        address: address("192.168.2.4"), kind: .node, protocolName: "Node_192_168_2_4", protocolState: "up",
        state: .established, info: "Established", since: "19:17:37", neighborID: address("192.168.255.203"),
        neighborAS: ASN(64500), sourceAddress: address("192.168.2.1"), exported: 6, imported: 0, holdTime: 3)

    @Test func readsDetailsFromBirdclAndTheSocketAlike() throws {
        let command = "show protocols all Node_192_168_2_4"
        let text = BIRD.peers(try Capture("bird/established.txt").answer(command))
        #expect(text.value == [BIRDPeersTests.established])
        #expect(text.diagnostics.isEmpty)
        let raw = BIRD.peers(try Capture("bird/raw-wire.txt").reply(command))
        #expect(raw.value == [BIRDPeersTests.established])
        #expect(raw.diagnostics.isEmpty)
    }

    @Test func readsEveryFaultScenario() throws {
        let expected = try Capture("bird/fault-scenarios-all.expected").table
        let scenarios = try Capture("bird/fault-scenarios.txt").scenarios.filter { $0.text.contains("birdcl>") }
        #expect(scenarios.count == expected.count)
        for (scenario, row) in zip(scenarios, expected) {
            let parts = scenario.text.split(separator: "birdcl> show protocols all", maxSplits: 1)
            let parsed = BIRD.peers(("birdcl> show protocols all" + parts[1]).octets)
            #expect(parsed.diagnostics.isEmpty)
            #expect(parsed.value.count == 1)
            guard let peer = parsed.value.first else { continue }
            let words: [String?] = [
                scenario.title, "\(peer.protocolState) \(peer.since) \(peer.info)", peer.neighborID?.description,
                peer.imported.map(String.init), peer.exported.map(String.init), peer.holdTime.map(String.init),
                peer.lastError,
            ]
            #expect(words.map { $0 ?? "-" } == row)
            #expect(peer.neighborAS == ASN(64500) && peer.address == BIRDPeersTests.address("192.168.2.5"))
            #expect(peer.isUp == peer.info.hasPrefix("Established"))
            #expect((peer.state == nil) == (peer.protocolState == "down"))
        }
    }

    @Test func decodesNames() throws {
        let parsed = BIRD.peers(try Capture("bird/mixed-peers.txt").answer("show protocols"))
        #expect(parsed.diagnostics.isEmpty)
        #expect(
            parsed.value.map(\.address.description) == [
                "192.168.2.4", "192.168.2.5", "192.168.2.3", "192.168.2.2", "192.168.2.6", "10.244.7.65",
            ])
        #expect(parsed.value.map(\.kind) == [.node, .node, .mesh, .mesh, .global, .localWorkload])
        #expect(parsed.value.map(\.port) == [nil, nil, nil, nil, 1790, nil])
        #expect(parsed.value.map { $0.state?.phase } == [.established, .established, .idle, .connect, .connect, .idle])
        #expect(
            parsed.value.map(\.lastError) == [
                nil, nil, nil, "Socket: No route to host", "Socket: No route to host", nil,
            ])
        let six = BIRD.peers(try Capture("bird/bird6-protocols.txt").bytes)
        #expect(six.value.map(\.address.description) == ["fd00:2::4", "fd80:24e2:f998:72d7::2"])
        #expect(six.value.map(\.kind) == [.node, .mesh])
        let port = BIRD.peers("Global_fd00_2__4_port_1790 BGP master start 19:44:16 Idle\n".octets)
        #expect(port.value.first?.address.description == "fd00:2::4")
        #expect(port.value.first?.port == 1790)
    }

    @Test func keepsDisabledPeersAndShutDownOnes() throws {
        let session = try Capture("bird/admin-and-recovery.txt")
        let disabled = BIRD.peers(session.answer("show protocols all Node_192_168_2_5"))
        #expect(
            disabled.value == [
                NodePeer(
                    address: BIRDPeersTests.address("192.168.2.5"), kind: .node, protocolName: "Node_192_168_2_5",
                    protocolState: "down", state: nil, info: "", since: "19:34:27", neighborAS: ASN(64500))
            ])
        let limit = BIRD.peers(try Capture("bird/import-limit.txt").bytes)
        #expect(limit.value.count == 1, "the same protocol twice: the last holds")
        #expect(limit.value.first?.imported == 3 && limit.value.first?.exported == 0)
        let shut = BIRD.peers(
            """
            calico_master_1 BGP master down 19:29:06 Automatic shutdown: Route limit exceeded
                Neighbor address: 192.168.2.1
            """.octets)
        #expect(shut.value.first?.lastError == "Automatic shutdown: Route limit exceeded")
        #expect(shut.value.first?.state == nil && shut.value.first?.kind == nil)
    }

    @Test func readsGracefulRestartRecovery() throws {
        let session = try Capture("bird/admin-and-recovery.txt")
        let parsed = BIRD.peers(session.answer("show protocols all Node_192_168_2_4"))
        #expect(parsed.value.first?.isRecovering == true && parsed.value.first?.isUp == false)
        #expect(parsed.value.first?.exported == 0 && parsed.value.first?.holdTime == 3)
    }

    @Test func readsBIRD2Details() {
        let text = """
            BIRD 2.14 ready.
            Name       Proto      Table      State  Since         Info
            leaf203    BGP        ---        up     2026-01-10 15:13:49  Established
              BGP state:          Established
                Neighbor address: fe80::1%eth0
                Neighbor AS:      4200000001
                Local AS:         64512
                Neighbor ID:      192.168.255.203
                Hold timer:       64.202/90
              Channel ipv4
                State:          UP
                Routes:         2 imported, 5 exported, 2 preferred
              Channel ipv6
                Routes:         1 imported, 0 filtered, 3 exported, 1 preferred
            """
        let peer = BIRD.peers(text.octets).value.first
        #expect(peer?.address.description == "fe80::1")
        #expect(peer?.neighborAS == ASN(4_200_000_001))
        #expect(peer?.imported == 3 && peer?.exported == 8 && peer?.holdTime == 90)
        #expect(BIRD.peers(text.octets).diagnostics.isEmpty)
    }

    @Test func reportsAPeerWithoutAddress() {
        let parsed = BIRD.peers("leaf203 BGP --- up 10:00:00 Established\n".octets)
        #expect(parsed.value.isEmpty)
        #expect(parsed.diagnostics.map(\.line) == [1])
        #expect(parsed.diagnostics.first?.excerpt == "leaf203")
    }
}
