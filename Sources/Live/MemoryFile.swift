public import Console
import FoundationEssentials

/// Keeps what the console remembers in a file of the state folder, never in the user's configuration.
public struct MemoryFile: Sendable {
    /// The file's path.
    public let path: String

    /// A memory in `console.json` of a folder.
    public init(folder: String) { path = folder + "/console.json" }

    /// What was kept; a file that is not there or cannot be read is a new user's memory.
    public func load() -> ConsoleMemory {
        guard let data = FileManager.default.contents(atPath: path), data.count < 1 << 20 else {
            return ConsoleMemory()
        }
        return (try? JSONDecoder().decode(ConsoleMemory.self, from: data)) ?? ConsoleMemory()
    }

    /// Keeps it; answers what went wrong, nil where nothing did.
    public func save(_ memory: ConsoleMemory) -> String? {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted]
        do {
            try PrivateFile.write(String(decoding: try encoder.encode(memory), as: UTF8.self) + "\n", to: path)
            return nil
        } catch {
            return "what is remembered could not be kept in \(path): \(error)"
        }
    }
}
