/// What `:set` changes while the console runs, and the configuration before.
public struct ConsoleSettings: Sendable, Hashable {
    /// How long a changed cell stays marked, in seconds; 0: never.
    public var markSeconds: Double = 5
    /// Whether the terminal rings where a session is lost.
    public var ringsBell = false

    /// The settings that hold where nothing is set.
    public init() {}

    /// The names that `:set` knows, with what their value is.
    static let names: [(name: String, value: String)] = [
        ("marks", "SECONDS"), ("bell", "on|off"), ("mouse", "on|off"), ("problems", "on|off"),
    ]
}
