import Children

/// A session with a device's prompt: log in, switch the pager off, give one command, gather until the prompt is back.
///
/// Pure: bytes in, actions out; it knows no time. What is gathered is what the device wrote after the command was
/// sent, echo and prompt included: the parsers read through those.
public struct PromptConversation: Sendable {
    /// What the session wants done.
    public enum Action: Hashable, Sendable {
        /// Write these bytes to the device.
        case send([UInt8])
        /// The command's output, complete; nothing more is wanted.
        case finished([UInt8])
    }

    private enum Phase { case login, pager, command, done }

    private let command: String
    private var phase = Phase.login
    private var prompt = ""
    private var output: [UInt8] = []
    private var tail: [UInt8] = []
    private var answered = false

    /// A session that will give this command; a prompt must not be mistaken for a line of its output, so only a line
    /// equal to the prompt that came before it ends it.
    public init(command: String) { self.command = command }

    /// Whether the command was sent: a device that closes before that refused the session, not the command.
    public var wasAsked: Bool { phase == .command || phase == .done }

    /// Takes what the device wrote.
    public mutating func received(_ bytes: [UInt8]) -> [Action] {
        guard phase != .done else { return [] }
        if phase == .command { output += bytes }
        follow(bytes)
        let line = Sanitised.line(tail)
        if Self.isPager(line) {
            tail = []
            return [.send([0x20])]
        }
        switch phase {
        case .login:
            guard Self.isPrompt(line) else { return [] }
            return next(.pager, prompt: line, send: "terminal length 0")
        case .pager:
            guard Self.isPrompt(line), answered || line == prompt else { return [] }
            return next(.command, prompt: line, send: command)
        case .command:
            guard line == prompt, answered else { return [] }
            phase = .done
            return [.finished(output)]
        case .done:
            return []
        }
    }

    private mutating func next(_ phase: Phase, prompt: String, send text: String) -> [Action] {
        self.phase = phase
        self.prompt = prompt
        tail = []
        answered = false
        return [.send(Array((text + "\n").utf8))]
    }

    /// Keeps the line that is not complete yet, and whether a line that says something came since the last word sent:
    /// a device that draws its prompt again before it echoes has not answered.
    private mutating func follow(_ bytes: [UInt8]) {
        guard let end = bytes.lastIndex(of: 0x0a) else {
            tail = Array((tail + bytes).suffix(4096))
            return
        }
        if !answered {
            for line in (tail + bytes[..<end]).split(separator: 0x0a) {
                let text = Sanitised.line(line)
                if !text.isEmpty, text != prompt { answered = true }
            }
        }
        tail = Array(bytes[(end + 1)...].suffix(4096))
    }

    /// `apic1#`, `leaf-101#`, `admin@apic1:~>`, `[root@node ~]#`: short, begins with a letter, digit or bracket, ends
    /// with a prompt's sign.
    static func isPrompt(_ line: String) -> Bool {
        guard let first = line.unicodeScalars.first, let last = line.unicodeScalars.last, line.utf8.count <= 80,
            line.utf8.count >= 2, "#>$".unicodeScalars.contains(last), first.isASCII
        else { return false }
        if first == "[" { return true }
        return (first.properties.isAlphabetic || ("0"..."9").contains(first)) && !line.contains(" ")
    }

    private static func isPager(_ line: String) -> Bool {
        line.hasSuffix("--More--") || line.hasSuffix("(END)") || line.hasSuffix("--more--")
    }
}
