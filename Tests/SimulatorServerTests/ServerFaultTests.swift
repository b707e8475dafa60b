import Foundation
import NIOCore
import NIOHTTP1
import Simulator
import SimulatorServer
import Testing

/// The controllers' own faults (aci.md 10, item 9), each as a client meets it.
@Suite struct ServerFaultTests {
    private static let nodes = "/api/class/fabricNode.json"

    @Test func tokensEndInMidPoll() async throws {
        let fabric = try await TestFabric()
        var client = try await fabric.user()
        await fabric.controllers.inject(.expireTokens)
        let reply = try await client.get(ServerFaultTests.nodes)
        #expect(reply.status == 403)
        #expect(reply.text.contains("Token was invalid (Error: Token timeout)"))
        try await client.login()
        #expect(try await client.get(ServerFaultTests.nodes).status == 200)
        await fabric.stop()
    }

    @Test func nginxSpeaksHTML() async throws {
        let fabric = try await TestFabric()
        let client = try await fabric.user()
        await fabric.controllers.inject(.unavailable(2))
        for _ in 0..<2 {
            let reply = try await client.get(ServerFaultTests.nodes)
            #expect(reply.status == 503)
            #expect(reply.headers["content-type"] == "text/html")
            #expect(reply.text.hasPrefix("<html>\r\n<head><title>503 Service Temporarily Unavailable</title>"))
        }
        #expect(try await client.get(ServerFaultTests.nodes).status == 200)
        await fabric.controllers.inject(.tooLarge)
        #expect(try await client.get(ServerFaultTests.nodes).status == 413)
        await fabric.controllers.clear()
        let long = String(repeating: "a", count: 9000)
        #expect(try await client.get("/api/class/fabricNode.json?x=\(long)").status == 414)
        let body = String(repeating: " ", count: 5 << 20)
        #expect(try await client.send(.POST, "/api/mo/uni.json", body).status == 413)
        await fabric.stop()
    }

    @Test func anAnswerEndsHalfway() async throws {
        let fabric = try await TestFabric()
        let client = try await fabric.user()
        let whole = try await client.get(ServerFaultTests.nodes)
        await fabric.controllers.inject(.halfPage(1))
        let half = try await client.get(ServerFaultTests.nodes)
        #expect(half.isCut)
        #expect(half.body == whole.body.prefix(whole.body.count / 2))
        #expect(try await client.get(ServerFaultTests.nodes).isCut == false)
        await fabric.controllers.inject(.emptyPage)
        let empty = try await client.get(ServerFaultTests.nodes)
        #expect(empty.total == "5")
        #expect(try empty.objects().isEmpty)
        await fabric.stop()
    }

    @Test func pagesWithoutAnOrderOverlap() async throws {
        let fabric = try await TestFabric()
        let client = try await fabric.user()
        await fabric.controllers.inject(.overlappingPages)
        func names(_ order: String) async throws -> [String] {
            var names: [String] = []
            for page in 0..<3 {
                let reply = try await client.get("/api/class/bgpPeerEntry.json?page=\(page)&page-size=4" + order)
                names += try reply.objects().compactMap { $0.attributes["dn"] }
            }
            return names
        }
        let loose = try await names("")
        #expect(loose.count == 12 && Set(loose).count < 12)
        let ordered = try await names("&order-by=bgpPeerEntry.dn")
        #expect(Set(ordered).count == 12)
        await fabric.stop()
    }

    @Test func aDeadSocketStaysOpenAndADroppedOneCloses() async throws {
        let fabric = try await TestFabric()
        let client = try await fabric.user()
        let socket = try await client.socket()
        _ = try await client.get("/api/class/bgpPeerEntry.json?subscription=yes")
        await fabric.controllers.inject(.deadSocket)
        fabric.shared.with { try? $0.inject(Fault(.leafNeighborShut, "node-1/101")) }
        await fabric.pass(1)
        #expect(await socket.next(within: 0.3) == nil)
        #expect(socket.isOpen)
        await fabric.controllers.clear("dead-socket")
        await fabric.controllers.inject(.dropSockets)
        try await socket.channel.closeFuture.get()
        #expect(try await client.get("/api/class/bgpPeerEntry.json?subscription=yes").status == 405)
        await fabric.stop()
    }

