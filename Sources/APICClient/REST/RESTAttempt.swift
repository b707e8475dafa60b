import Fabric

/// What to do after an answer that is none: pure; one for each request.
struct Attempt: Sendable {
    enum Step: Hashable {
        /// Ask again after the throttle's pause.
        case again
        /// The token may have run out: log in and ask once more.
        case logInAgain
        /// The controller is overloaded for good: ask the next.
        case move
        /// Nothing helps.
        case giveUp(SourceError.Kind, cause: String, hint: String)
    }

    private var movesLeft: Int
    private var overloads = 0
    private var hasLoggedInAgain = false
    private var wasCut = false

    /// Whether this very query was refused before with a good session.
    private let wasForbidden: Bool

    init(controllers: Int, wasForbidden: Bool = false) {
        movesLeft = max(0, controllers - 1)
        self.wasForbidden = wasForbidden
    }

    /// Whether another controller may be asked, which is then counted.
    mutating func mayMove() -> Bool {
        guard movesLeft > 0 else { return false }
        movesLeft -= 1
        overloads = 0
        return true
    }

    /// Whether a question whose connection ended under it may be asked of the same controller once more: it may have
    /// met a connection that the controller was about to close.
    mutating func mayAskAgain(after broken: RESTBroken) -> Bool {
        guard broken.kind == .cut, !wasCut else { return false }
        wasCut = true
        return true
    }

    mutating func next(after verdict: RESTVerdict, signs: Bool) -> Step {
        switch verdict {
        case .fine: return .again
        case .forbidden(let text):
            let mayBeToken = !wasForbidden || text.lowercased().contains("token")
            if !signs, !hasLoggedInAgain, mayBeToken {
                hasLoggedInAgain = true
                return .logInAgain
            }
            let hint =
                signs
                ? "see that the certificate is on the user, and that the user may read this"
                : "the login is good, so the user lacks the privilege to read this; ask for a role that may"
            return .giveUp(.refused, cause: text, hint: hint)
        case .unauthorised(let text): return .giveUp(.refused, cause: text, hint: "check user and password")
        case .overloaded(let text):
            overloads += 1
            if overloads < 3 { return .again }
            if mayMove() { return .move }
            return .giveUp(
                .unreachable, cause: text, hint: "the APIC is overloaded or throttles; a longer interval spares it")
        case .tooBig:
            return .giveUp(
                .tooLarge, cause: "more objects than one query may answer", hint: "it is to be asked for in pages")
        case .tooLong(let text):
            return .giveUp(
                .tooLarge, cause: text, hint: "ask for less at once: fewer names in a filter, a smaller change")
        case .refused(let text): return .giveUp(.notFound, cause: text, hint: "this release may not know the class")
        case .unreadable(let text):
            return .giveUp(.unreadable, cause: text, hint: "see that the address is an APIC's")
        }
    }
}

extension RESTBroken {
    var sourceKind: SourceError.Kind {
        switch kind {
        case .unreachable, .cancelled, .cut: .unreachable
        case .timedOut: .timedOut
        case .untrusted: .untrusted
        case .tooLarge: .tooLarge
        }
    }

    var hint: String {
        switch kind {
        case .untrusted: "give `ca_file`, or `pin` with the SHA-256 of this controller's own certificate"
        case .unreachable: "see that the controller's HTTPS port is reachable from here"
        case .timedOut, .cut: "the controller may be overloaded"
        case .tooLarge, .cancelled: ""
        }
    }
}
