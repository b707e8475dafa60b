public import Terminal

/// What became of the theme's file since it was last asked for.
public struct ThemeNews: Sendable {
    /// The theme as its file says now; nil: the one before stays.
    public var theme: Theme?
    /// What to tell the user.
    public var notices: [Toast]

    /// News from their parts.
    public init(theme: Theme? = nil, notices: [Toast]) {
        self.theme = theme
        self.notices = notices
    }
}

extension ConsoleLoop {
    /// Shows the theme anew where its file was changed; asked with the tick of the ages, so that it costs no wake-up
    /// of its own and none while the screen stands still.
    func takeThemeNews() {
        guard let news = themeNews() else { return }
        if let theme = news.theme { backend.theme = theme }
        for toast in news.notices { notice(toast.level, toast.text) }
    }
}
