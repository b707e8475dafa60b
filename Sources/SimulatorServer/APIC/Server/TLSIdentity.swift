import Crypto
public import FoundationEssentials
import NIOSSL
import SwiftASN1
import X509

/// The certificates that simulated controllers show.
public struct TLSIdentity: Sendable {
    /// The certificates in PEM, the server's first.
    public let chain: String
    /// The authority that signed them in PEM, nil where certificate and key were given.
    public let authority: String?
    /// The SHA-256 of the server certificate's DER form in hexadecimal: what a client pins.
    public let pin: String

    let certificates: [NIOSSLCertificateSource]
    let key: NIOSSLPrivateKeySource

    /// Why there is no identity.
    public struct IdentityError: Error, Sendable, CustomStringConvertible {
        /// One sentence.
        public var description: String
    }

    /// An identity from PEM texts of a certificate chain and its key.
    ///
    /// - Throws: an ``IdentityError`` where they are none.
    public init(chain: String, key: String) throws {
        do {
            let certificates = try NIOSSLCertificate.fromPEMBytes(Array(chain.utf8))
            guard let first = certificates.first else {
                throw IdentityError(description: "the file holds no certificate")
            }
            self.chain = chain
            authority = nil
            pin = TLSIdentity.hexadecimal(SHA256.hash(data: try first.toDERBytes()))
            self.certificates = certificates.map { .certificate($0) }
            self.key = .privateKey(try NIOSSLPrivateKey(bytes: Array(key.utf8), format: .pem))
        } catch let error as IdentityError {
            throw error
        } catch {
            throw IdentityError(description: "certificate or key cannot be read: \(error)")
        }
    }

    /// A new authority and a certificate of it for some names and addresses; valid for a year.
    ///
    /// - Throws: an ``IdentityError``.
    public static func made(names: [String], addresses: [[UInt8]], at now: Date = Date()) throws -> TLSIdentity {
        do {
            let issuerKey = P256.Signing.PrivateKey()
            let issuer = try X509.DistinguishedName {
                OrganizationName("bgpdeck simulated fabric")
                CommonName("simulated fabric CA \(UInt32.random(in: .min ... .max))")
            }
            let authority = try Certificate(
                version: .v3, serialNumber: .init(), publicKey: .init(issuerKey.publicKey),
                notValidBefore: now.addingTimeInterval(-3600), notValidAfter: now.addingTimeInterval(366 * 86_400),
                issuer: issuer, subject: issuer, signatureAlgorithm: .ecdsaWithSHA256,
                extensions: try Certificate.Extensions {
                    Critical(BasicConstraints.isCertificateAuthority(maxPathLength: 0))
                    Critical(KeyUsage(keyCertSign: true, cRLSign: true))
                    SubjectKeyIdentifier(hash: Certificate.PublicKey(issuerKey.publicKey))
                }, issuerPrivateKey: .init(issuerKey))
            let serverKey = P256.Signing.PrivateKey()
            let alternatives: [GeneralName] =
                names.map { .dnsName($0) } + addresses.map { .ipAddress(.init(contentBytes: $0[...])) }
            let certificate = try Certificate(
                version: .v3, serialNumber: .init(), publicKey: .init(serverKey.publicKey),
                notValidBefore: now.addingTimeInterval(-3600), notValidAfter: now.addingTimeInterval(365 * 86_400),
                issuer: issuer, subject: try X509.DistinguishedName { CommonName(names.first ?? "apic1") },
                signatureAlgorithm: .ecdsaWithSHA256,
                extensions: try Certificate.Extensions {
                    Critical(BasicConstraints.notCertificateAuthority)
                    Critical(KeyUsage(digitalSignature: true))
                    try ExtendedKeyUsage([.serverAuth])
                    SubjectAlternativeNames(alternatives)
                    AuthorityKeyIdentifier(
                        keyIdentifier: SubjectKeyIdentifier(hash: .init(issuerKey.publicKey)).keyIdentifier)
                }, issuerPrivateKey: .init(issuerKey))
            return try TLSIdentity(
                chain: try certificate.serializeAsPEM().pemString + "\n" + authority.serializeAsPEM().pemString + "\n",
                key: serverKey.pemRepresentation, authority: try authority.serializeAsPEM().pemString + "\n")
        } catch let error as IdentityError {
            throw error
        } catch {
            throw IdentityError(description: "no certificate can be made: \(error)")
        }
    }

    private init(chain: String, key: String, authority: String) throws {
        let own = try TLSIdentity(chain: chain, key: key)
        self.chain = own.chain
        self.authority = authority
        pin = own.pin
        certificates = own.certificates
        self.key = own.key
    }

    private static func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    /// What a listener's connections begin with.
    func context() throws -> NIOSSLContext {
        var configuration = TLSConfiguration.makeServerConfiguration(certificateChain: certificates, privateKey: key)
        configuration.minimumTLSVersion = .tlsv12
        return try NIOSSLContext(configuration: configuration)
    }
}
