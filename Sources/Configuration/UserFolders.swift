/// Where bgpdeck keeps the user's files, by the XDG base directory specification.
public struct UserFolders: Hashable, Sendable {
    /// The home folder.
    public let home: String
    /// Configuration: `$XDG_CONFIG_HOME/bgpdeck`.
    public let configuration: String
    /// Log, journal, history: `$XDG_STATE_HOME/bgpdeck`, mode 0700.
    public let state: String
    /// The user's own themes lie under it: `$XDG_DATA_HOME/bgpdeck`.
    public let data: String

    /// The folders for an environment; a variable that is not an absolute path is ignored, as the specification asks.
    /// Nil where neither the variables nor `HOME` tell.
    public init?(environment: [String: String]) {
        func absolute(_ name: String) -> String? {
            guard let value = environment[name], value.hasPrefix("/") else { return nil }
            return value.count > 1 && value.hasSuffix("/") ? String(value.dropLast()) : value
        }
        let home = absolute("HOME")
        func folder(_ name: String, _ fallback: String) -> String? {
            (absolute(name) ?? home.map { $0 + "/" + fallback }).map { $0 + "/bgpdeck" }
        }
        guard let configuration = folder("XDG_CONFIG_HOME", ".config"),
            let state = folder("XDG_STATE_HOME", ".local/state"),
            let data = folder("XDG_DATA_HOME", ".local/share")
        else { return nil }
        self.home = home ?? "/"
        self.configuration = configuration
        self.state = state
        self.data = data
    }

    /// The configuration file.
    public var configurationFile: String { configuration + "/config.yaml" }

    /// The folder of the user's themes.
    public var themes: String { data + "/themes" }

    /// What `bgpdeck info` prints: a name and a path each.
    public var rows: [(name: String, path: String)] {
        [("configuration", configurationFile), ("state", state), ("themes", themes)]
    }

    /// A path as written in a file: `~/` is the home folder, a relative path is taken from `folder`.
    public func expand(_ path: String, relativeTo folder: String) -> String {
        if path == "~" { return home }
        if path.hasPrefix("~/") { return home + path.dropFirst(1) }
        return path.hasPrefix("/") ? path : folder + "/" + path
    }
}
