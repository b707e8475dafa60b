import Fabric
import Formats
import FoundationEssentials

/// The bodies and answers of login, refresh and logout (aci.md 2.1).
enum LoginMessages {
    private struct User: Encodable {
        struct Attributes: Encodable {
            var name: String
            var pwd: String?
        }
        struct Object: Encodable { var attributes: Attributes }
        var aaaUser: Object
    }

    /// `{"aaaUser":{"attributes":{"name":…,"pwd":…}}}`.
    static func body(name: String, password: Secret?) -> [UInt8] {
        let message = User(aaaUser: .init(attributes: .init(name: name, pwd: password?.text)))
        return (try? JSONEncoder().encode(message)).map(Array.init) ?? []
    }

    /// The session in an answer to a login or refresh; nil where it holds none.
    static func login(_ bytes: [UInt8]) -> APICLogin? {
        let told = APIC.login(bytes)
        guard let token = told?.token else { return nil }
        var login = APICLogin(token: Secret(token))
        if let seconds = told?.refreshSeconds, seconds > 0 { login.refreshSeconds = Double(seconds) }
        if let seconds = told?.maximumSeconds, seconds > 0 { login.maximumSeconds = Double(seconds) }
        login.version = told?.version
        login.writeRoles = told?.writeRoles
        return login
    }
}
