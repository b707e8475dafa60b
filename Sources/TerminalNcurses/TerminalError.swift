/// Why there is no full screen to be had, and what to do instead.
public enum TerminalError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Standard input or output is a file or a pipe.
    case notATerminal
    /// The terminal's description is not installed, or TERM is not set.
    case unknownTerminal(name: String)
    /// The terminal cannot place its cursor.
    case tooSimple(name: String)

    /// The error as a sentence: what, why, what to do.
    public var description: String {
        switch self {
        case .notATerminal:
            "standard input and output are not both a terminal; for pipes and files use: bgpdeck watch --plain"
        case .unknownTerminal(let name):
            """
            cannot open the terminal: TERM is "\(name)", and no description of it is installed; set TERM to what \
            your terminal is (xterm-256color suits most), or use: bgpdeck watch --plain
            """
        case .tooSimple(let name):
            """
            the terminal TERM="\(name)" cannot place its cursor, so there is no full screen; \
            use: bgpdeck watch --plain
            """
        }
    }
}
