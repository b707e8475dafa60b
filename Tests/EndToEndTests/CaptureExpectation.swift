import Foundation
import Testing
import Yams

/// What `expected.yaml` of a capture folder says of it.
struct CaptureExpectation: Decodable {
    /// A session and its verdict.
    struct Session: Decodable {
        var node: String
        var leaf: Int
        var verdict: String

        /// One line: the same words for what is expected and for what the program printed.
        var line: String { "\(node) \(leaf) \(verdict)" }
    }

    /// A finding that must be there.
    struct Finding: Decodable {
        var rule: String
        /// The node of its subject; nil: not compared.
        var node: String?
        /// The leaf of its subject; nil: not compared.
        var leaf: Int?
        /// Words that its summary or cause holds, in any case.
        var cause: [String]
    }

    /// Every session that the folder implies.
    var sessions: [Session]
    /// Findings that must be there.
    var findings: [Finding]
    /// Rules that may have findings as well.
    var may: [String]
    /// The exit status of `bgpdeck check`.
    var check: Int32
}

/// A capture folder beside these tests.
struct Capture: Sendable, CustomTestStringConvertible {
    var name: String

    /// Where it lies.
    var folder: URL { Capture.root.appending(path: name) }

    /// The name that a test run shows.
    var testDescription: String { name }

    /// What is expected of it.
    func expectation() throws -> CaptureExpectation {
        let text = try String(contentsOf: folder.appending(path: "expected.yaml"), encoding: .utf8)
        return try YAMLDecoder().decode(CaptureExpectation.self, from: text)
    }

    /// The files that `captures.yaml` names, each once.
    func namedFiles() throws -> Set<String> {
        struct Index: Decodable {
            struct Entry: Decodable { var file: String }
            var captures: [Entry]
        }
        let text = try String(contentsOf: folder.appending(path: "captures.yaml"), encoding: .utf8)
        return Set(try YAMLDecoder().decode(Index.self, from: text).captures.map(\.file))
    }

    /// The folder of all captures.
    static let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Captures")

    /// Every folder, by name; none of them is named in the tests, so a new one counts by lying there.
    static let all: [Capture] = {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: root.path)) ?? []
        return names.filter { !$0.hasPrefix(".") }.sorted().map { Capture(name: $0) }
    }()
}

/// A finding as the program printed it.
struct PrintedFinding {
    var rule: String
    var node: String?
    var leaf: Int?
    var severity: String
    var text: String

    /// Reads a row of `findings --output json`.
    init(_ row: [String: Any]) {
        let subject = row["subject"] as? [String: Any] ?? [:]
        rule = row["rule"] as? String ?? "?"
        node = subject["node"] as? String
        leaf = subject["leaf"] as? Int
        severity = row["severity"] as? String ?? "?"
        text = [row["summary"], row["cause"]].compactMap { $0 as? String }.joined(separator: ": ")
    }

    /// Whether it is of the rule and the subject that are expected.
    func isAbout(_ expected: CaptureExpectation.Finding) -> Bool {
        rule == expected.rule && (expected.node == nil || expected.node == node)
            && (expected.leaf == nil || expected.leaf == leaf)
    }

    /// Whether it is what is expected, words included.
    func satisfies(_ expected: CaptureExpectation.Finding) -> Bool {
        isAbout(expected) && expected.cause.allSatisfy { text.lowercased().contains($0.lowercased()) }
    }

    /// One line for the report of a failure.
    var line: String { "\(severity) \(rule) node=\(node ?? "-") leaf=\(leaf.map(String.init) ?? "-"): \(text)" }
}
