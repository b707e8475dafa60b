import Configuration
import Console
import Design
import Fabric
import Foundation
import Terminal

/// `bgpdeck config check` and `bgpdeck info`.
enum ConfigRun {
    /// Checks strictly; nothing is contacted. 0 without errors, 2 with.
    static func check(_ file: String?) throws -> Int32 {
        let folders = try WorldBuilder.userFolders()
        let path = file ?? folders.configurationFile
        guard file != nil || FileManager.default.fileExists(atPath: path) else {
            throw RunFailure(message: NoConfiguration.text(path: path))
        }
        let loaded = Configuration.load(path: path, folders: folders, actions: Set(ActionRegistry.all.map(\.id)))
        for diagnostic in loaded.diagnostics.sorted(by: {
            ($0.mark.line, $0.mark.column) < ($1.mark.line, $1.mark.column)
        }) { Standard.error(diagnostic.description) }
        guard let configuration = loaded.configuration else { return 2 }
        for problem in KeyReport.lines(configuration, file: path) { Standard.error(problem) }
        if let problem = configuration.theme.flatMap({ ThemeShelf(folder: folders.themes).problem(of: $0) }) {
            Standard.error("\(path): warning: \(problem); the default is used")
        }
        for context in configuration.contexts {
            let inventory = context.inventory
            Standard.output(
                "context \(context.name): \(inventory.racks.count) racks, \(inventory.leaves.count) leaves, "
                    + "\(inventory.nodes.count) nodes, VRF \(inventory.vrf ?? "any"), "
                    + (context.allowsChanges ? "changes allowed" : "read-only") + "\n")
        }
        return 0
    }

    /// Where files are, whether they exist, and what is built in.
    static func info() throws -> Int32 {
        let folders = try WorldBuilder.userFolders()
        for (name, path) in folders.rows {
            let mark = FileManager.default.fileExists(atPath: path) ? "" : "  (not there)"
            Standard.output("\(name.padding(toLength: 16, withPad: " ", startingAt: 0))\(path)\(mark)\n")
        }
        Standard.output(
            "\("themes built in".padding(toLength: 16, withPad: " ", startingAt: 0))"
                + Theme.builtInNames.joined(separator: ", ") + "\n")
        return 0
    }
}
