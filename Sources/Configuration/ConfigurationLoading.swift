import Design
import FoundationEssentials
import Glibc

extension Configuration {
    /// The largest configuration or plan file that is read, in bytes.
    static let sizeLimit = 4 << 20

    /// Reads a configuration file and the plans that its contexts name.
    ///
    /// `actions` are the names of the console's actions: a key for another one is warned about. With none given,
    /// names are not checked. A file that cannot be read is one error in the diagnostics.
    public static func load(path: String, folders: UserFolders, actions: Set<String> = []) -> Loaded {
        let file = path.split(separator: "/").last.map(String.init) ?? path
        var reader = DocumentReader(file: file)
        let text: String
        switch ConfigurationFile.read(path, limit: sizeLimit) {
        case .success(let found): text = found
        case .failure(let failure):
            reader.error(at: .start, failure.message)
            return Loaded(configuration: nil, diagnostics: reader.diagnostics)
        }
        var decoder = ConfigurationDecoder(reader: reader, folder: ConfigurationFile.folder(of: path), folders: folders)
        decoder.actions = actions
        let configuration = decoder.decode(text)
        let diagnostics = decoder.reader.diagnostics
        return Loaded(configuration: diagnostics.hasErrors ? nil : configuration, diagnostics: diagnostics)
    }
}

/// Reads small text files with plain words about what went wrong.
enum ConfigurationFile {
    struct Failure: Error {
        var message: String
    }

    /// The folder that a path's last part lies in.
    static func folder(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    static func read(_ path: String, limit: Int) -> Result<String, Failure> {
        let descriptor = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
        guard descriptor >= 0 else {
            return .failure(Failure(message: "cannot open \(path): \(String(cString: strerror(errno)))"))
        }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            return .failure(Failure(message: "\(path) is not a regular file"))
        }
        guard status.st_size <= limit else {
            return .failure(Failure(message: "\(path) has \(status.st_size) bytes; at most \(limit) are read"))
        }
        guard let data = FileManager.default.contents(atPath: path), data.count <= limit else {
            return .failure(Failure(message: "cannot read \(path)"))
        }
        guard let text = String(validating: data, as: UTF8.self) else {
            return .failure(Failure(message: "\(path) is not UTF-8 text"))
        }
        return .success(text)
    }
}
