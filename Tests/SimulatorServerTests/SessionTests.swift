import Crypto
import CryptoExtras
import Foundation
import NIOHTTP1
import Simulator
import SimulatorServer
import SwiftASN1
import Testing
import X509

/// Logins, tokens and signatures (aci.md 2.1, 2.2 and 2.8).
@Suite struct SessionTests {
    @Test func aLoginTellsLifetimesVersionAndController() async throws {
        let fabric = try await TestFabric { $0.controllers = 2 }
        let reply = try await fabric.client(2).send(
            .POST, "/api/aaaLogin.json", #"{"aaaUser":{"attributes":{"name":"admin","pwd":"cisco"}}}"#)
        let login = try #require(try reply.objects().first)
        #expect(login.name == "aaaLogin")
        #expect(login.attributes["refreshTimeoutSeconds"] == "600")
        #expect(login.attributes["maximumLifetimeSeconds"] == "86400")
        #expect(login.attributes["version"] == "4.2(1)")
        #expect(login.attributes["node"] == "topology/pod-1/node-2")
        let token = try #require(login.attributes["token"])
        #expect(reply.headers["set-cookie"]?.hasPrefix("APIC-cookie=\(token);") == true)
        await fabric.stop()
    }

    @Test(arguments: [#"admin","pwd":"wrong"#, #"nobody","pwd":"cisco"#, #"apic:nosuch\\admin","pwd":"cisco"#])
    func wrongCredentialsGet401(words: String) async throws {
        let fabric = try await TestFabric()
        let body = #"{"aaaUser":{"attributes":{"name":""# + words + #""}}}"#
        let reply = try await fabric.client().send(.POST, "/api/aaaLogin.json", body)
        #expect(reply.status == 401)
        let error = try #require(try reply.objects().first)
        #expect(error.attributes["code"] == "401")
        #expect(error.attributes["text"] == "Username or password is incorrect - FAILED local authentication")
        #expect(fabric.controllers.counters.failedLogins == 1)
        await fabric.stop()
    }

    @Test(arguments: [#"apic:local\\admin"#, #"apic#DefaultAuth\\admin"#])
    func aLoginDomainStandsBeforeTheName(name: String) async throws {
        let fabric = try await TestFabric()
        let domains = try await fabric.client().get("/api/aaaListDomains.json")
        #expect(domains.text.contains("\"DefaultAuth\""))
        let body = #"{"aaaUser":{"attributes":{"name":""# + name + #"","pwd":"cisco"}}}"#
        #expect(try await fabric.client().send(.POST, "/api/aaaLogin.json", body).status == 200)
        await fabric.stop()
    }

    @Test func tokensEndAndAreRefreshed() async throws {
        let fabric = try await TestFabric { settings in
            settings.tokenLifetime = 60
            settings.sessionLifetime = 150
        }
        var client = try await fabric.user()
        let first = client.token
        await fabric.pass(50)
        let reply = try await client.get("/api/aaaRefresh.json")
        client.token = try reply.objects().first?.attributes["token"]
        #expect(client.token != first)
        await fabric.pass(50)
        #expect(try await client.get("/api/class/fabricNode.json").status == 200)
        var old = client
        old.token = first
        let refused = try await old.get("/api/class/fabricNode.json")
        #expect(refused.status == 403)
        #expect(try refused.objects().first?.attributes["text"] == "Token was invalid (Error: Token timeout)")
        // The maximum lifetime of the session ends the token before its own time.
        client.token = try await client.get("/api/aaaRefresh.json").objects().first?.attributes["token"]
        await fabric.pass(51)
        #expect(try await client.get("/api/aaaRefresh.json").status == 403)
        await fabric.stop()
    }

    @Test func tokensAreOfOneController() async throws {
        let fabric = try await TestFabric { $0.controllers = 2 }
        var client = try await fabric.user(1)
        #expect(try await client.get("/api/class/fabricNode.json").status == 200)
        var other = fabric.client(2)
        other.token = client.token
        #expect(try await other.get("/api/class/fabricNode.json").status == 403)
        #expect(try await client.send(.POST, "/api/aaaLogout.json", "{}").status == 200)
        #expect(try await client.get("/api/class/fabricNode.json").status == 403)
        client.token = nil
        #expect(try await client.get("/api/class/fabricNode.json").status == 403)
        await fabric.stop()
    }

    @Test func signedRequestsNeedNoLogin() async throws {
        let key = try _RSA.Signing.PrivateKey(keySize: .bits2048)
        let name = try DistinguishedName { CommonName("admin") }
        let certificate = try Certificate(
            version: .v3, serialNumber: .init(), publicKey: .init(key.publicKey), notValidBefore: Date(),
            notValidAfter: Date().addingTimeInterval(3600), issuer: name, subject: name,
            signatureAlgorithm: .sha256WithRSAEncryption, extensions: .init(), issuerPrivateKey: .init(key))
        let pem = try certificate.serializeAsPEM().pemString
        let fabric = try await TestFabric { $0.userCertificates["admin/deck"] = pem }
        var client = fabric.client()
        func sign(_ text: String) throws {
            let signature = try key.signature(for: Data(text.utf8), padding: .insecurePKCS1v1_5)
            client.cookies = [
                "APIC-Request-Signature": signature.rawRepresentation.base64EncodedString(),
                "APIC-Certificate-Algorithm": "v1.0", "APIC-Certificate-Fingerprint": "fingerprint",
                "APIC-Certificate-DN": "uni/userext/user-admin/usercert-deck",
            ]
        }
        // What is signed is the decoded text.
        try sign("GET/api/class/fabricNode.json?query-target-filter=eq(fabricNode.role,\"leaf\")")
        let uri = "/api/class/fabricNode.json?query-target-filter=eq(fabricNode.role,%22leaf%22)"
        #expect(try await client.get(uri).total == "4")
        #expect(try await client.get("/api/class/topSystem.json").status == 403)
        let peer = "uni/tn-prod/out-calico"
        let body = "{\"l3extOut\":{\"attributes\":{\"descr\":\"signed\"}}}"
        try sign("POST/api/mo/\(peer).json" + body)
        #expect(try await client.send(.POST, "/api/mo/\(peer).json", body).status == 200)
        // A web-token session brings events to a client that signs.
        try sign("GET/api/webtokenSession.json")
        let session = try await client.get("/api/webtokenSession.json")
        client.token = try #require(try session.objects().first?.attributes["token"])
        let socket = try await client.socket()
        let token = try #require(client.token)
        client.token = nil
        try sign("GET/api/class/bgpPeerEntry.json?subscription=yes")
        client.cookies["APIC-WebSocket-Session"] = token
        let reply = try await client.get("/api/class/bgpPeerEntry.json?subscription=yes")
        #expect(try reply.json()["subscriptionId"] is String)
        await socket.close()
        await fabric.stop()
    }

    @Test func anUnknownAuthorityIsNotTrusted() async throws {
        let fabric = try await TestFabric()
        let other = try TLSIdentity.made(names: ["localhost"], addresses: [])
        let stranger = TestClient(port: fabric.ports[0], authority: try #require(other.authority))
        await #expect(throws: (any Error).self) { try await stranger.get("/api/aaaListDomains.json") }
        await fabric.stop()
    }
}
