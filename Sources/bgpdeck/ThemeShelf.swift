import Foundation
import Live
import Terminal

/// Built-in themes and those in the user's folder, which win; remembers the file of the theme in use.
final class ThemeShelf {
    /// What tells one state of a file from another.
    private struct Stamp: Equatable {
        var modified: Date
        var size: Int
    }

    /// The theme in use, and its file's state when it was last read; nil: there was no file.
    private var inUse: (name: String, stamp: Stamp?)?
    private var warnings: [ThemeWarning] = []
    private let folder: String?

    init(folder: String?) {
        self.folder = folder
    }

    var names: [String] {
        let own = userFiles.map { String($0.dropLast(5)) }
        return Theme.builtInNames + own.filter { !Theme.builtInNames.contains($0) }
    }

    /// The names of the files in the user's folder, in order.
    var userFiles: [String] {
        let files = folder.flatMap { try? FileManager.default.contentsOfDirectory(atPath: $0) } ?? []
        return files.filter { $0.hasSuffix(".yaml") }.sorted()
    }

    /// A theme by name or path, which is in use from now on; nil where there is none.
    func load(_ name: String) -> Result<Theme, ThemeError>? {
        let stamp = stamp(of: name)
        let result = read(name)
        if case .success(let loaded)? = result {
            inUse = (name, stamp)
            warnings = loaded.warnings
        }
        return result?.map(\.theme)
    }

    /// Why a theme cannot be used; nil where it can.
    func problem(of name: String) -> String? {
        switch read(name) {
        case .success?: nil
        case .failure(let error)?: "theme \(name): \(error)"
        case nil: "there is no theme '\(name)'; there are \(names.joined(separator: ", "))"
        }
    }

    /// What became of the file of the theme in use since the last call; nil: nothing.
    func news() -> ThemeNews? {
        guard let (name, before) = inUse else { return nil }
        let stamp = stamp(of: name)
        guard stamp != before else {
            defer { warnings = [] }
            return warnings.isEmpty ? nil : ThemeNews(notices: warnings.map(Self.toast))
        }
        inUse = (name, stamp)
        switch read(name) {
        case .success(let loaded)?:
            let warnings = loaded.warnings.map(Self.toast)
            return ThemeNews(theme: loaded.theme, notices: [Toast(.info, "theme \(name) was read anew")] + warnings)
        case .failure(let error)?:
            return ThemeNews(notices: [Toast(.error, "theme kept as it was: \(Self.short("\(error)", error.file))")])
        case nil: return ThemeNews(notices: [Toast(.warning, "theme \(name) is gone; the look before stays")])
        }
    }

    private static func toast(_ warning: ThemeWarning) -> Toast {
        Toast(.warning, "theme \(short("\(warning)", warning.file))")
    }

    /// A complaint that fits on the status line: the file by its name alone.
    private static func short(_ complaint: String, _ file: String) -> String {
        guard let name = file.split(separator: "/").last, complaint.hasPrefix(file) else { return complaint }
        return String(name + complaint.dropFirst(file.count))
    }

    private func read(_ name: String) -> Result<(theme: Theme, warnings: [ThemeWarning]), ThemeError>? {
        if let path = path(of: name), let text = try? String(contentsOfFile: path, encoding: .utf8) {
            return Result { () throws(ThemeError) in try Theme.read(yaml: text, file: path, name: name) }
        }
        return Theme.builtIn(named: name).map { .success(($0, [])) }
    }

    private func path(of name: String) -> String? {
        name.contains("/") ? name : folder.map { "\($0)/\(name).yaml" }
    }

    private func stamp(of name: String) -> Stamp? {
        guard let path = path(of: name), let facts = try? FileManager.default.attributesOfItem(atPath: path),
            let modified = facts[.modificationDate] as? Date
        else { return nil }
        return Stamp(modified: modified, size: (facts[.size] as? Int) ?? 0)
    }
}
