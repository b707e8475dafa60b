import Fabric

/// Why consent was not given.
public enum ConsentError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What was typed is not the node's name.
    case mismatch(typed: String, expected: String)
    /// Something forbids the operation.
    case blocked([Blocker])

    /// One sentence: what is missing and what to do.
    public var description: String {
        switch self {
        case .mismatch(let typed, let expected):
            typed.isEmpty
                ? "type the node's name, \(expected), to confirm"
                : "'\(typed.prefix(60))' is not the node's name; type \(expected) to confirm"
        case .blocked(let blockers):
            blockers.map { $0.remedy.isEmpty ? $0.text : "\($0.text) (\($0.remedy))" }.joined(separator: "; ")
        }
    }
}

/// An operator's yes to one plan, word for word. Without it no operation starts.
public struct Consent: Sendable, Hashable {
    /// How it was given.
    public enum Manner: String, Sendable, Hashable, Codable {
        /// The node's name was typed.
        case typed
        /// The command line said `--yes`.
        case flag
    }

    /// The digest of the plan that was consented to.
    public let planDigest: String
    /// How it was given.
    public let manner: Manner

    private init(plan: Plan, manner: Manner) throws(ConsentError) {
        let standing = plan.standing
        guard standing.isEmpty else { throw .blocked(standing) }
        planDigest = plan.digest
        self.manner = manner
    }

    /// Consent by typing the node's name, blanks around it aside.
    ///
    /// - Throws: ``ConsentError`` where the name differs or a blocker stands.
    public static func check(typed: String, for plan: Plan) throws(ConsentError) -> Consent {
        let name = String(trimmed(typed[...]))
        guard name == plan.node.text else { throw .mismatch(typed: name, expected: plan.node.text) }
        return try Consent(plan: plan, manner: .typed)
    }

    /// Consent by a flag of the command line (`--yes`).
    ///
    /// - Throws: ``ConsentError`` where a blocker stands.
    public static func byFlag(for plan: Plan) throws(ConsentError) -> Consent {
        try Consent(plan: plan, manner: .flag)
    }
}
