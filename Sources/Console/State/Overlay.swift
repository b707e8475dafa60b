public import Terminal

/// What lies over the panes and has the keys.
public enum Overlay: Sendable {
    /// The keys of the pane, the filter's keys, all commands.
    case help(ScrollState)
    /// Everything that can be done or gone to.
    case palette(Palette)
    /// A filter while it is typed.
    case filter(InputLine, table: TableName, before: String)
    /// A word to look for in a text while it is typed; `below` is the text that lies over the panes, if one does.
    indirect case search(InputLine, below: Overlay?)
    /// A command while it is typed.
    case command(InputLine)
    /// A short list to choose from.
    case menu(Palette, purpose: MenuPurpose)
    /// Lines to read: evidence, an explanation, rows as JSON.
    case text(TextSheet, scroll: ScrollState)
    /// A question.
    case dialog(Dialog, purpose: DialogPurpose)
}

/// What a menu chooses.
public enum MenuPurpose: Sendable, Hashable {
    case sort(TableName)
    case copy
    case dump
}

/// A text to read over the panes.
public struct TextSheet: Sendable, Hashable {
    /// What it is.
    public var title: String
    /// Its lines, as they came.
    public var lines: [String]

    /// A text with its title.
    public init(title: String, lines: [String]) {
        self.title = title
        self.lines = lines
    }
}

/// What is looked for in texts.
public struct TextSearch: Sendable, Hashable {
    /// The word.
    public var word: String
    /// The line that was found last.
    public var line: Int?
}
