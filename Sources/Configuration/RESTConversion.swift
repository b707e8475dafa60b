public import APICClient
public import Children
import Fabric
import Polling

extension Context {
    /// How the controllers are asked over REST; nil where the context does not want that.
    ///
    /// A password file's mode is checked here, its password and a `password_command`'s output are read when a login
    /// needs them; they are never kept.
    ///
    /// - Throws: a ``PasswordRefusal`` for a password or key file that others may read, or that cannot be read.
    public func restConfiguration(children: ChildRunner) throws(PasswordRefusal) -> RESTConfiguration? {
        guard let apic, apic.reach == .rest, let user = apic.user, let credential = apic.credential else { return nil }
        let families = (inventory.podSubnets + inventory.serviceSubnets).map(\.family)
        var configuration = RESTConfiguration(
            controllers: apic.controllers.map { Context.controller($0, port: apic.port) }, user: user,
            domain: apic.domain, credential: try rest(credential, children), trust: apic.trust.rest,
            clientCertificate: apic.clientCertificate.map { ($0.certificate, $0.key) }, vrf: inventory.vrf,
            readsIPv6: families.contains(.ipv6), subscribes: apic.subscribes)
        if let limit = apic.requestsPerSecond { configuration.requestsPerSecond = Double(limit) }
        return configuration
    }

    private func rest(_ credential: Credential, _ children: ChildRunner) throws(PasswordRefusal) -> RESTCredential {
        switch credential {
        case .certificate(let name, let key):
            return .certificate(name: name, keyPEM: Secret(try PasswordFile.readAll(path: key, what: "key")))
        case .file(let path):
            _ = try PasswordFile.read(path: path)
            return .password { () throws(SourceError) in
                do throws(PasswordRefusal) {
                    return Secret(try PasswordFile.read(path: path))
                } catch {
                    throw Context.refusal("read password_file", "\(error)", "see the file")
                }
            }
        case .command(let words):
            return .password { () throws(SourceError) in try await Context.password(of: words, children) }
        }
    }

    /// What `password_command` prints first. Its output is a secret, so no error shows any of it.
    private static func password(of words: [String], _ children: ChildRunner) async throws(SourceError) -> Secret {
        let name = words.first ?? ""
        guard let command = ChildCommand(tool: words, [], timeout: .seconds(30), outputLimit: 64 << 10) else {
            throw refusal("run password_command", "it names no program", "give it as [program, argument]")
        }
        let result = await children.run(command)
        guard result.termination == .exited(0) else {
            throw refusal(
                "run password_command", "\(name) did not end well: \(result.termination)", "try it by hand")
        }
        var line = result.output.prefix { $0 != UInt8(ascii: "\n") }
        if line.last == UInt8(ascii: "\r") { line.removeLast() }
        guard !line.isEmpty, let text = String(validating: line, as: UTF8.self) else {
            throw refusal("run password_command", "\(name) printed no password", "try it by hand")
        }
        return Secret(text)
    }

    private static func refusal(_ operation: String, _ cause: String, _ hint: String) -> SourceError {
        SourceError(kind: .refused, source: .apic, operation: operation, cause: cause, hint: hint)
    }

    /// `apic1`, `apic1:8443`, `[2001:db8::1]:8443`; a port of its own goes before the common one.
    static func controller(_ text: String, port: Int?) -> RESTController {
        if text.hasPrefix("["), let end = text.firstIndex(of: "]") {
            let rest = text[text.index(after: end)...].dropFirst()
            return RESTController(
                host: String(text[text.index(after: text.startIndex)..<end]), port: Int(rest) ?? port ?? 443)
        }
        let parts = text.split(separator: ":")
        if parts.count == 2, let own = Int(parts[1]) { return RESTController(host: String(parts[0]), port: own) }
        return RESTController(host: text, port: port ?? 443)
    }
}

extension Trust {
    fileprivate var rest: RESTTrust {
        switch self {
        case .system: .system
        case .authorities(let file): .authorities(file)
        case .pins(let pins): .pins(pins)
        }
    }
}
