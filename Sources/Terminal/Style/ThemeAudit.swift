/// What is hard to read or to tell apart in a theme.
public struct ThemeAudit: Sendable {
    /// Sentences, each beginning with a role's name; empty where all is well.
    public let complaints: [String]

    /// The least contrast of text with its ground, by WCAG 2 level AA.
    public static let leastTextContrast = 4.5
    /// The least contrast of lines and signs with their ground, by WCAG 2 section 1.4.11.
    public static let leastLineContrast = 3.0
    /// The least distance of colours that tell states apart, as `ColorVision` measures.
    public static let leastDistance = 8.0

    /// Roles that draw lines, or text that does nothing now.
    static let lines: Set<Role> = [.border, .borderFocus, .scrollbar, .scrollbarThumb, .hintDisabled]
    /// Roles of which each must be told from each other.
    static let states: [Role] = [.statusOk, .statusWarn, .statusCritical, .statusUnknown]

    /// Looks at every role of a theme.
    public init(_ theme: Theme) {
        var found = Self.contrasts(of: theme)
        for (index, one) in Self.states.enumerated() {
            for other in Self.states[(index + 1)...] { found += Self.distinctions(of: one, other, in: theme) }
        }
        complaints = found + Self.selections(of: theme)
    }

    /// Contrast counts as the colours are written and as a terminal of 256 colours shows them.
    private static func contrasts(of theme: Theme) -> [String] {
        Role.allCases.flatMap { role -> [String] in
            let style = theme[role]
            let least = lines.contains(role) ? leastLineContrast : leastTextContrast
            guard case .rgb(let ink, _) = style.foreground, case .rgb(let ground, _) = style.background else {
                return theme.background == .terminal
                    ? [] : ["\(role.name) has no exact colours, so nobody knows whether it can be read on this ground"]
            }
            let shown = [(ink, ground, ""), (ink.of256, ground.of256, " in 256 colours")]
            return shown.compactMap { ink, ground, place in
                let contrast = ink.contrast(with: ground)
                guard contrast < least else { return nil }
                return "\(role.name) has a contrast of \(rounded(contrast))\(place), \(rounded(least)) can be read"
            }
        }
    }

    private static func distinctions(of one: Role, _ other: Role, in theme: Theme) -> [String] {
        let names = "\(one.name) and \(other.name)"
        let (first, second) = (theme[one], theme[other])
        let isEmphasised = first.attributes != second.attributes
        var found: [String] = []
        for depth in [ColorDepth.ansi16, .ansi8]
        where depth.indices(of: first).foreground == depth.indices(of: second).foreground && !isEmphasised {
            found.append("\(names) look the same in \(depth == .ansi16 ? 16 : 8) colours")
        }
        guard let ink = first.foreground.typical, let otherInk = second.foreground.typical else { return found }
        // On the terminal's own colours, which the user chooses, emphasis may tell two states apart.
        guard theme.background != .terminal || !isEmphasised else { return found }
        for vision in ColorVision.allCases {
            let distance = min(
                vision.distance(between: ink, and: otherInk), vision.distance(between: ink.of256, and: otherInk.of256))
            guard distance < leastDistance else { continue }
            found.append("\(names) are \(rounded(distance)) apart for \(vision), \(rounded(leastDistance)) is plain")
        }
        return found
    }

    private static func selections(of theme: Theme) -> [String] {
        let style = theme[.selection]
        guard !style.attributes.contains(.reverse) else { return [] }
        let isVisible = ColorDepth.allCases.filter { $0 > .mono }.allSatisfy {
            $0.indices(of: style).background != $0.indices(of: theme[.text]).background
        }
        return isVisible ? [] : ["selection has neither reverse nor a ground of its own, so nobody sees it"]
    }

    private static func rounded(_ value: Double) -> String {
        let tenths = Int(value * 10)
        return "\(tenths / 10).\(tenths % 10)"
    }
}

extension RGB {
    /// The colour that a terminal of 256 colours shows in its place.
    var of256: RGB { ColorDepth.rgb(of: ColorDepth.ansi256.index(of: .rgb(self, ansi16: nil))) }
}

extension Color {
    /// What it looks like where nobody changed the terminal's colours; nil for the terminal's own text colour.
    var typical: RGB? {
        switch self {
        case .terminal: nil
        case .ansi(let index): ColorDepth.rgb(of: Int(index))
        case .rgb(let rgb, _): rgb
        }
    }
}
