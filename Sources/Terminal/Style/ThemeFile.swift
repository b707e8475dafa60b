import Yams

/// A theme's YAML file, read node by node so that each complaint names its line and column.
///
/// `palette` names colours; `roles` give a role `fg`, `bg` and `attrs`. A role that says only some of the three takes
/// the others from its parent, or from the theme that `extends` names. A palette name that the extended theme has too
/// takes the new colour wherever that theme uses it.
struct ThemeFile {
    let file: String
    private(set) var warnings: [ThemeWarning] = []
    private var palette: [String: Color] = [:]
    private var definitions: [Role: Theme.Definition] = [:]
    private var background: Theme.Background?

    private static let colorSyntax =
        "a colour is default, black, red, green, yellow, blue, magenta, cyan, white, bright-*, \"#rrggbb\", a palette "
        + "name, or {rgb: \"#rrggbb\", ansi16: 0-15}"

    init(file: String) {
        self.file = file
    }

    /// Reads the file; `base` finds the theme that it extends.
    mutating func read(_ yaml: String, name: String, base find: (String) -> Theme?) throws(ThemeError) -> Theme {
        let root = try compose(yaml)
        guard let mapping = root.mapping else {
            throw error(root, "a theme is a mapping with name, background, palette and roles")
        }
        for (key, value) in mapping where key.string == "extends" {
            guard let name = value.string, let found = find(name) else {
                throw error(
                    value, "extends names no known theme; known are \(Theme.builtInNames.joined(separator: ", "))")
            }
            (background, palette, definitions) = (found.background, found.palette, found.definitions)
        }
        for (key, value) in mapping where key.string == "palette" { try readPalette(value) }
        var name = name
        for (key, value) in mapping {
            switch key.string {
            case "name": name = value.string ?? name
            case "background": background = try readBackground(value)
            case "roles": try readRoles(value)
            case "palette", "extends": break
            default:
                warn(key, "unknown key \(key.string ?? "?"); a theme has name, background, extends, palette, roles")
            }
        }
        return Theme(name: name, background: background ?? .terminal, palette: palette, definitions: definitions)
    }

    private func compose(_ yaml: String) throws(ThemeError) -> Node {
        do {
            return try Yams.compose(yaml: yaml) ?? Node([:])
        } catch let failure as YamlError {
            switch failure {
            case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
                .composer(_, let problem, let mark, _):
                throw ThemeError(file: file, line: mark.line, column: mark.column, problem: problem)
            case .duplicatedKeysInMapping(let duplicates, let context):
                let names = duplicates.map { $0.description }.joined(separator: ", ")
                throw ThemeError(
                    file: file, line: context.mark.line, column: context.mark.column, problem: "\(names) stands twice")
            default: throw ThemeError(file: file, line: 1, column: 1, problem: "not readable as YAML: \(failure)")
            }
        } catch {
            throw ThemeError(file: file, line: 1, column: 1, problem: "not readable as YAML: \(error)")
        }
    }

    private mutating func readPalette(_ node: Node) throws(ThemeError) {
        guard let mapping = node.mapping else { throw error(node, "palette is a mapping of names to colours") }
        for (key, value) in mapping {
            guard let name = key.string else { throw error(key, "a palette name is a word") }
            palette[name] = try color(value)
        }
    }

    private func readBackground(_ node: Node) throws(ThemeError) -> Theme.Background {
        guard let ground = node.string.flatMap(Theme.Background.init(rawValue:)) else {
            throw error(node, "background is dark, light or terminal")
        }
        return ground
    }

    private mutating func readRoles(_ node: Node) throws(ThemeError) {
        guard let mapping = node.mapping else { throw error(node, "roles is a mapping of role names to looks") }
        for (key, value) in mapping {
            guard let name = key.string, let role = Role(name: name) else {
                warn(key, unknownRole(key.string ?? "?"))
                continue
            }
            guard let look = value.mapping else { throw error(value, "\(name) is {fg: …, bg: …, attrs: […]}") }
            definitions[role] = try definition(look).filled(from: definitions[role])
        }
    }

    private mutating func definition(_ look: Node.Mapping) throws(ThemeError) -> Theme.Definition {
        var definition = Theme.Definition()
        for (key, value) in look {
            switch key.string {
            case "fg": definition.foreground = try paint(value)
            case "bg": definition.background = try paint(value)
            case "attrs": definition.attributes = try attributes(value)
            default: warn(key, "unknown key \(key.string ?? "?"); a role has fg, bg and attrs")
            }
        }
        return definition
    }

    private func unknownRole(_ name: String) -> String {
        let near = NearWord.nearest(to: name, in: Role.allCases.map(\.name))
        return "unknown role \(name)" + (near.map { "; did you mean \($0)?" } ?? "")
    }

    private func paint(_ node: Node) throws(ThemeError) -> Theme.Paint {
        if let name = node.string, palette[name] != nil { return .named(name) }
        return .color(try color(node))
    }

    private func color(_ node: Node) throws(ThemeError) -> Color {
        if let mapping = node.mapping { return try exactColor(mapping, at: node) }
        guard let text = node.string else { throw error(node, Self.colorSyntax) }
        if let known = palette[text] ?? Color(named: text) { return known }
        guard let rgb = RGB(hex: text) else { throw error(node, "unknown colour \(text): \(Self.colorSyntax)") }
        return .rgb(rgb, ansi16: nil)
    }

    private func exactColor(_ mapping: Node.Mapping, at node: Node) throws(ThemeError) -> Color {
        let index = mapping["ansi16"]?.int
        if mapping["ansi16"] != nil, !(0...15).contains(index ?? -1) { throw error(node, "ansi16 is 0 to 15") }
        let stand = index.map { UInt8($0) }
        if let text = mapping["rgb"]?.string {
            guard let rgb = RGB(hex: text) else { throw error(node, "rgb is \"#rrggbb\", in quotes") }
            return .rgb(rgb, ansi16: stand)
        }
        guard let stand else { throw error(node, Self.colorSyntax) }
        return .ansi(stand)
    }

    private func attributes(_ node: Node) throws(ThemeError) -> Attributes {
        guard let sequence = node.sequence else { throw error(node, "attrs is a list such as [bold, underline]") }
        var result: Attributes = []
        for item in sequence {
            guard let known = Attributes.names.first(where: { $0.name == item.string }) else {
                throw error(item, "an attribute is bold, dim, underline or reverse")
            }
            result.insert(known.attribute)
        }
        return result
    }

    private mutating func warn(_ node: Node, _ problem: String) {
        warnings.append(ThemeWarning(file: file, line: node.mark?.line ?? 1, problem: problem))
    }

    private func error(_ node: Node, _ problem: String) -> ThemeError {
        ThemeError(file: file, line: node.mark?.line ?? 1, column: node.mark?.column ?? 1, problem: problem)
    }
}

extension Color {
    /// The terminal's own colours by name: `default`, `red`, `bright-red`.
    fileprivate init?(named name: String) {
        let names = ["black", "red", "green", "yellow", "blue", "magenta", "cyan", "white"]
        if name == "default" {
            self = .terminal
        } else if let index = names.firstIndex(of: name) {
            self = .ansi(UInt8(index))
        } else if name.hasPrefix("bright-"), let index = names.firstIndex(of: String(name.dropFirst(7))) {
            self = .ansi(UInt8(index + 8))
        } else {
            return nil
        }
    }
}
