import Terminal

/// A view as typed at `:`, with the options of the batch command: `:sessions --node node-5`, `:nodes /rack:2`.
struct ViewRequest {
    /// The filter that the options and the text amount to; nil: none was given, the present one stays.
    var filter: String?
    /// The format to read the rows in instead of going to the view.
    var format: ViewFormat?

    /// The views and what they show.
    static let names: [(name: String, summary: String)] = [
        ("racks", "the racks"), ("nodes", "the nodes"), ("leaves", "the leaves"),
        ("sessions", "every session from both ends"),
        ("prefixes", "the prefix ledger: expected, advertised, accepted, installed"),
        ("services", "service next hops per leaf, their shares and skew"),
        ("findings", "what is wrong, why, and what to do"), ("operations", "running and past operations"),
        ("log", "what happened"),
    ]

    static let aliases = [
        "nodes": ["no"], "services": ["svc"], "sessions": ["peers"], "prefixes": ["routes"], "findings": ["alerts"],
        "operations": ["ops"],
    ]

    static let usage = "[--node N] [--leaf N] [--rack R] [--prefix P] [--service S] [--output FORMAT] [/FILTER]"

    private static let options = [
        "--node": "node:=", "--leaf": "leaf:=", "--rack": "rack:=", "--prefix": "prefix:", "--service": "service:",
    ]

    /// Reads the words after a view's name.
    static func parse(_ words: [String]) -> Result<ViewRequest, CommandRefusal> {
        var request = ViewRequest()
        var terms: [String] = []
        var rest = words[...]
        while let word = rest.popFirst() {
            // `--node=node-5` as well as `--node node-5`.
            let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            let value: () -> String? = { parts.count == 2 && word.hasPrefix("--") ? parts[1] : rest.popFirst() }
            if let term = options[parts[0]] {
                guard let value = value() else { return .failure(CommandRefusal("\(parts[0]) wants a value")) }
                terms.append(term + value)
            } else if ["--output", "-o"].contains(parts[0]) {
                guard let format = value().flatMap(ViewFormat.init(rawValue:)) else {
                    return .failure(CommandRefusal("--output is table, json or csv"))
                }
                request.format = format
            } else if word.hasPrefix("-") {
                let hint = DidYouMean.text(word, in: options.keys.sorted() + ["--output"]) ?? ""
                return .failure(CommandRefusal("there is no option \(word)\(hint)"))
            } else {
                terms.append(word.hasPrefix("/") ? String(word.dropFirst()) : word)
            }
        }
        if !words.isEmpty, request.format == nil || !terms.isEmpty { request.filter = terms.joined(separator: " ") }
        return .success(request)
    }

    static func candidates(_ state: AppState, _ done: [String]) -> [String] {
        switch done.last {
        case "--node": state.nodeWords
        case "--leaf": state.leafWords
        case "--rack": state.rackWords
        case "--service": state.serviceWords
        case "--output", "-o": ViewFormat.allCases.map(\.rawValue)
        default: options.keys.sorted() + ["--output"]
        }
    }
}

/// Why a command cannot be run.
struct CommandRefusal: Error {
    var text: String

    init(_ text: String) { self.text = text }
}
