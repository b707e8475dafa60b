import Commands
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
        let name = appearance.theme ?? style.theme ?? "default"
        let theme: Theme
        switch themes.load(name) {
        case .success(let found)?: theme = found
        case .failure(let error)?: throw RunFailure(message: "bgpdeck: theme \(name): \(error)")
        case nil:
            throw RunFailure(
                message: "bgpdeck: there is no theme '\(name)'; there are \(themes.names.joined(separator: ", "))")
        }
        guard isatty(STDIN_FILENO) == 1, isatty(STDOUT_FILENO) == 1 else {
            throw RunFailure(
                message:
                    "bgpdeck: standard input or output is no terminal; use `bgpdeck watch --plain`, or a view such "
                    + "as `bgpdeck nodes`", status: 3)
        }
        let backend: NcursesBackend
        do {
            backend = try NcursesBackend(theme: theme, depth: nil, ascii: appearance.isASCII, logFile: style.logFile)
        } catch {
            throw RunFailure(message: "bgpdeck: \(error)", status: 3)
        }
        defer { backend.end() }
        let loop = ConsoleLoop(
            world, backend: backend,
            configure: { state in
                state.themeName = name
                state.themeNames = themes.names
                let (map, problems) = KeyMap.make(overrides: style.keys)
                state.keyMap = map
                for problem in style.problems + problems {
                    state.log.append(LogLine(at: world.now(), level: .warning, text: problem))
                }
            }, loadTheme: { themes.load($0) })
        await loop.run()
        return 0
    }
}

/// What the configuration says of looks and keys.
struct ConsoleStyle: Sendable {
    var theme: String?
    var keys: [String: [String]] = [:]
    /// Warnings of the configuration, for the log.
    var problems: [String] = []
    var themeFolder: String?
    /// Where standard error goes while the screen is taken.
    var logFile: String?
}

/// Built-in themes and those in the user's folder, which win.
struct ThemeShelf {
    var folder: String?

    var names: [String] {
        let own = folder.flatMap { try? FileManager.default.contentsOfDirectory(atPath: $0) } ?? []
        let files = own.filter { $0.hasSuffix(".yaml") }.map { String($0.dropLast(5)) }
        return Theme.builtInNames + files.filter { !Theme.builtInNames.contains($0) }.sorted()
    }

    /// A theme by name or path; nil where there is none.
    func load(_ name: String) -> Result<Theme, ThemeError>? {
        let path = name.contains("/") ? name : folder.map { "\($0)/\(name).yaml" }
        if let path, let text = try? String(contentsOfFile: path, encoding: .utf8) {
            do throws(ThemeError) { return .success(try Theme.read(yaml: text, file: path, name: name).theme) } catch {
                return .failure(error)
            }
        }
        return Theme.builtIn(named: name).map { .success($0) }
    }
}
