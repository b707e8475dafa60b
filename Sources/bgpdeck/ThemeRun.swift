import Commands
import Configuration
import Foundation
import Terminal

/// `bgpdeck themes`.
enum ThemeRun {
    static func answer(_ question: ThemeQuestion) throws -> Int32 {
        let folder = try WorldBuilder.userFolders().themes
        let shelf = ThemeShelf(folder: folder)
        switch question {
        case .list:
            Standard.output(shelf.names.joined(separator: "\n") + "\n")
            return 0
        case .show(let name):
            guard let text = Theme.builtInSource(named: name) else {
                let names = Theme.builtInNames.joined(separator: ", ")
                throw RunFailure(message: "bgpdeck: no theme '\(name)' is built in; there are \(names)")
            }
            Standard.output(text)
            return 0
        case .check(let file?): return check(file) ? 0 : 2
        case .check(nil):
            let files = shelf.userFiles.map { "\(folder)/\($0)" }
            if files.isEmpty { Standard.output("no theme lies in \(folder)\n") }
            return files.map(check).allSatisfy(\.self) ? 0 : 2
        }
    }

    /// Whether a file can be used; what is wrong with it goes to standard error.
    private static func check(_ path: String) -> Bool {
        guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
            Standard.error("\(path): cannot be read as UTF-8 text; is it there, and may you read it?")
            return false
        }
        let name = String(path.split(separator: "/").last ?? "theme")
        do throws(ThemeError) {
            let (theme, warnings) = try Theme.read(yaml: text, file: path, name: name)
            for warning in warnings { Standard.error("\(warning.file):\(warning.line): warning: \(warning.problem)") }
            let complaints = ThemeAudit(theme).complaints
            for complaint in complaints { Standard.error("\(path): warning: \(complaint)") }
            let count = warnings.count + complaints.count
            Standard.output("\(path): theme \(theme.name) can be used\(count == 0 ? "" : ", \(count) warnings")\n")
            return true
        } catch {
            Standard.error("\(error)")
            return false
        }
    }
}