    @Test func aControllerDiesAndComesBack() async throws {
        let fabric = try await TestFabric { $0.controllers = 2 }
        let client = try await fabric.user(1)
        let other = try await fabric.user(2)
        await fabric.controllers.inject(.killController(1))
        var isRefused = false
        for _ in 0..<50 where !isRefused {
            do { _ = try await client.get(ServerFaultTests.nodes) } catch { isRefused = true }
        }
        #expect(isRefused)
        let health = try await other.get("/api/class/infraWiNode.json")
        #expect(try health.objects().contains { $0.attributes["health"] != "fully-fit" })
        await fabric.controllers.clear("kill-controller:1")
        var status: Int?
        for _ in 0..<100 where status == nil {
            status = try? await client.get(ServerFaultTests.nodes).status
            if status == nil { try await Task.sleep(for: .milliseconds(20)) }
        }
        #expect(status == 403, "a controller that was off knows no token of before")
        await fabric.stop()
    }

    @Test func aWrongCertificateEndsTheHandshake() async throws {
        let fabric = try await TestFabric()
        let client = try await fabric.user()
        await fabric.controllers.inject(.wrongCertificate)
        await #expect(throws: (any Error).self) { try await client.get(ServerFaultTests.nodes) }
        await fabric.controllers.clear("wrong-certificate")
        #expect(try await client.get(ServerFaultTests.nodes).status == 200)
        await fabric.stop()
    }

    @Test func aMissingPrivilegeIsASecond403() async throws {
        let fabric = try await TestFabric()
        var client = try await fabric.user()
        await fabric.controllers.inject(.noPrivilege("faultInst"))
        #expect(try await client.get("/api/class/faultInst.json").status == 403)
        try await client.login()
        #expect(try await client.get("/api/class/faultInst.json").status == 403)
        #expect(try await client.get(ServerFaultTests.nodes).status == 200)
        await fabric.stop()
    }

    @Test func theThrottleIsTheConfiguredOne() async throws {
        let fabric = try await TestFabric()
        let client = try await fabric.user()
        let https = "/api/mo/uni/fabric/comm-default/https.json"
        let body =
            #"{"commHttps":{"attributes":{"globalThrottleSt":"enabled","globalThrottleRate":"3","globalThrottleUnit":"r/s"}}}"#
        #expect(try await client.send(.POST, https, body).status == 200)
        var statuses: [Int] = []
        for _ in 0..<6 { statuses.append(try await client.get(ServerFaultTests.nodes).status) }
        #expect(statuses == [200, 200, 200, 503, 503, 503])
        #expect(fabric.controllers.counters.throttled == 3)
        await fabric.pass(1)
        #expect(try await client.get(https).text.contains("\"globalThrottleRate\":\"3\""))
        await fabric.stop()
    }

    @Test func slowAnswersWait() async throws {
        let fabric = try await TestFabric()
        let client = try await fabric.user()
        await fabric.controllers.inject(.slow(0.3))
        let clock = ContinuousClock()
        let started = clock.now
        #expect(try await client.get(ServerFaultTests.nodes).status == 200)
        #expect(clock.now - started >= .milliseconds(300))
        await fabric.stop()
    }

