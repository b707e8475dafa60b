import CryptoExtras
import FoundationEssentials
import SwiftASN1
import X509

/// A request that carries a signature in place of a token (aci.md 2.2).
struct SignedRequest {
    private let request: ServerRequest
    private let target: RequestTarget
    private let certificates: [String: String]

    init(_ request: ServerRequest, _ target: RequestTarget, certificates: [String: String]) {
        self.request = request
        self.target = target
        self.certificates = certificates
    }

    private static let refusal = APICError(
        status: 403, code: "403", text: "Signature verification failed for the request")

    /// The user whose certificate the signature is of.
    func user() throws(APICError) -> String {
        guard let dn = request.cookies["apic-certificate-dn"],
            let signature = request.cookies["apic-request-signature"],
            request.cookies["apic-certificate-algorithm"] == "v1.0",
            request.cookies["apic-certificate-fingerprint"] == "fingerprint",
            let (user, certificate) = SignedRequest.owner(dn), let pem = certificates["\(user)/\(certificate)"],
            let bytes = Data(base64Encoded: signature),
            let key = try? Certificate(pemEncoded: pem).publicKey,
            let publicKey = try? _RSA.Signing.PublicKey(pemRepresentation: key.serializeAsPEM().pemString)
        else { throw SignedRequest.refusal }
        let isValid = payloads.contains { payload in
            publicKey.isValidSignature(
                _RSA.Signing.RSASignature(rawRepresentation: bytes), for: payload, padding: .insecurePKCS1v1_5)
        }
        guard isValid else { throw SignedRequest.refusal }
        return user
    }

    /// `uni/userext/user-U/usercert-C`, or an app's `appuser-U`.
    private static func owner(_ dn: String) -> (user: String, certificate: String)? {
        let parts = dn.split(separator: "/").map(String.init)
        guard parts.count == 4, parts[0] == "uni", parts[1] == "userext", parts[3].hasPrefix("usercert-") else {
            return nil
        }
        for prefix in ["user-", "appuser-"] where parts[2].hasPrefix(prefix) {
            return (String(parts[2].dropFirst(prefix.utf8.count)), String(parts[3].dropFirst(9)))
        }
        return nil
    }

    /// What may have been signed: method, decoded path and query, body; without a body of `{}`.
    private var payloads: [Data] {
        let decoded = RequestTarget.decoded(request.uri[...]) ?? request.uri
        let start = Data((request.method + decoded).utf8)
        guard request.method == "POST" else { return [start] }
        return request.body == Array("{}".utf8) ? [start, start + Data(request.body)] : [start + Data(request.body)]
    }
}
