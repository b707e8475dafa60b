/// How roles look.
public struct Theme: Equatable, Sendable {
    /// The ground that a theme is made for.
    public enum Background: String, Hashable, Sendable, CaseIterable {
        /// Its own dark ground.
        case dark
        /// Its own light ground.
        case light
        /// Whatever the terminal has.
        case terminal
    }

    /// The look of a role.
    public struct Style: Hashable, Sendable {
        /// Colour of the text.
        public let foreground: Color
        /// Colour behind the text.
        public let background: Color
        /// Emphasis.
        public let attributes: Attributes

        /// A look from its parts.
        public init(foreground: Color = .terminal, background: Color = .terminal, attributes: Attributes = []) {
            self.foreground = foreground
            self.background = background
            self.attributes = attributes
        }
    }

    /// A colour as a theme file says it: itself, or by its name in the palette.
    enum Paint: Equatable {
        case color(Color)
        case named(String)
    }

    /// What a theme says of a role: nil where it is silent and the role's parent speaks.
    struct Definition: Equatable {
        var foreground: Paint?
        var background: Paint?
        var attributes: Attributes?

        /// This one, with the gaps filled from another.
        func filled(from other: Definition?) -> Definition {
            Definition(
                foreground: foreground ?? other?.foreground, background: background ?? other?.background,
                attributes: attributes ?? other?.attributes)
        }
    }

    /// The name that chooses it.
    public let name: String
    /// The ground that it is made for.
    public let background: Background
    /// Its named colours; a theme that extends it can exchange them one by one.
    let palette: [String: Color]
    /// What it says itself; a theme that extends it begins with these.
    let definitions: [Role: Definition]
    /// The look of each role, in the order of `Role.allCases`.
    private let styles: [Style]

    /// A theme from what it says of roles; each silence is filled by the role's parent.
    init(
        name: String, background: Background, palette: [String: Color] = [:], definitions: [Role: Definition]
    ) {
        self.name = name
        self.background = background
        self.palette = palette
        self.definitions = definitions
        func color(_ paint: Paint?) -> Color {
            switch paint {
            case .color(let color): color
            case .named(let name): palette[name] ?? .terminal
            case nil: .terminal
            }
        }
        styles = Role.allCases.map { role in
            let whole = sequence(first: role, next: \.parent).reduce(Definition()) { $0.filled(from: definitions[$1]) }
            return Style(
                foreground: color(whole.foreground), background: color(whole.background),
                attributes: whole.attributes ?? [])
        }
    }

    /// A theme from the looks of some roles; the others look like their parents.
    public init(name: String, background: Background, styles: [Role: Style]) {
        let definitions = styles.mapValues {
            Definition(
                foreground: .color($0.foreground), background: .color($0.background), attributes: $0.attributes)
        }
        self.init(name: name, background: background, definitions: definitions)
    }

    /// The look of a role.
    public subscript(role: Role) -> Style {
        styles[Int(role.rawValue)]
    }

    /// No colours at all: the look of last resort, and of tests.
    public static let plain = Theme(
        name: "plain", background: .terminal,
        styles: [
            .textStrong: Style(attributes: .bold), .selection: Style(attributes: .reverse),
            .selectionUnfocused: Style(attributes: .underline), .statusCritical: Style(attributes: .bold),
        ])
}
