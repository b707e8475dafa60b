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
        #expect(theme[.selection].attributes.contains(.reverse) || theme[.selection].attributes.contains(.bold))
        #expect(theme[.selection] != theme[.selectionUnfocused])
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

    @Test func aPaletteColourIsExchangedWhereverTheExtendedThemeUsesIt() throws {
        let yaml = "extends: dark\npalette: { bad: '#ff00ff' }"
        let theme = try Theme.read(yaml: yaml, file: "x", name: "mine").theme
        let dark = try #require(Theme.builtIn(named: "dark"))
        let pink = Color.rgb(RGB(255, 0, 255), ansi16: nil)
        #expect(theme[.statusCritical].foreground == pink)
        #expect(theme[.sessionDown].foreground == pink)
        #expect(theme[.dialogDanger].foreground == pink)
        #expect(theme[.statusOk] == dark[.statusOk])
    }

    @Test func unknownRolesAreWarningsWithALine() throws {
        let read = try Theme.read(yaml: "roles:\n  text: {}\n  sesion.up: {}\n", file: "t.yaml", name: "t")
        #expect(read.warnings.map(\.description) == ["t.yaml:3: unknown role sesion.up; did you mean session.up?"])
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

/// Whether themes can be read and their states told apart, by every eye and in few colours.
@Suite struct ThemeAuditTests {
    @Test(arguments: Theme.builtInNames)
    func embeddedThemesPass(name: String) throws {
        let theme = try #require(Theme.builtIn(named: name))
        #expect(ThemeAudit(theme).complaints == [])
    }

    /// The audit itself can fail: each kind of complaint is found in a theme made for it.
    @Test(arguments: [
        ("text: { fg: '#777777', bg: '#888888' }", "text has a contrast of 1.2, 4.5 can be read"),
        (
            "border: { fg: '#4a4f55' }",
            "border has a contrast of 2.1, 3.0 can be read"
        ),
        ("text.dim: { fg: default }", "text.dim has no exact colours, so nobody knows"),
        ("status.ok: { fg: '#80ff80' }\n  status.warn: { fg: '#c0e060' }", "status.ok and status.warn are"),
        (
            "status.ok: { fg: { rgb: '#5fe0b0', ansi16: 9 }, attrs: [bold] }",
            "status.ok and status.critical look the same in 16 colours"
        ),
        ("selection: { fg: bright, bg: ground }", "selection has neither reverse nor a ground of its own"),
    ])
    func complaintsNameTheRole(roles: String, complaint: String) throws {
        let theme = try Theme.read(
            yaml: "extends: dark\nroles:\n  \(roles)\n", file: "t", name: "t"
        ).theme
        #expect(ThemeAudit(theme).complaints.contains { $0.hasPrefix(complaint) }, "\(ThemeAudit(theme).complaints)")
    }

    @Test func theThemeForAnEyeIsPlainForThatEye() throws {
        let eyes: [(String, [ColorVision])] = [
            ("deuteranopia", [.deuteranopia, .protanopia]), ("tritanopia", [.tritanopia]),
        ]
        for (name, visions) in eyes {
            let theme = try #require(Theme.builtIn(named: name))
            let inks = ThemeAudit.states.compactMap { theme[$0].foreground.typical }
            for (index, ink) in inks.enumerated() {
                for other in inks[(index + 1)...] {
                    for vision in visions {
                        #expect(vision.distance(between: ink, and: other) >= 12, "\(name) \(vision)")
                    }
                }
            }
        }
    }

    @Test func highContrastIsHigh() throws {
        let theme = try #require(Theme.builtIn(named: "high-contrast"))
        for role in Role.allCases {
            guard let ink = theme[role].foreground.typical, let ground = theme[role].background.typical else {
                continue
            }
            #expect(ink.contrast(with: ground) >= 7, "\(role.name)")
        }
    }

    @Test func statesDifferByEmphasisWhereThereIsNoColour() throws {
        let mono = try #require(Theme.builtIn(named: "mono"))
        #expect(Set(ThemeAudit.states.map { mono[$0].attributes.rawValue }).count == ThemeAudit.states.count)
        for role in Role.allCases { #expect(mono[role].foreground == .terminal, "\(role.name)") }
    }

    /// White on black is 21, grey 767676 on white the known 4.54.
    @Test func contrastIsThatOfTheStandard() {
        let (white, black) = (RGB(255, 255, 255), RGB(0, 0, 0))
        #expect(abs(white.contrast(with: black) - 21) < 0.001)
        #expect(abs(RGB(0x76, 0x76, 0x76).contrast(with: white) - 4.54) < 0.005)
        #expect(white.contrast(with: black) == black.contrast(with: white))
    }

    @Test func eyesSeeWhatTheyAreKnownToSee() {
        let (red, green, blue) = (RGB(200, 60, 40), RGB(120, 125, 20), RGB(40, 60, 220))
        #expect(ColorVision.normal.distance(between: RGB(0, 0, 0), and: RGB(255, 255, 255)) > 99)
        #expect(ColorVision.normal.distance(between: red, and: red) == 0)
        #expect(
            ColorVision.deuteranopia.distance(between: red, and: green)
                < ColorVision.normal.distance(between: red, and: green) / 2)
        #expect(ColorVision.deuteranopia.distance(between: red, and: blue) > 20)
        let (teal, azure) = (RGB(0, 160, 150), RGB(0, 140, 190))
        #expect(
            ColorVision.tritanopia.distance(between: teal, and: azure)
                < ColorVision.normal.distance(between: teal, and: azure) / 2)
    }

    /// Where sixteen or eight colours make text and ground one, the text still shows.
    @Test(arguments: Theme.builtInNames, [ColorDepth.ansi256, .ansi16, .ansi8])
    func noTextVanishesInFewColours(name: String, depth: ColorDepth) throws {
        let theme = try #require(Theme.builtIn(named: name))
        for role in Role.allCases {
            let indices = depth.indices(of: theme[role])
            #expect(indices.foreground == -1 || indices.foreground != indices.background, "\(role.name)")
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
