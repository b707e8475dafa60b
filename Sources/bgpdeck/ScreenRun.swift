import Commands
import Configuration
import Console
import Foundation
import Live
import Terminal
import TerminalNcurses

/// The full-screen console on ncurses.
@MainActor
enum ScreenRun {
    static func run(_ world: World, _ appearance: Appearance, style: ConsoleStyle = ConsoleStyle()) async throws
        -> Int32
    {
        let themes = ThemeShelf(folder: style.themeFolder)
        let chosen = try theme(appearance.theme, style.theme, themes)
        guard isatty(STDIN_FILENO) == 1, isatty(STDOUT_FILENO) == 1 else {
            throw RunFailure(
                message:
                    "bgpdeck: standard input or output is no terminal; use `bgpdeck watch --plain`, or a view such "
                    + "as `bgpdeck nodes`", status: 3)
        }
        let backend: NcursesBackend
        do {
            backend = try NcursesBackend(
                theme: chosen.theme, depth: appearance.colors, ascii: appearance.isASCII, logFile: style.logFile)
        } catch {
            throw RunFailure(message: "bgpdeck: \(error)", status: 3)
        }
        defer { backend.end() }
        let memory = style.stateFolder.map(MemoryFile.init(folder:))
        let loop = ConsoleLoop(
            world, backend: backend,
            services: ConsoleServices(
                remember: { memory?.save($0) }, alarm: { await LossCommand.run($0) }, open: style.open),
            configure: { state in
                state.themeName = chosen.name
                state.themeNames = themes.names
                state.keyMap = KeyMap.make(overrides: style.keys).map
                state.contexts = style.contexts
                state.apply(style.preferences)
                if let memory { state.memory = memory.load() }
                for problem in style.problems + chosen.problems {
                    state.log.append(LogLine(at: world.now(), level: .warning, text: problem))
                }
            }, loadTheme: { themes.load($0) }, themeNews: { themes.news() })
        // By convention 128 and the signal's number, so that a supervisor sees what ended it.
        return await loop.run().map { 128 + $0 } ?? 0
    }

    /// The theme of the command line, which must exist, or the configuration's, in whose place the default stands
    /// where it cannot be used.
    private static func theme(
        _ asked: String?, _ configured: String?, _ shelf: ThemeShelf
    ) throws -> (name: String, theme: Theme, problems: [String]) {
        let name = asked ?? configured ?? "default"
        if case .success(let theme)? = shelf.load(name) { return (name, theme, []) }
        let problem = shelf.problem(of: name) ?? "theme \(name) cannot be read"
        guard asked == nil else { throw RunFailure(message: "bgpdeck: \(problem)") }
        return ("default", Theme.standard, [problem])
    }
}

/// What the configuration says of looks and keys.
struct ConsoleStyle: Sendable {
    var theme: String?
    var keys: [String: [String]] = [:]
    /// Warnings of the configuration, for the log.
    var problems: [String] = []
    var themeFolder: String?
    /// Where the console keeps what it remembers; nil: nowhere.
    var stateFolder: String?
    /// What the configuration says of marks and alarms.
    var preferences = ConsolePreferences()
    /// The contexts that can be switched to, and how.
    var contexts: [String] = []
    var open: (@Sendable (String) async -> Result<OpenedWorld, ContextRefusal>)?
    /// Where standard error goes while the screen is taken.
    var logFile: String?
}
