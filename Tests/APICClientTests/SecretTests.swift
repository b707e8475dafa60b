import Fabric
import FoundationEssentials
import Testing

@testable import APICClient

/// Secrets are sent and never printed; certificates are always proved.
@Suite struct SecretTests {
    @Test func aSecretIsNeverPrinted() {
        let secret = Secret("s3cr3t-word")
        var dumped = ""
        dump(secret, to: &dumped)
        dump(APICLogin(token: secret), to: &dumped)
        for text in ["\(secret)", String(reflecting: secret), dumped, "\(APICLogin(token: secret))"] {
            #expect(!text.contains("s3cr3t"), "\(text)")
        }
    }

    @Test func aLoginNamesItsDomainAndEscapes() {
        let configuration = RESTConfiguration(
            controllers: [], user: "ops", domain: "LDAP", credential: .password { () throws(SourceError) in Secret("") }
        )
        let body = LoginMessages.body(name: configuration.loginName, password: Secret("a\"b\\c"))
        let text = String(decoding: body, as: UTF8.self)
        #expect(text.contains(#""name":"apic:LDAP\\ops""#) && text.contains(#""pwd":"a\"b\\c""#))
    }

    /// Walks the client's own sources: there is no way to switch the proof off, and nothing sends to standard output.
    @Test func verificationIsNeverSwitchedOff() throws {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "Sources")
        let files = try FileManager.default.subpathsOfDirectory(atPath: folder.path()).filter { $0.hasSuffix(".swift") }
        #expect(files.count > 100)
        for file in files where !file.hasPrefix("SimulatorServer/") {
            let text = try String(decoding: Data(contentsOf: folder.appending(path: file)), as: UTF8.self)
            for forbidden in [
                "certificateVerification = .none", "certificateVerification: .none", "--insecure", "-k\"",
            ] {
                #expect(!text.contains(forbidden), "\(file) holds \(forbidden)")
            }
            // Without the host's name only where what is trusted is the pinned certificate itself.
            if text.contains("noHostnameVerification") { #expect(file == "APICClient/REST/TLSTrust.swift") }
        }
    }
}
