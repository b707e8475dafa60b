import Testing

@testable import Terminal

@Suite struct ThemeTests {
    @Test(arguments: Theme.builtInNames)
    func embeddedThemesReadWithoutWarning(name: String) throws {
        let source = try #require(Theme.builtInSource(named: name))
        let read = try Theme.read(yaml: source, file: name, name: name)
        #expect(read.warnings.isEmpty)
        #expect(read.theme.name == name)
    }

    @Test(arguments: Theme.builtInNames)
    func statesDifferWithoutColour(name: String) throws {
        let theme = try #require(Theme.builtIn(named: name))
        #expect(!theme[.statusCritical].attributes.isEmpty)
        #expect(theme[.selection].attributes != theme[.selectionUnfocused].attributes)
        #expect(theme[.selection].attributes.contains(.reverse) || theme[.selection].attributes.contains(.bold))
    }

    @Test(arguments: ["dark", "light"], Role.allCases)
    func textIsReadable(name: String, role: Role) throws {
        let style = try #require(Theme.builtIn(named: name))[role]
        guard case .rgb(let ink, _) = style.foreground, case .rgb(let ground, _) = style.background else {
            Issue.record("\(role.name) of \(name) is not exact")
            return
        }
        let isLine = [.border, .scrollbar, .scrollbarThumb, .hintDisabled].contains(role)
        #expect(contrast(ink, ground) >= (isLine ? 3 : 4.5), "\(role.name)")
    }

    /// Contrast by WCAG 2: from 1 to 21.
    private func contrast(_ one: RGB, _ other: RGB) -> Double {
        let pair = [luminance(one), luminance(other)].sorted()
        return (pair[1] + 0.05) / (pair[0] + 0.05)
    }

    private func luminance(_ color: RGB) -> Double {
        let parts = [color.red, color.green, color.blue].map { part -> Double in
            let share = Double(part) / 255
            // The curve of WCAG, with its power of 2.4 taken as x² · x^0.4 by its usual approximation.
            return share <= 0.03928 ? share / 12.92 : share * share * (0.2 + 0.8 * share)
        }
        return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]
    }

    @Test func missingRolesLookLikeTheirParents() throws {
        let yaml = """
            palette: { ink: "#102030" }
            roles:
              status.critical: { fg: ink, attrs: [bold] }
              session.down: { attrs: [underline] }
            """
        let theme = try Theme.read(yaml: yaml, file: "x", name: "x").theme
        let ink = Color.rgb(RGB(0x10, 0x20, 0x30), ansi16: nil)
        #expect(theme[.prefixMissing] == Theme.Style(foreground: ink, attributes: .bold))
        #expect(theme[.sessionDown] == Theme.Style(foreground: ink, attributes: .underline))
        #expect(theme[.text] == Theme.Style())
    }

    @Test func aThemeExtendsAnother() throws {
        let theme = try Theme.read(yaml: "extends: dark\nroles: { mark: { fg: red } }", file: "x", name: "mine").theme
        let dark = try #require(Theme.builtIn(named: "dark"))
        #expect(theme[.mark].foreground == .ansi(1))
        #expect(theme[.sessionDown] == dark[.sessionDown])
        #expect(theme.background == .dark)
    }

    @Test func unknownRolesAreWarningsWithALine() throws {
        let read = try Theme.read(yaml: "roles:\n  text: {}\n  sesion.up: {}\n", file: "t.yaml", name: "t")
        #expect(read.warnings.map(\.description) == ["t.yaml:3: unknown role sesion.up"])
    }

    @Test(arguments: [
        ("roles:\n  text: { fg: pinkish }", 2), ("roles: [", 2), ("- a", 1), ("background: purple", 1),
        ("roles:\n  text: { attrs: [blink] }", 2), ("palette:\n  a: '#12345'", 2), ("extends: nowhere", 1),
        ("a: 1\na: 2", 1), ("palette: { a: { ansi16: 99 } }", 1), ("palette: { a: '#+12345' }", 1),
    ])
    func errorsNameTheirLine(yaml: String, line: Int) {
        do {
            _ = try Theme.read(yaml: yaml, file: "t.yaml", name: "t")
            Issue.record("read without an error")
        } catch {
            #expect(error.line == line, "\(error)")
            #expect(error.description.hasPrefix("t.yaml:\(line):"))
        }
    }

    @Test func roleNamesAreUniqueAndEndAtText() {
        #expect(Set(Role.allCases.map(\.name)).count == Role.allCases.count)
        for role in Role.allCases {
            #expect(Role(name: role.name) == role)
            #expect(Array(sequence(first: role, next: \.parent)).last == .text)
        }
    }
}

@Suite struct ColorDepthTests {
    @Test(arguments: [
        (ColorDepth.ansi256, "#ff0000", 196), (.ansi256, "#000000", 16), (.ansi256, "#808080", 244),
        (.ansi256, "#5f87af", 67),
        (.ansi16, "#ff0000", 9), (.ansi16, "#101010", 0), (.ansi8, "#ff0000", 1), (.mono, "#ff0000", -1),
    ])
    func exactColours(depth: ColorDepth, hex: String, index: Int) throws {
        #expect(depth.index(of: .rgb(try #require(RGB(hex: hex)), ansi16: nil)) == index)
    }

    @Test func everyColourOfTheCubeIsItself() {
        for index in 16..<256 {
            let rgb = ColorDepth.rgb(of: index)
            #expect(ColorDepth.rgb(of: ColorDepth.ansi256.index(of: .rgb(rgb, ansi16: nil))) == rgb)
        }
    }

    @Test func aThemesOwnChoiceWinsWhereColoursAreFew() {
        let color = Color.rgb(RGB(255, 0, 0), ansi16: 12)
        #expect(ColorDepth.ansi16.index(of: color) == 12)
        #expect(ColorDepth.ansi8.index(of: color) == 4)
        #expect(ColorDepth.ansi256.index(of: .ansi(3)) == 3)
        #expect(ColorDepth.allCases.allSatisfy { $0.index(of: .terminal) == -1 })
    }

    @Test(arguments: [(256, ColorDepth.ansi256), (88, .ansi16), (8, .ansi8), (0, .mono), (-1, .mono)])
    func depthOfATerminal(colors: Int, depth: ColorDepth) {
        #expect(ColorDepth(colors: colors) == depth)
    }
}
