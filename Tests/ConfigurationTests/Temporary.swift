import Configuration
import FoundationEssentials
import Testing

/// A folder that lives as long as the value.
final class Temporary {
    let path: String

    init() throws {
        path = FileManager.default.temporaryDirectory.path + "/bgpdeck-test-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// Writes a file and returns its path.
    func write(_ name: String, _ text: String, mode: Int = 0o600) throws -> String {
        let file = path + "/" + name
        try Data(text.utf8).write(to: URL(filePath: file))
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: file)
        return file
    }

    /// Loads a configuration from a text.
    func load(_ text: String, actions: Set<String> = []) throws -> Configuration.Loaded {
        let folders = try #require(UserFolders(environment: ["HOME": "/home/ops"]))
        return Configuration.load(path: try write("config.yaml", text), folders: folders, actions: actions)
    }
}
