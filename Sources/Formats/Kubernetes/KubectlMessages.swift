/// What `kubectl` and `calicoctl` say when they fail.
///
/// Texts of kubectl 1.32 and calicoctl 3.20 to 3.33; compared without case, since v3.33 prints lower-case first letters.
public enum KubectlMessages {
    /// The kinds of failure.
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        /// A right is missing (403): `Error from server (Forbidden)`.
        case forbidden
        /// The object is not there (404): `Error from server (NotFound)`.
        case notFound
        /// No or wrong credentials: `You must be logged in`; calicoctl says so of 401 and of 403.
        case unauthorised
        /// The API server does not listen.
        case connectionRefused
        /// calicoctl's version is not the cluster's; `--allow-version-mismatch` overrides.
        case versionMismatch
        /// calicoctl: `resource does not exist`.
        case resourceDoesNotExist
        /// Anything else.
        case other
    }

    /// A failure's kind and the sentence that tells it.
    public struct Message: Hashable, Sendable {
        /// The kind.
        public var kind: Kind
        /// The line that says it, runs of blanks as one, at most 500 bytes.
        public var sentence: String

        /// A message from its parts.
        public init(kind: Kind, sentence: String) {
            self.kind = kind
            self.sentence = sentence
        }
    }

    /// The failure that an error output tells; nil where it is empty or only warns. The first line with a known text
    /// wins; without one, the first line that is no warning is `other`. At most 1000 lines are looked at.
    public static func classify(_ bytes: [UInt8]) -> Message? {
        bytes.withUnsafeBufferPointer { classify($0) }
    }

    /// The failure that borrowed bytes tell.
    public static func classify(_ bytes: UnsafeBufferPointer<UInt8>) -> Message? {
        var lines = CapturedLines(bytes)
        var best: Message?
        while let line = lines.next(), line.number <= 1000 {
            let text = line.text.trimmed.prefix(4096)
            if text.isEmpty || text.hasPrefix(ignoringCase: "warning:") { continue }
            let kind = kind(of: text)
            let message = Message(kind: kind, sentence: text.prefix(500).squeezed)
            guard kind == .other else {
                // The log lines of client-go tell the cause before kubectl's own sentence does.
                if !isLogLine(text) { return message }
                if best == nil || best?.kind == .other { best = message }
                continue
            }
            if best == nil { best = message }
        }
        return best
    }

    private static func kind(of text: ByteText) -> Kind {
        if text.contains(ignoringCase: "version mismatch") && !text.contains(ignoringCase: "unable to get cluster") {
            return .versionMismatch
        }
        if text.contains(ignoringCase: "resource does not exist") { return .resourceDoesNotExist }
        if text.contains(ignoringCase: "(forbidden)") || text.contains(ignoringCase: " is forbidden:") {
            return .forbidden
        }
        if text.contains(ignoringCase: "(notfound)") { return .notFound }
        if text.contains(ignoringCase: "(unauthorized)") || text.contains(ignoringCase: "must be logged in")
            || text.contains(ignoringCase: "connection is unauthorized")
            || text.contains(ignoringCase: "asked for the client to provide credentials")
        {
            return .unauthorised
        }
        if text.contains(ignoringCase: "connection refused")
            || (text.contains(ignoringCase: "the connection to the server")
                && text.contains(ignoringCase: "was refused"))
        {
            return .connectionRefused
        }
        return .other
    }

    /// `E1122 19:39:24.734311   26587 memcache.go:265] …`
    private static func isLogLine(_ text: ByteText) -> Bool {
        guard let first = text.first, "EWIF".utf8.contains(first) else { return false }
        return text.dropFirst(1).prefix(4).number != nil && text[5] == 0x20
    }
}
