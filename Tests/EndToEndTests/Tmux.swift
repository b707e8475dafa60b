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
            ["new-session", "-d", "-x", "\(columns)", "-y", "\(rows)", "--", "env"] + variables.sorted() + command)
    }

    /// Closes the window, as a user closes a terminal or loses a connection.
    func close() { _ = try? tmux(["kill-server"]) }

    deinit {
        close()
        try? FileManager.default.removeItem(at: configuration)
    }

    @discardableResult
    private func tmux(_ arguments: [String]) throws -> String {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/tmux")
        process.arguments = ["-u", "-L", name, "-f", configuration.path] + arguments
        var environment = ProcessInfo.processInfo.environment
        environment["TMUX"] = nil
        environment["LC_ALL"] = "C.UTF-8"
        process.environment = environment
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = FileHandle.nullDevice
        try process.run()
        let data = try pipe.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
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
