public import Console

/// A world that was opened while the console runs, and what ends it.
public struct OpenedWorld: Sendable {
    /// The world.
    public var world: World
    /// Ends what it started.
    public var end: @Sendable () -> Void

    /// A world with its end.
    public init(_ world: World, end: @escaping @Sendable () -> Void) {
        self.world = world
        self.end = end
    }
}

/// Why a context cannot be opened, in words for the status line.
public struct ContextRefusal: Error, CustomStringConvertible {
    /// What is wrong and what to do.
    public var description: String

    /// A refusal with its reason.
    public init(_ description: String) { self.description = description }
}

/// What the console has done by others, beside its world: each is a closure of the composition root.
public struct ConsoleServices: Sendable {
    /// Keeps what is to be remembered for the next run; answers what went wrong, nil where nothing did.
    public var remember: @Sendable (ConsoleMemory) -> String?
    /// Runs the user's own command after a session was lost: a program and its arguments; answers what went wrong.
    public var alarm: @Sendable ([String]) async -> String?
    /// Opens another context of the configuration; nil where there is none.
    public var open: (@Sendable (String) async -> Result<OpenedWorld, ContextRefusal>)?

    /// Services from their closures; by default nothing is kept, run or opened.
    public init(
        remember: @escaping @Sendable (ConsoleMemory) -> String? = { _ in nil },
        alarm: @escaping @Sendable ([String]) async -> String? = { _ in nil },
        open: (@Sendable (String) async -> Result<OpenedWorld, ContextRefusal>)? = nil
    ) {
        self.remember = remember
        self.alarm = alarm
        self.open = open
    }
}
