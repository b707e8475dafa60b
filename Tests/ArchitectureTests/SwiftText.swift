import RegexBuilder

/// A Swift source file with comments and the contents of string literals blanked out, line by line.
///
/// It is no parser: it knows comments (nested), string literals (plain, raw, multi-line) and nothing else, which is
/// enough to search for words without meeting them in prose. An interpolation counts as part of its string.
struct SwiftText {
    /// The lines of code; a string literal is left as its quotes.
    let lines: [String]

    init(_ source: String) {
        var blanker = Blanker(source)
        lines = blanker.run().split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    }

    /// The modules that the file imports, attributes, access levels and `import struct X.Y` included.
    var imports: [String] {
        let attributes = /(?:@\w+(?:\([^)]*\))?\s+)*/
        let access = /(?:(?:public|package|internal|fileprivate|private)\s+)?/
        let kind = /(?:(?:struct|class|enum|protocol|actor|typealias|func|let|var)\s+)?/
        let pattern = Regex {
            /^\s*/
            attributes
            access
            /import\s+/
            kind
            Capture { /\w+/ }
        }
        return lines.compactMap { line in line.firstMatch(of: pattern).map { String($0.output.1) } }
    }
}

private struct Blanker {
    private let bytes: [UInt8]
    private var index = 0
    private var output: [UInt8] = []

    init(_ source: String) { bytes = Array(source.utf8) }

    mutating func run() -> String {
        while index < bytes.count {
            if starts(with: "//") {
                while index < bytes.count, bytes[index] != UInt8(ascii: "\n") { index += 1 }
            } else if starts(with: "/*") {
                skipComment()
            } else if let hashes = openingQuote() {
                skipString(hashes: hashes)
            } else {
                output.append(bytes[index])
                index += 1
            }
        }
        return String(decoding: output, as: UTF8.self)
    }

    private func starts(with text: String) -> Bool {
        bytes[min(index, bytes.count)...].starts(with: text.utf8)
    }

    private mutating func skipComment() {
        var depth = 0
        repeat {
            if starts(with: "/*") {
                depth += 1
                index += 2
            } else if starts(with: "*/") {
                depth -= 1
                index += 2
            } else {
                if bytes[index] == UInt8(ascii: "\n") { output.append(bytes[index]) }
                index += 1
            }
        } while depth > 0 && index < bytes.count
    }

    /// The number of `#` before a quote that opens here; nil where none does.
    private func openingQuote() -> Int? {
        var end = index
        while end < bytes.count, bytes[end] == UInt8(ascii: "#") { end += 1 }
        return end < bytes.count && bytes[end] == UInt8(ascii: "\"") ? end - index : nil
    }

    private mutating func skipString(hashes: Int) {
        index += hashes
        let fence = String(repeating: "#", count: hashes)
        let quote = starts(with: "\"\"\"") ? "\"\"\"" : "\""
        index += quote.utf8.count
        output += "\"\"".utf8
        while index < bytes.count, !starts(with: quote + fence) {
            if bytes[index] == UInt8(ascii: "\n") {
                output.append(bytes[index])
                if quote == "\"" { return }
            }
            index += hashes == 0 && bytes[index] == UInt8(ascii: "\\") ? 2 : 1
        }
        index = min(bytes.count, index + quote.utf8.count + hashes)
    }
}
