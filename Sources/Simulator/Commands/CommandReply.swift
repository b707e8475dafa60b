/// What a command prints and how it ends.
public struct CommandReply: Sendable, Hashable {
    /// Standard output.
    public var output: String
    /// Standard error.
    public var errors: String
    /// The exit status.
    public var status: Int32

    /// A reply from its parts.
    public init(output: String = "", errors: String = "", status: Int32 = 0) {
        self.output = output
        self.errors = errors
        self.status = status
    }
}
