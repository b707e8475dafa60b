import Foundation

/// A user at a terminal: the program under a shell script that notes its process id, its exit status and the
/// settings of the terminal before and after, in a folder of its own.
final class TerminalSeat {
    let tmux: Tmux
    let folder: URL

    /// Starts the program. Its private folders lie in `run`, its errors go where it sends them.
    ///
    /// - Parameter term: the program's TERM; nil leaves it unset, the default is what tmux gives.
    init(
        _ arguments: [String], columns: Int = 120, rows: Int = 36, term: String? = "tmux-256color",
        environment: [String: String] = [:]
    ) throws {
        folder = URL(filePath: "/tmp/bgpdeck-seat-\(UUID().uuidString.prefix(8))")
        let run = folder.appending(path: "run")
        try FileManager.default.createDirectory(
            at: run, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        let terminal = term.map { "export TERM=\($0)" } ?? "unset TERM"
        let script = """
            cd \(folder.path)
            stty -g > before
            sh -c '\(terminal); echo $$ > pid; exec "$@"' sh "$@"
            echo "$?" > status
            stty -g > after
            echo "status=$(cat status)"
            read -r answer
            """
        try script.write(to: folder.appending(path: "seat.sh"), atomically: true, encoding: .utf8)
        let own = ["XDG_RUNTIME_DIR": run.path]
        tmux = try Tmux(
            ["sh", folder.appending(path: "seat.sh").path, Program.path] + arguments, columns: columns, rows: rows,
            environment: own.merging(environment) { _, new in new })
    }

    deinit {
        // The shell goes first: it would note the end of the program in a folder that is gone.
        tmux.kill()
        if let process, Processes.isAlive(process) { kill(process, SIGKILL) }
        try? FileManager.default.removeItem(at: folder)
    }

    private func note(_ name: String) -> String? {
        (try? String(contentsOf: folder.appending(path: name), encoding: .utf8))?
            .trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// The program's process.
    var process: pid_t? { note("pid").flatMap { pid_t($0) } }

    /// Sends the program a signal.
    func signal(_ number: Int32) {
        if let process { kill(process, number) }
    }

    /// The program's exit status as the shell sees it, waited for; nil where it did not end.
    func status(within seconds: Double = 20) -> Int? {
        _ = tmux.wait(seconds) { $0.contains("status=") }
        return note("status").flatMap { Int($0) }
    }

    /// Whether the terminal is as it was before the program: settings, and the shell's screen.
    var isRestored: Bool {
        guard let before = note("before"), let after = note("after") else { return false }
        return before == after && (try? tmux.ask("alternate_on")) == "0" && (try? tmux.ask("cursor_flag")) == "1"
            && (try? tmux.ask("mouse_any_flag")) == "0"
    }

    /// What the program left behind in the folder that it was given for private things.
    var leftovers: [String] {
        (try? FileManager.default.contentsOfDirectory(atPath: folder.appending(path: "run").path)) ?? []
    }

    /// The fabric's process and the stand-ins that the program started and that run still.
    var helpers: [pid_t] { Processes.running(folder.path + "/run/bgpdeck-") }

    /// The program's children.
    var children: [pid_t] { process.map(Processes.children) ?? [] }
}

/// Processes as /proc shows them.
enum Processes {
    /// The processes whose parent is the given one.
    static func children(of parent: pid_t) -> [pid_t] {
        all.filter { fields($0)?.parent == parent }
    }

    /// The processes whose command line holds a text.
    static func running(_ text: String) -> [pid_t] {
        all.filter { process in
            isAlive(process) && commandLine(process).contains(text)
        }
    }

    /// Whether a process runs still; one that is dead and not yet reaped does not.
    static func isAlive(_ process: pid_t) -> Bool {
        guard let state = fields(process)?.state else { return false }
        return state != "Z" && state != "X"
    }

    /// A command line, its words one blank apart.
    static func commandLine(_ process: pid_t) -> String {
        let data = FileManager.default.contents(atPath: "/proc/\(process)/cmdline") ?? Data()
        return String(decoding: data.map { $0 == 0 ? 32 : $0 }, as: UTF8.self)
    }

    /// Processor time used so far, in clock ticks.
    static func ticks(_ process: pid_t) -> Int { fields(process)?.ticks ?? 0 }

    private static var all: [pid_t] {
        ((try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []).compactMap { pid_t($0) }
    }

    private static func fields(_ process: pid_t) -> (state: String, parent: pid_t, ticks: Int)? {
        guard let data = FileManager.default.contents(atPath: "/proc/\(process)/stat") else { return nil }
        let text = String(decoding: data, as: UTF8.self)
        guard let end = text.lastIndex(of: ")") else { return nil }
        let words = text[text.index(after: end)...].split(separator: " ").map(String.init)
        guard words.count > 12, let parent = pid_t(words[1]), let user = Int(words[11]), let system = Int(words[12])
        else { return nil }
        return (words[0], parent, user + system)
    }
}

/// Waits for a condition, at most so many seconds; answers whether it came.
func waits(_ seconds: Double = 15, for condition: () -> Bool) -> Bool {
    let end = Date().addingTimeInterval(seconds)
    while Date() < end {
        if condition() { return true }
        usleep(50_000)
    }
    return condition()
}
