import ArgumentParser

struct Themes: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "The looks of the console.", subcommands: [ThemeList.self, ThemeShow.self, ThemeCheck.self],
        defaultSubcommand: ThemeList.self)
}

struct ThemeList: RequestCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "Their names, one a line (default).")
    var request: Request { .themes(.list) }
}

struct ThemeShow: RequestCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Print an embedded theme, as a start for one's own.")

    @Argument(help: "The theme's name.")
    var name: String

    var request: Request { .themes(.show(name)) }
}

struct ThemeCheck: RequestCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Check a theme file: errors, unknown roles, text that is hard to read, states that look alike.",
        discussion: "Exit status: 0, or 2 where a file cannot be used.")

    @Argument(help: "The file (default: every file in the user's folder; `bgpdeck info` tells where).")
    var file: String?

    var request: Request { .themes(.check(file: file)) }
}
