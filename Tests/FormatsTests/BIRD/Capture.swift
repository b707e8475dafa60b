import FoundationEssentials

/// A fixture of the Calico side: a session with several commands, or one output.
struct Capture {
    let text: String

    /// A fixture by its path under `Fixtures`.
    init(_ path: String) throws {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        let data = try Data(contentsOf: folder.appending(path: "Fixtures/\(path)"))
        text = String(decoding: data, as: UTF8.self)
    }

    var bytes: [UInt8] { Array(text.utf8) }

    var lines: [Substring] { text.split(separator: "\n", omittingEmptySubsequences: false) }

    /// What stands between a line and the next line with one of the prefixes.
    func block(after start: (Substring) -> Bool, until prefixes: [String]) -> [UInt8] {
        let tail = lines.drop { !start($0) }.dropFirst()
        let block = tail.prefix { line in !prefixes.contains { line.hasPrefix($0) } }
        return Array((block.joined(separator: "\n") + "\n").utf8)
    }

    /// The answer to a command of a session with `bird>` prompts; the n-th where it was given several times.
    func answer(_ command: String, occurrence: Int = 1) -> [UInt8] {
        var seen = 0
        return block(
            after: { line in
                guard line == "bird> " + command else { return false }
                seen += 1
                return seen == occurrence
            }, until: ["bird> ", "###", "# raw"])
    }

    /// The answer to a command in a capture of the socket, where `C: ` and `S: ` mark the directions.
    func reply(_ command: String) -> [UInt8] {
        let lines = self.lines.drop { $0 != "C: " + command }.dropFirst().prefix { !$0.hasPrefix("C: ") }
        return Array(lines.filter { $0.hasPrefix("S: ") }.map { $0.dropFirst(3) + "\n" }.joined().utf8)
    }

    /// All bytes that the server sent.
    var served: [UInt8] {
        Array(lines.filter { $0.hasPrefix("S: ") }.map { $0.dropFirst(3) + "\n" }.joined().utf8)
    }

    /// The standard output of a shell command, where `$ ` and `[stdout] ` mark the lines.
    func output(_ command: String, occurrence: Int = 1) -> [UInt8] {
        var seen = 0
        let tail = lines.drop { line in
            if line == "$ " + command { seen += 1 }
            return line != "$ " + command || seen < occurrence
        }
        let block = tail.dropFirst().prefix { !$0.hasPrefix("$ ") }
        let marks = ["[stdout] ", "[stderr] "]
        let kept = block.compactMap { line in marks.first { line.hasPrefix($0) }.map { line.dropFirst($0.count) } }
        return Array((kept.joined(separator: "\n") + "\n").utf8)
    }

    /// The scenarios of a fault capture by title: the text behind `######## TITLE`.
    var scenarios: [(title: String, text: String)] {
        var result: [(String, String)] = []
        for line in lines {
            if line.hasPrefix("######## ") {
                result.append((String(line.dropFirst(9)), ""))
            } else if !result.isEmpty {
                result[result.count - 1].1 += line + "\n"
            }
        }
        return result
    }

    /// Lines of fields between bars.
    var table: [[String]] {
        lines.filter { !$0.isEmpty }.map { line in
            line.split(separator: "|", omittingEmptySubsequences: false).map(String.init)
        }
    }
}

extension String {
    var octets: [UInt8] { Array(utf8) }
}
