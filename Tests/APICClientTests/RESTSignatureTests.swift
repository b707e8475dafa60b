import CryptoExtras
import Fabric
import FoundationEssentials
import Polling
import Simulator
import SimulatorServer
import SwiftASN1
import Testing
import X509

@testable import APICClient

/// Requests that are signed with the key of a user's certificate (aci.md 2.2), and their events.
@Suite struct RESTSignatureTests {
    private static let leaf = LeafID(101)

    /// Controllers that know the certificate `console` of admin, and a client that has its key.
    private func start(another: Bool = false, subscribes: Bool = false) async throws -> SimulatedAPIC {
        let key = try _RSA.Signing.PrivateKey(keySize: .bits2048)
        let name = try X509.DistinguishedName { CommonName("admin") }
        let certificate = try Certificate(
            version: .v3, serialNumber: .init(), publicKey: .init(key.publicKey), notValidBefore: Date(),
            notValidAfter: Date().addingTimeInterval(3600), issuer: name, subject: name,
            signatureAlgorithm: .sha256WithRSAEncryption, extensions: .init(), issuerPrivateKey: .init(key))
        let pem = try certificate.serializeAsPEM().pemString
        let used = another ? try _RSA.Signing.PrivateKey(keySize: .bits2048) : key
        return try await SimulatedAPIC.start(
            configure: { $0.userCertificates["admin/console"] = pem },
            client: {
                $0.credential = .certificate(name: "console", keyPEM: Secret(used.pemRepresentation))
                $0.subscribes = subscribes
            })
    }

    @Test func signedRequestsNeedNoLogin() async throws {
        let apic = try await start()
        try await apic.with { port in
            for look in [Look.fabric, .leafSummary(Self.leaf), .leafRoutes(Self.leaf, .all), .fabricConfiguration] {
                let result = await port.reading.perform(look)
                #expect(result.error == nil, "\(look)")
            }
            let counters = apic.controllers.counters
            #expect(counters.logins == 0 && counters.failedLogins == 0 && counters.refusedTokens == 0)
        }
    }

    @Test func anotherKeyIsRefusedAndShowsNothingOfItself() async throws {
        let apic = try await start(another: true)
        try await apic.with { port in
            let error = try #require(await port.reading.perform(.leafSummary(Self.leaf)).error)
            #expect(error.kind == .refused && error.hint.contains("certificate"))
            #expect(!"\(error)".contains("PRIVATE KEY"))
        }
    }

    /// Waits for a piece of news, and gives up after a while.
    private func first(
        _ news: AsyncStream<PushedNews>, _ isWanted: @escaping @Sendable (PushedNews) -> Bool
    ) async -> PushedNews? {
        await withTaskGroup(of: PushedNews?.self) { group in
            group.addTask {
                for await item in news where isWanted(item) { return item }
                return nil
            }
            group.addTask {
                try? await Task.sleep(for: .seconds(20))
                return nil
            }
            defer { group.cancelAll() }
            return await group.next() ?? nil
        }
    }

    @Test(.timeLimit(.minutes(2))) func eventsComeByAWebTokenSession() async throws {
        let apic = try await start(subscribes: true)
        try await apic.with { port in
            let news = try #require(port.reading.news?())
            let asked = await first(news) { if case .lookAgain = $0 { true } else { false } }
            #expect(asked != nil)
            try apic.shared.with { try $0.inject(Fault(.leafNeighborShut)) }
            apic.shared.advance(to: .seconds(3))
            await apic.controllers.look()
            let event = await first(news) { if case .answers = $0 { true } else { false } }
            guard case .answers(let answers) = event else { throw SimulatedAPIC.Missing() }
            let text = String(decoding: answers.first?.bytes ?? [], as: UTF8.self)
            #expect(text.contains("bgpPeerEntry"))
            #expect(apic.controllers.counters.failedLogins == 0 && apic.controllers.counters.subscriptions == 1)
        }
    }

    @Test(.timeLimit(.minutes(2))) func whereNoSessionIsGivenPollingGoesOnAloneAndItIsSaid() async throws {
        let apic = try await start(subscribes: true)
        await apic.controllers.inject(.refuseWebToken)
        try await apic.with { port in
            let news = try #require(port.reading.news?())
            let said = await first(news) { if case .notice = $0 { true } else { false } }
            guard case .notice(let words) = said else { throw SimulatedAPIC.Missing() }
            #expect(words.contains("web-token session") && words.contains("the leaves are polled"), "\(words)")
            #expect(await port.reading.perform(.leafSummary(Self.leaf)).error == nil)
        }
    }
}