    @Test func scenariosChangeWhatIsTold() async throws {
        let fabric = try await TestFabric()
        let client = try await fabric.user()
        await fabric.controllers.inject(.clockSkew(90))
        let systems = try await client.get("/api/class/topSystem.json").objects()
        let times = Dictionary(grouping: systems, by: { $0.attributes["role"] ?? "" })
        #expect(
            times["leaf"]?.first?.attributes["currentTime"] != times["controller"]?.first?.attributes["currentTime"])
        await fabric.controllers.inject(.duplicateVRF)
        let twice = try await client.get(
            "/api/class/bgpPeerEntry.json?query-target-filter=eq(bgpPeerEntry.addr,%22192.168.2.1%22)")
        #expect(Set(try twice.objects().compactMap { $0.attributes["operSt"] }) == ["established", "idle"])
        #expect(twice.total == "4")
        await fabric.controllers.clear()
        await fabric.controllers.inject(.dynamicPeers)
        let listeners = try await client.get(
            "/api/node/class/topology/pod-1/node-101/bgpPeer.json?rsp-subtree=children")
        let listener = try #require(try listeners.objects().first)
        #expect(listeners.total == "1")
        #expect(listener.attributes["addr"] == "192.168.0.0/16")
        #expect(listener.children.count == 3)
        await fabric.stop()
    }

    @Test func aLeafThatReloadsForgets() async throws {
        let fabric = try await TestFabric()
        let client = try await fabric.user()
        fabric.shared.with { try? $0.inject(Fault(.oneLeafDown, "101")) }
        await fabric.pass(5)
        let node = try await client.get("/api/mo/topology/pod-1/node-101.json")
        #expect(try node.objects().first?.attributes["fabricSt"] == "inactive")
        #expect(try await client.get("/api/node/class/topology/pod-1/node-101/bgpPeerEntry.json").total == "0")
        let partner = try await client.get("/api/node/class/topology/pod-1/node-102/vpcDom.json")
        #expect(try partner.objects().first?.attributes["peerSt"] == "down")
        fabric.shared.with { $0.clearAll() }
        await fabric.pass(20)
        let entries = try await client.get("/api/node/class/topology/pod-1/node-101/bgpPeerEntry.json").objects()
        #expect(entries.count == 3 && entries.allSatisfy { $0.attributes["connEst"] == "1" })
        await fabric.stop()
    }

    @Test func faultsLiveAsTheGuideTells() async throws {
        let fabric = try await TestFabric()
        let client = try await fabric.user()
        func cycle() async throws -> String? {
            try await client.get("/api/class/faultInst.json?query-target-filter=eq(faultInst.code,%22F0299%22)")
                .objects()
                .first?.attributes["lc"]
        }
        #expect(try await cycle() == nil)
        fabric.shared.with { try? $0.inject(Fault(.leafNeighborShut, "node-1/101")) }
        await fabric.pass(1)
        #expect(try await cycle() == "soaking")
        let scoped = try await client.get(
            "/api/mo/topology/pod-1/node-101/sys/bgp.json?rsp-subtree-include=faults,no-scoped,subtree")
        #expect(try scoped.objects().map(\.name) == ["faultInst"])
        await fabric.pass(125)
        #expect(try await cycle() == "raised")
        fabric.shared.with { $0.clearAll() }
        await fabric.pass(20)
        #expect(try await cycle() == "retaining")
        let token = try await fabric.user()
        await fabric.pass(3600)
        _ = token
        let later = try await fabric.user()
        #expect(
            try await later.get("/api/class/faultInst.json?query-target-filter=eq(faultInst.code,%22F0299%22)").total
                == "0")
        await fabric.stop()
    }

    @Test func faultsAreReadAsTheyAreWritten() {
        let texts = [
            "expire-tokens", "expire-tokens-after:6", "unavailable", "unavailable:3", "too-large", "half-page:2",
            "empty-page",
            "overlapping-pages",
            "dead-socket", "drop-sockets", "slow:1.5", "wrong-certificate", "no-privilege:faultInst",
            "kill-controller:2",
            "clock-skew:-90.0", "duplicate-vrf", "dynamic-peers", "object-limit:50", "refuse-subscription-refresh",
            "refuse-token-refresh", "refuse-web-token",
        ]
        for text in texts { #expect(ServerFault(text: text)?.description == text) }
        for text in ["nosuch", "slow", "slow:soon", "unavailable:x", "kill-controller", "dead-socket:1", ""] {
            #expect(ServerFault(text: text) == nil)
        }
    }
}
