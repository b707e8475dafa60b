/// A command of `:`. The first words are those of the batch command line where both exist, and BIRD's and NX-OS's own
/// for what they print.
public struct ConsoleCommand: Sendable {
    /// What a person types: `drain`, `show route`.
    public var name: String
    /// Other words for the same.
    public var aliases: [String]
    /// What stands after it: `NODE…`; empty for nothing.
    public var usage: String
    /// What it does, in a few words.
    public var summary: String
    /// What the next word may be, after some are typed.
    var candidates: @Sendable (AppState, [String]) -> [String]
    /// Does it.
    var run: @Sendable (inout AppState, [String]) -> [Effect]

    init(
        _ name: String, _ usage: String, aliases: [String] = [], _ summary: String,
        candidates: @escaping @Sendable (AppState, [String]) -> [String] = { _, _ in [] },
        run: @escaping @Sendable (inout AppState, [String]) -> [Effect]
    ) {
        self.name = name
        self.usage = usage
        self.aliases = aliases
        self.summary = summary
        self.candidates = candidates
        self.run = run
    }

    /// Splits a typed line into a command and the words after it; nil where no command begins like it.
    ///
    /// The words of `show …` may be shortened as on the devices: `sh ro for 10.1.2.3`.
    static func parse(_ text: String) -> (command: ConsoleCommand, arguments: [String])? {
        let typed = text.split(whereSeparator: \.isWhitespace).map(String.init)
        var best: (command: ConsoleCommand, words: Int)?
        for command in CommandCatalog.all {
            for name in [command.name] + command.aliases {
                let words = name.split(separator: " ")
                guard typed.count >= words.count, words.count > best?.words ?? 0 else { continue }
                let fits = zip(words, typed).allSatisfy { word, given in
                    word == given || (words.count > 1 && word.hasPrefix(given.lowercased()))
                }
                if fits { best = (command, words.count) }
            }
        }
        return best.map { ($0.command, Array(typed.dropFirst($0.words))) }
    }

    /// The whole lines that a typed one may become, the likeliest first.
    static func completions(of text: String, in state: AppState) -> [String] {
        let names = CommandCatalog.all.flatMap { [$0.name] + $0.aliases }
        var found = names.filter { $0.hasPrefix(text) }
        let isOpen = text.last?.isWhitespace ?? false
        if let (command, arguments) = parse(text), isOpen || !arguments.isEmpty {
            let done = isOpen ? arguments : Array(arguments.dropLast())
            let begun = isOpen ? "" : arguments.last ?? ""
            let head = text.dropLast(begun.count)
            found += command.candidates(state, done).filter { $0.hasPrefix(begun) }.map { head + $0 }
        }
        return found
    }

    /// The line completed as far as it is certain; nil where nothing fits.
    static func completion(of text: String, in state: AppState) -> String? {
        let found = completions(of: text, in: state)
        guard let first = found.first else { return nil }
        let common = found.dropFirst().reduce(first) { String(zip($0, $1).prefix { $0 == $1 }.map(\.0)) }
        // What is certain and takes a word after it gets its blank at once.
        let takesMore = found.count == 1 && !common.contains("--") && parse(common)?.arguments.isEmpty ?? false
        return takesMore && parse(common)?.command.usage.isEmpty == false ? common + " " : common
    }

    /// What the line would most likely become: the newest that was typed before, else the first completion.
    static func suggestion(for text: String, in state: AppState) -> String? {
        guard !text.isEmpty else { return nil }
        return state.commandHistory.last { $0.hasPrefix(text) && $0 != text }
            ?? completions(of: text, in: state).first { $0 != text }
    }
}
