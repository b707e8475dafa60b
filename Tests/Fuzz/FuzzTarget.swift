import Formats
import FoundationEssentials

/// A parser under test.
struct FuzzTarget: Sendable {
    /// The parser's name.
    let name: String
    /// Inputs that it reads well, to mutate.
    let seeds: [[UInt8]]
    /// Parses an input and returns the invariants that do not hold.
    let check: @Sendable ([UInt8]) -> [String]
}

/// What holds for the diagnostics of every parser.
func violations(of diagnostics: [Diagnostic], input: [UInt8]) -> [String] {
    // A carriage return alone may end a line too.
    let lines = input.count { $0 == 0x0a || $0 == 0x0d } + 1
    var found: [String] = []
    if diagnostics.count > 201 { found.append("\(diagnostics.count) diagnostics") }
    for diagnostic in diagnostics {
        if !(1...lines).contains(diagnostic.line) { found.append("line \(diagnostic.line) of \(lines)") }
        if diagnostic.excerpt.utf8.count > 120 { found.append("an excerpt of \(diagnostic.excerpt.utf8.count) bytes") }
        if diagnostic.excerpt.utf8.contains(where: { $0 < 0x20 || $0 == 0x7f }) {
            found.append("a control in an excerpt")
        }
        if diagnostic.message.isEmpty { found.append("an empty message") }
    }
    return found
}

/// Whether bytes are one JSON document.
func isJSON(_ bytes: [UInt8]) -> Bool {
    struct Anything: Decodable {}
    return (try? JSONDecoder().decode(Anything.self, from: Data(bytes))) != nil
}
