/// The state of a BGP session as one end tells it (RFC 4271 section 8.2.2), with the exact words it used.
public struct BGPState: Hashable, Sendable, CustomStringConvertible {
    /// The states of the finite state machine, and those that devices add.
    public enum Phase: String, Sendable, Hashable, CaseIterable {
        case idle, connect, active, openSent, openConfirm, established, closing
        /// Down by configuration: `Shut (Admin)`, `Idle (Admin)`.
        case shut
        /// BIRD's protocol is down or disabled.
        case down
        /// A word that is none of these.
        case other
    }

    /// Where in the state machine the session is.
    public let phase: Phase
    /// The words as printed, runs of blanks as one: `Idle (Admin)`.
    public let words: String

    /// A state from the words that a leaf or a node prints, upper or lower case, `open-sent` as well as `OpenSent`.
    public init(words: String) {
        self.words = words
        let lowered = words.lowercased().replacing("-", with: "")
        let first = lowered.prefix { $0 != " " }
        switch first {
        case "idle": phase = lowered.contains("(admin)") ? .shut : .idle
        case "passive": phase = .idle
        case "connect": phase = .connect
        case "active": phase = .active
        case "opensent": phase = .openSent
        case "openconfirm": phase = .openConfirm
        case "established": phase = .established
        case "closing", "close": phase = .closing
        case "shut": phase = .shut
        case "down": phase = .down
        default: phase = .other
        }
    }

    /// `Established`.
    public static let established = BGPState(words: "Established")

    /// Whether routes are exchanged.
    public var isEstablished: Bool { phase == .established }

    /// Whether the leaf keeps the session down because its neighbor told too many prefixes: `Idle (PfxCt)`.
    public var isAtPrefixLimit: Bool { words.lowercased().contains("(pfx") }

    /// The words as printed.
    public var description: String { words }
}
