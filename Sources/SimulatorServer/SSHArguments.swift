/// The arguments of OpenSSH's client, as far as they decide what the stand-in does.
struct SSHArguments: Sendable, Hashable {
    /// The host's name without a user.
    var host = ""
    /// The remote command line, nil for a session.
    var command: String?
    /// `-N`: no command, forwarding only.
    var isForwardOnly = false
    /// `-L LOCAL:REMOTE` of Unix sockets.
    var forwards: [(local: String, remote: String)] = []
    /// `-O check|exit|stop`: a word to a shared connection.
    var control: String?
    /// What is wrong, as OpenSSH would say it.
    var problem: String?

    static func == (a: SSHArguments, b: SSHArguments) -> Bool { a.summary == b.summary }

    func hash(into hasher: inout Hasher) { hasher.combine(summary) }

    private var summary: [String?] {
        [host, command, control, problem, isForwardOnly ? "N" : nil] + forwards.flatMap { [$0.local, $0.remote] }
    }

    /// Options of OpenSSH 9 that take a value.
    private static let valued = Set("BbcDEeFIiJLlmOopQRSWw")

    init(_ arguments: [String]) {
        var left = arguments[...]
        while let word = left.first {
            if word == "--" {
                left = left.dropFirst()
                break
            }
            guard word.hasPrefix("-"), word.count > 1 else { break }
            left = left.dropFirst()
            take(word.dropFirst(), &left)
        }
        guard let destination = left.popFirst() else {
            problem = problem ?? (control == nil ? "usage: ssh destination [command [argument ...]]" : nil)
            return
        }
        host = destination.split(separator: "@").last.map(String.init) ?? destination
        if !left.isEmpty { command = left.joined(separator: " ") }
    }

    /// One word of options: letters without values may be joined, the value follows the letter or is the next word.
    private mutating func take(_ letters: Substring, _ left: inout ArraySlice<String>) {
        var letters = letters
        while let letter = letters.popFirst() {
            guard SSHArguments.valued.contains(letter) else {
                if letter == "N" { isForwardOnly = true }
                continue
            }
            let value = letters.isEmpty ? left.popFirst() ?? "" : String(letters)
            switch letter {
            case "L":
                let parts = value.split(separator: ":", maxSplits: 1).map(String.init)
                if parts.count == 2, parts[0].hasPrefix("/"), parts[1].hasPrefix("/") {
                    forwards.append((parts[0], parts[1]))
                } else {
                    problem = "Bad local forwarding specification '\(value)'"
                }
            case "O": control = value
            default: break
            }
            return
        }
    }
}
