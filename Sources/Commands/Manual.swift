import ArgumentParser
import Console
import FoundationEssentials

/// The manual page, made from the argument parser, the registry of actions and the commands of `:`.
///
/// `bgpdeck manual` prints it, so that the program alone can install its page; a copy is kept beside the README, where
/// a change shows in a review, and a test compares the two.
public enum Manual {
    /// The page in roff (man(7)); it is the same on every machine and day.
    public static var page: String {
        var page = Roff()
        page.title("BGPDECK", section: 1, source: "bgpdeck \(Bgpdeck.configuration.version)")
        page.section("NAME")
        page.text("bgpdeck - \(decapitalised(Bgpdeck.configuration.abstract))")
        page.section("SYNOPSIS")
        page.text("bgpdeck [SUBCOMMAND] [OPTIONS]; without a subcommand it is `watch`.")
        commands(&page)
        keys(&page)
        filters(&page)
        page.section("FILES")
        page.item("$XDG_CONFIG_HOME/bgpdeck/config.yaml", "the configuration; never written by the program")
        page.item("$XDG_STATE_HOME/bgpdeck", "log, journal, dumps, what the console remembers (console.json)")
        page.item("$XDG_DATA_HOME/bgpdeck/themes", "the user's themes")
        page.section("EXIT STATUS")
        page.text(
            "0: done, or healthy. 1: findings, or something could not be read. 2: a source, file or argument could "
                + "not be used. 3: the screen cannot be taken. 128 and more: ended by that signal.")
        page.section("SEE ALSO")
        page.text("calicoctl(8), kubectl(1), birdc(8)")
        return page.text
    }

    private static func commands(_ page: inout Roff) {
        guard let root = ToolDescription.read(Bgpdeck._dumpHelp()) else { return }
        page.section("COMMANDS")
        for command in root.subcommands ?? [] where command.shouldDisplay ?? true && command.commandName != "help" {
            for one in [command] + (command.subcommands ?? []).filter({ $0.commandName != "help" }) {
                describe(one, under: one.commandName == command.commandName ? "" : command.commandName + " ", &page)
            }
        }
    }

    private static func describe(_ command: ToolDescription.Command, under head: String, _ page: inout Roff) {
        let arguments = (command.arguments ?? []).filter { $0.shouldDisplay ?? true && !$0.isStandard }
        let words = arguments.filter { $0.kind == "positional" }.map { argument in
            let name = (argument.valueName ?? "value").uppercased() + (argument.isRepeating ?? false ? "..." : "")
            return argument.isOptional ?? false ? "[\(name)]" : name
        }
        page.subsection(([head + command.commandName] + words).joined(separator: " "))
        page.text(command.abstract ?? "")
        for argument in arguments {
            let note = argument.defaultValue.map { " (default: \($0))" } ?? ""
            page.item(argument.spelling, (argument.abstract ?? "") + note)
        }
    }

    private static func keys(_ page: inout Roff) {
        page.section("KEYS")
        for group in ActionGroup.allCases {
            page.subsection(group.rawValue)
            for row in KeyTable.rows(group) { page.item(row.keys.joined(separator: ", "), row.title) }
        }
        page.section("COMMANDS OF THE CONSOLE")
        for row in KeyTable.commands { page.item(row.keys.joined(separator: ", "), row.title) }
    }

    private static func filters(_ page: inout Roff) {
        page.section("FILTERS")
        page.text("A filter (/) is words that must all match; case counts only in words with a capital letter.")
        for (form, meaning) in [
            ("word", "somewhere in the row"), ("~word", "its letters in this order, anything between"),
            (
                "key:value",
                "in one field; keys are node, rack, leaf, as, address, state, health, prefix, service (svc), "
                    + "kind, rule, severity, as the prompt lists them"
            ),
            ("key:=value", "exactly"), ("prefix:10.1.2.3", "the longest match of each leaf"),
            ("prefix:10.1.0.0/16", "what lies inside"), ("!word, !key:value", "not"),
            ("key:!value", "a value of the key that is another one"),
        ] { page.item(form, meaning) }
    }

    private static func decapitalised(_ text: String) -> String { text.prefix(1).lowercased() + text.dropFirst() }
}

/// Text for man(7); whatever is put in it stands there literally.
private struct Roff {
    private(set) var text = ""

    mutating func title(_ name: String, section: Int, source: String) {
        text += ".TH \(name) \(section) \"\" \"\(source)\"\n.nh\n.ad l\n"
    }

    mutating func section(_ title: String) { text += ".SH \(escaped(title))\n" }

    mutating func subsection(_ title: String) { text += ".SS \(escaped(title))\n" }

    mutating func text(_ words: String) { text += escaped(words) + "\n" }

    mutating func item(_ head: String, _ words: String) {
        text += ".TP\n\\fB\(escaped(head))\\fR\n\(escaped(words))\n"
    }

    /// A backslash, a leading dot or quote and a hyphen mean something to roff.
    private func escaped(_ words: String) -> String {
        let plain = words.replacing("\\", with: "\\e").replacing("-", with: "\\-").replacing("…", with: "...")
        return plain.hasPrefix(".") || plain.hasPrefix("'") ? "\\&" + plain : plain
    }
}

/// What swift-argument-parser tells of a command as JSON (ToolInfo 0.8), as far as the manual needs it.
private struct ToolDescription: Decodable {
    struct Command: Decodable {
        var commandName: String
        var abstract: String?
        var shouldDisplay: Bool?
        var subcommands: [Command]?
        var arguments: [Argument]?
    }

    struct Argument: Decodable {
        struct Name: Decodable {
            var kind: String
            var name: String
        }

        var kind: String
        var shouldDisplay: Bool?
        var isOptional: Bool?
        var isRepeating: Bool?
        var names: [Name]?
        var valueName: String?
        var defaultValue: String?
        var abstract: String?

        /// Whether every command has it.
        var isStandard: Bool { ["help", "version"].contains(valueName) }

        /// How it is typed.
        var spelling: String {
            let names = (names ?? []).map { ($0.kind == "long" ? "--" : "-") + $0.name }.sorted()
            let value = (valueName ?? "").uppercased()
            if kind == "positional" { return value }
            return names.joined(separator: ", ") + (kind == "option" ? " \(value)" : "")
        }
    }

    var command: Command

    static func read(_ json: String) -> Command? {
        try? JSONDecoder().decode(ToolDescription.self, from: Data(json.utf8)).command
    }
}
