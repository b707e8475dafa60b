/// What a child reads on its standard input. It never reads the terminal.
public enum ChildInput: Hashable, Sendable {
    /// Nothing: end of file at once.
    case none
    /// These bytes, then end of file.
    case bytes([UInt8])
    /// What the conversation sends; it stays open until the conversation closes it.
    case open
}

/// A program to run: no shell reads it, each argument arrives as it stands here.
///
/// Arguments are visible to every user of the machine (`ps`): a secret goes into ``input`` or ``environment``.
public struct ChildCommand: Hashable, Sendable {
    /// A path where it holds a `/`, else a name that is looked for in `PATH`.
    public var executable: String
    /// The arguments, without the program's own name.
    public var arguments: [String]
    /// Standard input.
    public var input: ChildInput
    /// Variables that are added to the console's own environment.
    public var environment: [String: String]
    /// How long it may take from its start to its end.
    public var timeout: Duration
    /// How many bytes it may write on standard output and standard error together; beyond it is ended.
    public var outputLimit: Int
    /// Whether it is ended when it asks for a password, which nobody would ever answer.
    public var endsAtPasswordPrompt: Bool
    /// Whether what it leaves behind in its process group may live on after it ended by itself; OpenSSH's shared
    /// connection needs its jump host.
    public var leavesDescendants: Bool

    /// A command from its parts; by default ten seconds and 64 MiB of output.
    public init(
        _ executable: String, _ arguments: [String] = [], input: ChildInput = .none,
        environment: [String: String] = [:], timeout: Duration = .seconds(10), outputLimit: Int = 64 << 20,
        endsAtPasswordPrompt: Bool = false, leavesDescendants: Bool = false
    ) {
        self.executable = executable
        self.arguments = arguments
        self.input = input
        self.environment = environment
        self.timeout = timeout
        self.outputLimit = outputLimit
        self.endsAtPasswordPrompt = endsAtPasswordPrompt
        self.leavesDescendants = leavesDescendants
    }

    /// A command from a tool's argument list, as the configuration has it (`[kubectl]`, `[sudo, -n, calicoctl]`), and
    /// the arguments behind it; nil where the list is empty.
    public init?(
        tool: [String], _ arguments: [String], input: ChildInput = .none, timeout: Duration = .seconds(10),
        outputLimit: Int = 64 << 20
    ) {
        guard let executable = tool.first else { return nil }
        self.init(
            executable, tool.dropFirst() + arguments, input: input, timeout: timeout, outputLimit: outputLimit)
    }
}

/// How a child ended.
public enum ChildTermination: Hashable, Sendable {
    /// By itself, with this status.
    case exited(Int32)
    /// By a signal that the console did not send.
    case signalled(Int32)
    /// It took longer than its time-out and was ended.
    case timedOut
    /// It wrote more than its limit and was ended; the output holds the bytes up to the limit.
    case outputLimit
    /// It asked for a password and was ended.
    case passwordPrompt
    /// The conversation was complete, and the console ended it.
    case ended
    /// The task that ran it was cancelled.
    case cancelled
    /// There is no such program.
    case notFound
    /// The program is there and could not be started: what the system said.
    case notStarted(String)
}

/// What came of a child.
public struct ChildResult: Hashable, Sendable {
    /// How it ended.
    public var termination: ChildTermination
    /// Standard output.
    public var output: [UInt8]
    /// Standard error.
    public var errors: [UInt8]
    /// How long it ran.
    public var duration: Duration

    /// A result from its parts.
    public init(termination: ChildTermination, output: [UInt8] = [], errors: [UInt8] = [], duration: Duration = .zero) {
        self.termination = termination
        self.output = output
        self.errors = errors
        self.duration = duration
    }

    /// Whether it ended by itself with status 0.
    public var succeeded: Bool { termination == .exited(0) }
}

/// Where a child wrote something.
public enum ChildStream: Hashable, Sendable {
    /// Standard output.
    case output
    /// Standard error.
    case errors
}

/// What a conversation does upon bytes from its child.
public enum ChildReaction: Hashable, Sendable {
    /// Writes to the child's standard input.
    case send([UInt8])
    /// Closes the child's standard input.
    case closeInput
    /// Ends the child: nothing more is wanted of it.
    case end
}
