extension Theme {
    /// Reads a theme file: the theme, and what was passed over.
    ///
    /// - Parameters:
    ///   - yaml: The file's text.
    ///   - file: Its path, for complaints.
    ///   - name: The theme's name where the file gives none.
    ///   - base: Finds the theme that the file extends; the embedded ones unless told otherwise.
    /// - Throws: A `ThemeError` that names line and column where the file is not YAML or a value has no meaning.
    public static func read(
        yaml: String, file: String, name: String, base: (String) -> Theme? = { Theme.builtIn(named: $0) }
    ) throws(ThemeError) -> (theme: Theme, warnings: [ThemeWarning]) {
        var reader = ThemeFile(file: file)
        let theme = try reader.read(yaml, name: name, base: base)
        return (theme, reader.warnings)
    }

    /// The names of the embedded themes.
    public static let builtInNames: [String] = builtInFiles.map(\.name)

    /// An embedded theme; nil for an unknown name, or one that extends itself.
    public static func builtIn(named name: String) -> Theme? {
        builtIn(named: name, extendedBy: [])
    }

    /// The theme that nobody chose: the terminal's own colours.
    public static let standard = builtIn(named: "default") ?? .plain

    /// The text of an embedded theme, as a start for one's own; nil for an unknown name.
    public static func builtInSource(named name: String) -> String? {
        builtInFiles.first { $0.name == name }.map { String(decoding: $0.bytes, as: UTF8.self) }
    }

    private static func builtIn(named name: String, extendedBy names: Set<String>) -> Theme? {
        guard !names.contains(name), let source = builtInSource(named: name) else { return nil }
        let base = { builtIn(named: $0, extendedBy: names.union([name])) }
        return try? read(yaml: source, file: name + ".yaml", name: name, base: base).theme
    }

    /// The files of `Themes/` as the build embeds them.
    private static let builtInFiles: [(name: String, bytes: [UInt8])] = [
        ("default", PackageResources.default_yaml),
        ("dark", PackageResources.dark_yaml),
        ("light", PackageResources.light_yaml),
        ("high-contrast", PackageResources.high_contrast_yaml),
        ("deuteranopia", PackageResources.deuteranopia_yaml),
        ("tritanopia", PackageResources.tritanopia_yaml),
        ("mono", PackageResources.mono_yaml),
    ]
}
