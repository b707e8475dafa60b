import FoundationEssentials

/// The bodies of login and refresh (aci.md 2.1).
enum LoginAnswer {
    static func json(
        _ session: LoginSession, release: String, controller: Int, lifetimes: LoginSessions.Lifetimes, epoch: Date,
        mayWrite: Bool
    ) -> String {
        func second(_ seconds: Double) -> String { "\(Int(epoch.timeIntervalSince1970 + seconds))" }
        let attributes: [(String, String)] = [
            ("token", session.token), ("siteFingerprint", "NdxD72K/uXaUK0wn"),
            ("refreshTimeoutSeconds", "\(Int(lifetimes.token))"),
            ("maximumLifetimeSeconds", "\(Int(lifetimes.session))"), ("guiIdleTimeoutSeconds", "1200"),
            ("restTimeoutSeconds", "90"), ("creationTime", second(session.created)),
            ("firstLoginTime", second(session.firstLogin)), ("userName", session.user), ("remoteUser", "false"),
            ("unixUserId", "15374"), ("sessionId", session.id), ("lastName", ""), ("firstName", ""),
            ("changePassword", "no"), ("version", release), ("buildTime", "Wed Jun 05 23:07:07 PDT 2024"),
            ("node", "topology/pod-1/node-\(controller)"),
        ]
        let role = "{\"role\":{\"attributes\":{\"name\":\"admin\"}}}"
        let text = attributes.map { "\"\($0.0)\":\"\(JSONText.escaped($0.1))\"" }.joined(separator: ",")
        return
            "{\"totalCount\":\"1\",\"imdata\":[{\"aaaLogin\":{\"attributes\":{\(text)},\"children\":[{\"aaaUserDomain\":"
            + "{\"attributes\":{\"name\":\"all\",\"rolesR\":\"\(mayWrite ? "admin" : "read-all")\","
            + "\"rolesW\":\"\(mayWrite ? "admin" : "")\"},\"children\":[{\"aaaReadRoles\":{\"attributes\":{}}},"
            + "{\"aaaWriteRoles\":{\"attributes\":{},\"children\":[\(mayWrite ? role : "")]}}]}}]}}]}"
    }

    /// The anonymous list of login domains.
    static func domains(_ names: [String]) -> String {
        let objects = names.map { "{\"name\":\"\(JSONText.escaped($0))\",\"type\":\"OAM\"}" }
        return "{\"totalCount\":\"\(names.count)\",\"imdata\":[\(objects.joined(separator: ","))]}"
    }

    /// The user and password of `{"aaaUser": {"attributes": {"name": …, "pwd": …}}}`.
    struct Credentials: Decodable {
        struct User: Decodable {
            struct Attributes: Decodable {
                var name: String
                var pwd: String?
            }

            var attributes: Attributes
        }

        var aaaUser: User

        /// The login domain of `apic:DOMAIN\user` or `apic#DOMAIN\user`, and the user.
        var name: (domain: String?, user: String) {
            let text = aaaUser.attributes.name
            guard let separator = text.firstIndex(of: "\\"), text.hasPrefix("apic:") || text.hasPrefix("apic#") else {
                return (nil, text)
            }
            var user = text[text.index(after: separator)...]
            if user.hasPrefix("\\") { user = user.dropFirst() }
            return (String(text.dropFirst(5).prefix { $0 != "\\" }), String(user))
        }
    }
}

/// Texts inside JSON.
enum JSONText {
    static func escaped(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case _ where scalar.value < 0x20:
                let digits = String(scalar.value, radix: 16)
                result += "\\u" + String(repeating: "0", count: 4 - digits.utf8.count) + digits
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
