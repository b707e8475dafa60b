extension APIC {
    /// What a login or refresh answers (aci.md 2.1). The token is a secret: it is never printed.
    public struct Login: Sendable {
        /// The token, nil where none came.
        public var token: String?
        /// `refreshTimeoutSeconds`.
        public var refreshSeconds: Int?
        /// `maximumLifetimeSeconds`.
        public var maximumSeconds: Int?
        /// The APIC's release.
        public var version: String?
        /// Roles that may write, over all security domains (`aaaUserDomain.rolesW`); nil where no domain is told.
        public var writeRoles: [String]?
    }

    /// Reads the `aaaLogin` or `aaaRefresh` of an answer, or the token of a `webtokenSession`; nil where there is none.
    public static func login(_ bytes: [UInt8]) -> Login? {
        var login: Login?
        var roles: [String]?
        let classes = ["aaaLogin", "aaaRefresh", "webtokenSession"].map { (name: StaticString) in
            APICClass(name, "token", "refreshTimeoutSeconds", "maximumLifetimeSeconds", "version")
        }
        _ = APICReader().read(bytes, classes + [APICClass("aaaUserDomain", "rolesW")]) { object in
            if object.classNumber == classes.count {
                let words = (object.own(0) ?? "").split { $0 == "," || $0 == " " }.map(String.init)
                roles = (roles ?? []) + words.filter { $0 != "none" }
                return
            }
            guard login == nil else { return }
            login = Login(
                token: object.own(0), refreshSeconds: object.ownNumber(1).flatMap { Int(exactly: $0) },
                maximumSeconds: object.ownNumber(2).flatMap { Int(exactly: $0) }, version: object.own(3))
        }
        login?.writeRoles = roles
        return login
    }
}

extension APIC {
    /// The names of the objects of a class.
    public static func names(of name: StaticString, in bytes: [UInt8]) -> [DistinguishedName] {
        var names: [DistinguishedName] = []
        _ = APICReader().read(bytes, [APICClass(name)]) { object in
            if let name = object.text(APICClass.dn) { names.append(DistinguishedName(name)) }
        }
        return names
    }
}
