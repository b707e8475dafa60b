import Foundation
import Testing

/// The program from device output to verdict: what each capture folder's `expected.yaml` says is what it prints.
@Suite struct CaptureTests {
    @Test func foldersAreThere() {
        #expect(Capture.all.count >= 24)
    }

    /// A file that no line names would be evidence that nobody reads.
    @Test(arguments: Capture.all)
    func foldersAreWhole(_ capture: Capture) throws {
        let beside: Set = ["captures.yaml", "expected.yaml", "README.md"]
        let found = Set(try FileManager.default.contentsOfDirectory(atPath: capture.folder.path))
        #expect(try capture.namedFiles().union(beside) == found)
        let readme = try String(contentsOf: capture.folder.appending(path: "README.md"), encoding: .utf8)
        #expect(readme.hasPrefix("assembled"))
    }

    @Test(arguments: Capture.all)
    func everySessionHasItsVerdict(_ capture: Capture) throws {
        let expected = try capture.expectation().sessions.map(\.line).sorted()
        let run = try Program.run(["sessions", "--from", capture.folder.path, "--output", "json"])
        let printed = try rows(of: run).map { row in
            "\(row["node"] as? String ?? "?") \(row["leaf"] as? Int ?? 0) \(row["verdict"] as? String ?? "?")"
        }
        #expect(printed.sorted() == expected, "\(report(run))")
    }

    @Test(arguments: Capture.all)
    func findingsAreThoseExpected(_ capture: Capture) throws {
        let expected = try capture.expectation()
        let run = try Program.run(["findings", "--from", capture.folder.path, "--output", "json"])
        let printed = try rows(of: run).map(PrintedFinding.init)
        let got = printed.map(\.line).joined(separator: "\n")
        for finding in expected.findings {
            #expect(
                printed.contains { $0.satisfies(finding) },
                "no \(finding.rule) with \(finding.cause) for \(finding.node ?? "-") \(finding.leaf ?? 0); got:\n\(got)"
            )
        }
        for finding in printed where !expected.may.contains(finding.rule) {
            #expect(
                expected.findings.contains { finding.isAbout($0) },
                "unexpected: \(finding.line)\ngot:\n\(got)")
        }
    }

    @Test(arguments: Capture.all)
    func checkExitsAsExpected(_ capture: Capture) throws {
        let expected = try capture.expectation().check
        let run = try Program.run(["check", "--from", capture.folder.path])
        #expect(run.status == expected, "\(report(run))")
    }

    /// The rows of a JSON list; anything else is a failure that shows what was printed.
    private func rows(of run: Program.Run) throws -> [[String: Any]] {
        let json = try? run.json()
        return try #require(json as? [[String: Any]], "no list of objects; \(report(run))")
    }

    private func report(_ run: Program.Run) -> String {
        "status \(run.status), printed:\n\(run.output)\nerrors:\n\(run.errors)"
    }
}
