import Foundation

/// A terminal that tests look at: a private tmux server with one window.
final class Tmux {
    private let name = "bgpdeck-\(UUID().uuidString.prefix(8))"
    private let configuration: URL

    /// Whether tmux is installed; tests that need it are skipped where it is not.
    static let isInstalled = FileManager.default.isExecutableFile(atPath: "/usr/bin/tmux")

    /// Starts a command in a window of a size.
    init(
        _ command: [String], columns: Int, rows: Int, term: String = "tmux-256color",
        environment: [String: String] = [:]
    )
        throws
    {
        configuration = FileManager.default.temporaryDirectory.appending(path: name + ".conf")
        let lines = [
            "set -g default-terminal \"\(term)\"", "set -g status off", "set -g remain-on-exit on",
            "set -sg escape-time 0",
        ]
        try lines.joined(separator: "\n").write(to: configuration, atomically: true, encoding: .utf8)
        let variables = Program.environment(environment).filter { $0.key != "TERM" }.map { "\($0.key)=\($0.value)" }
        try tmux(
            ["new-session", "-d", "-x", "\(columns)", "-y", "\(rows)", "--", "env", "-u", "NO_COLOR"]
                + variables.sorted() + command)
    }

    /// Closes the window, as a user closes a terminal or loses a connection.
    func kill() { _ = try? tmux(["kill-server"]) }

    deinit {
        kill()
        try? FileManager.default.removeItem(at: configuration)
    }

    /// Runs a command of tmux and answers what it prints.
    ///
    /// Not by `Process`: the server that the first command leaves behind would inherit the descriptor by which
    /// `Process` learns of the end, and no end would ever come.
    @discardableResult
    private func tmux(_ arguments: [String]) throws -> String {
        // Into a file, not a pipe: whoever else inherits a pipe's end keeps its reader waiting.
        let output = FileManager.default.temporaryDirectory.appending(path: "\(name)-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: output) }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, output.path, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0)
        for descriptor in Int32(3)..<256 { posix_spawn_file_actions_addclose(&actions, descriptor) }
        // Worker threads block signals, and a server that inherits this cannot be ended.
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
        var environment = ProcessInfo.processInfo.environment.filter { $0.key != "TMUX" }
        environment["LC_ALL"] = "C.UTF-8"
        let words = ["tmux", "-u", "-L", name, "-f", configuration.path] + arguments
        var argv = words.map { strdup($0) } + [nil]
        var envp = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for text in argv + envp { free(text) } }
        var process = pid_t()
        let failure = posix_spawn(&process, "/usr/bin/tmux", &actions, &attributes, &argv, &envp)
        guard failure == 0 else { throw POSIXError(.ENOENT) }
        waitpid(process, nil, 0)
        let data = try Data(contentsOf: output)
        return String(decoding: data, as: UTF8.self)
    }

    /// The text on the screen.
    var screen: String { (try? tmux(["capture-pane", "-p"])) ?? "" }

    /// The text on the screen with its colours and attributes as escape sequences.
    var styledScreen: String { (try? tmux(["capture-pane", "-p", "-e"])) ?? "" }

    /// Presses keys by tmux's names.
    func press(_ keys: String...) throws { for key in keys { try tmux(["send-keys", key]) } }

    /// Types a text.
    func type(_ text: String) throws { try tmux(["send-keys", "-l", text]) }

    /// Pastes a text, in brackets where the program asked for them, as a terminal does.
    func paste(_ text: String) throws {
        try tmux(["set-buffer", text])
        try tmux(["paste-buffer", "-p"])
    }

    /// Changes the window's size.
    func resize(columns: Int, rows: Int) throws {
        try tmux(["resize-window", "-x", "\(columns)", "-y", "\(rows)"])
    }

    /// What tmux says of the pane: `alternate_on`, `pane_dead`, `pane_dead_status`, `pane_pid`.
    func ask(_ variable: String) throws -> String {
        try tmux(["display-message", "-p", "#{\(variable)}"]).trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// Waits until the screen shows something, at most so many seconds; answers whether it came.
    func wait(_ seconds: Double = 30, for condition: (String) -> Bool) -> Bool {
        let end = Date().addingTimeInterval(seconds)
        while Date() < end {
            if condition(screen) { return true }
            usleep(50_000)
        }
        return condition(screen)
    }

    /// Waits for a text.
    func wait(_ seconds: Double = 30, for text: String) -> Bool { wait(seconds) { $0.contains(text) } }
}
