import CryptoExtras
import Fabric
import FoundationEssentials

/// Signs requests with the key of a certificate that the user has on the APIC (aci.md 2.2): no login, no token.
struct RequestSignature: Sendable {
    private let key: _RSA.Signing.PrivateKey
    private let name: String

    /// A signature of `uni/userext/user-USER/usercert-CERTIFICATE`.
    ///
    /// - Throws: a ``SourceError`` that does not show the key.
    init(user: String, certificate: String, keyPEM: Secret) throws(SourceError) {
        name = "uni/userext/user-\(user)/usercert-\(certificate)"
        do {
            key = try _RSA.Signing.PrivateKey(pemRepresentation: keyPEM.text)
        } catch {
            throw SourceError(
                kind: .refused, source: .apic, operation: "sign requests",
                cause: "the private key is no RSA key in PEM form of 2048 bits or more",
                hint: "give `key` the file of the key that belongs to the certificate '\(certificate)'")
        }
    }

    /// The cookies for a request; `path` is not encoded, an empty body is left out.
    func cookies(method: String, path: String, body: [UInt8] = []) throws -> String {
        let payload = Array((method + path).utf8) + body
        let signature = try key.signature(for: payload, padding: .insecurePKCS1v1_5)
        let text = signature.rawRepresentation.base64EncodedString()
        return [
            "APIC-Request-Signature=\(text)", "APIC-Certificate-Algorithm=v1.0",
            "APIC-Certificate-Fingerprint=fingerprint", "APIC-Certificate-DN=\(name)",
        ].joined(separator: "; ")
    }
}
