/// The words of a tool's command line, parted into options and the rest.
struct Arguments: Sendable {
    /// Words that are no options, in order.
    private(set) var words: [String] = []
    /// Options with their values; a bare option has the value `true`.
    private(set) var options: [String: String] = [:]
    /// Words after `--`.
    private(set) var rest: [String] = []

    /// Reads `--name=value`, `--name value` and `-n value` for the names that take one, and bare options.
    init(_ arguments: [String], takingValues names: Set<String>) {
        var left = arguments[...]
        while let word = left.popFirst() {
            if word == "--" {
                rest = Array(left)
                return
            }
            guard word.hasPrefix("-"), word.count > 1 else {
                words.append(word)
                continue
            }
            let parts = word.split(separator: "=", maxSplits: 1)
            let name = String(parts[0])
            if parts.count > 1 {
                options[name] = String(parts[1])
            } else if names.contains(name), let value = left.popFirst() {
                options[name] = value
            } else {
                options[name] = "true"
            }
        }
    }

    /// The value of the first of some names that is given.
    func value(_ names: String...) -> String? { names.lazy.compactMap { options[$0] }.first }

    /// Whether a switch is on.
    func isOn(_ names: String...) -> Bool { names.contains { options[$0] == "true" } }
}
