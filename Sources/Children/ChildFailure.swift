public import Fabric

/// Reads from a child's end and words why a source could not be read.
public enum ChildFailure {
    /// Judges a child that ran over ssh, or locally as if it did.
    ///
    /// A status other than 0 that is the remote command's own (not 126, 127 or OpenSSH's 255) is no failure here
    /// where something was written on standard output: the parsers judge that. The texts are OpenSSH 9's, sudo 1.9's
    /// and the POSIX shells'.
    ///
    /// - Returns: nil where there is an answer.
    public static func judge(_ result: ChildResult, source: SourceID, operation: String, tool: String) -> SourceError? {
        func failure(_ kind: SourceError.Kind, _ cause: String, _ hint: String) -> SourceError {
            SourceError(kind: kind, source: source, operation: operation, cause: cause, hint: hint)
        }
        let said = Sanitised.summary(result.errors.isEmpty ? result.output : result.errors)
        let seconds = Int(result.duration.seconds.rounded())
        switch result.termination {
        case .exited(0):
            return nil
        case .exited(let code):
            return judge(code: code, result, said: said).map { failure($0.kind, $0.cause, $0.hint) }
        case .signalled(let signal):
            return failure(.unreachable, "\(tool) was ended by signal \(signal)\(tail(said))", "try again")
        case .timedOut:
            let what = result.output.isEmpty ? "no answer" : "the answer was not complete"
            return failure(.timedOut, "\(what) after \(seconds) s\(tail(said))", "the device is slow or hangs")
        case .outputLimit:
            return failure(
                .tooLarge, "the answer is larger than the limit of \(result.output.count) bytes",
                "raise the limit, or ask for selected prefixes")
        case .passwordPrompt:
            return failure(
                .refused, "a password was asked for\(tail(said))",
                "bgpdeck types no passwords: install a key, or load it into the agent")
        case .ended:
            return nil
        case .cancelled:
            return failure(.timedOut, "given up before the answer", "")
        case .notFound:
            return failure(.notFound, "there is no program '\(tool)'", "install it, or name its path in `tools`")
        case .notStarted(let text):
            return failure(.unreachable, "\(tool) could not be started: \(text)", "see whether it may be run")
        }
    }

    private static func tail(_ said: String) -> String { said.isEmpty ? "" : ": \(said)" }

    private typealias Verdict = (kind: SourceError.Kind, cause: String, hint: String)

    private static func judge(code: Int32, _ result: ChildResult, said: String) -> Verdict? {
        let text = String(decoding: (result.errors + result.output.prefix(2000)).prefix(16 << 10), as: UTF8.self)
        let fromSSH = code == 255
        if fromSSH || result.output.isEmpty || code == 126 || code == 127 {
            for sign in signs where text.contains(sign.text) && (fromSSH || sign.remote) {
                return (sign.kind, cause(naming: sign.text, in: result, said: said), sign.hint)
            }
        }
        switch code {
        case 255:
            let cause = said.isEmpty ? "the connection was closed without a word" : said
            return (.unreachable, cause, "try the same ssh command by hand")
        case 127: return (.notFound, said.isEmpty ? "the command is not known there" : said, "install it there")
        case 126: return (.refused, said.isEmpty ? "the command may not be run there" : said, "see its rights there")
        default:
            return result.output.isEmpty
                ? (.unreadable, said.isEmpty ? "exit status \(code) without a word" : said, "run the command by hand")
                : nil
        }
    }

    /// The line that holds the sign stands first in the cause, since banners may come before it.
    private static func cause(naming sign: String, in result: ChildResult, said: String) -> String {
        for bytes in [result.errors, result.output] {
            for line in bytes.prefix(16 << 10).split(separator: 0x0a)
            where String(decoding: line, as: UTF8.self).contains(sign) {
                return String(Sanitised.line(line).prefix(300))
            }
        }
        return said
    }

    private struct Sign {
        var text: String
        var kind: SourceError.Kind
        var hint: String
        /// Whether the sign also counts where the far side's command, not OpenSSH itself, wrote it.
        var remote = false
    }

    private static let signs: [Sign] = [
        Sign(
            text: "Unable to connect to server control socket", kind: .unreachable,
            hint: "BIRD does not run there, or its control socket has another path", remote: true),
        Sign(
            text: "REMOTE HOST IDENTIFICATION HAS CHANGED", kind: .untrusted,
            hint: "the host's key has changed: find out why, then `ssh-keygen -R HOST`"),
        Sign(
            text: "Host key verification failed", kind: .untrusted,
            hint: "connect once by hand to check and accept the host's key"),
        Sign(
            text: "host key is known", kind: .untrusted, hint: "connect once by hand to check and accept the host's key"
        ),
        Sign(
            text: "a password is required", kind: .refused,
            hint: "let sudo run this command without a password (NOPASSWD)", remote: true),
        Sign(text: "a terminal is required", kind: .refused, hint: "let sudo run without a terminal", remote: true),
        Sign(
            text: "not in the sudoers file", kind: .refused, hint: "give this user the right in sudoers", remote: true),
        Sign(
            text: "is not allowed to execute", kind: .refused, hint: "give this user the right in sudoers", remote: true
        ),
        Sign(
            text: "Permission denied (", kind: .refused,
            hint: "the host takes none of the keys: see user, identity file and agent"),
        Sign(text: "Too many authentication failures", kind: .refused, hint: "name one identity file for this host"),
        Sign(text: "Could not resolve hostname", kind: .unreachable, hint: "see the name, or give an address"),
        Sign(text: "Connection refused", kind: .unreachable, hint: "nothing listens there: see host and port"),
        Sign(text: "No route to host", kind: .unreachable, hint: "the network does not lead there"),
        Sign(text: "Network is unreachable", kind: .unreachable, hint: "the network does not lead there"),
        Sign(text: "Operation timed out", kind: .timedOut, hint: "the host does not answer"),
        Sign(text: "Connection timed out", kind: .timedOut, hint: "the host does not answer"),
        Sign(text: "timed out waiting for", kind: .timedOut, hint: "the host does not answer"),
        Sign(text: "during banner exchange", kind: .timedOut, hint: "something listens there that does not speak ssh"),
        Sign(text: "kex_exchange_identification", kind: .unreachable, hint: "the host closed the connection at once"),
        Sign(text: "Connection closed by", kind: .unreachable, hint: "the host closed the connection"),
        Sign(text: "Connection reset by", kind: .unreachable, hint: "the host reset the connection"),
        Sign(text: "closed by remote host", kind: .unreachable, hint: "the host closed the connection half-way"),
        Sign(
            text: "command not found", kind: .notFound, hint: "install the tool there, or name its path", remote: true),
        Sign(text: "No such file or directory", kind: .notFound, hint: "see the path", remote: true),
    ]
}
