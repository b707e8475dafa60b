/// What goes through the control door, as one JSON object: `{"inject": "bird-killed:node-2"}`, `{"clear": "bird-killed"}`,
/// `{"clear": ""}` for all, `{"factor": 10}`, or `{}` to be told the faults only.
struct ControlRequest: Codable, Sendable, Hashable {
    var inject: String?
    var clear: String?
    var factor: Double?
}

/// What the control door answers.
struct ControlAnswer: Codable, Sendable, Hashable {
    /// Why nothing was done, nil where all went well.
    var error: String?
    /// The faults in force, in words that `inject` takes.
    var active: [String]
    /// Virtual seconds since the start.
    var seconds: Double
}
