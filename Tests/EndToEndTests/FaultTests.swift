import FaultMatrix
import Foundation
import Testing

/// The simulated fabric through the whole program: each fault leads to its rules and to nothing else.
@Suite struct FaultTests {
    /// Those whose way through ssh, calicoctl and kubectl is each its own; `Tests/Expectations/faults.json` says what they
    /// lead to, and the matrix in process makes all of them.
    static let throughThePrograms = [
        "leaf-neighbor-shut", "leaf-peer-missing", "hold-timer-expired", "bird-killed", "calico-node-dead", "node-down",
        "one-leaf-down", "wrong-leaf-as", "peer-disabled", "recovery-wait", "session-flapping", "import-filter-missing",
        "mesh-enabled", "service-skew", "one-sided", "wrong-peer-address", "overlay-enabled", "block-exhaustion",
        "api-down", "source-ssh-refused", "source-hang", "source-garbage", "source-password-prompt",
    ]

    @Test func aHealthyFigureOneHasNoFinding() throws {
        let run = try Program.run(["findings", "--demo", "figure-1", "--output", "json"])
        let json = try? run.json()
        let rows = try #require(json as? [[String: Any]], "status \(run.status), errors:\n\(run.errors)")
        #expect(rows.isEmpty, "\(run.output)")
    }

    /// The same rules, whether the leaves are read as text or over REST.
    @Test(arguments: throughThePrograms, ["ssh", "rest"])
    func aFaultLeadsToItsRulesAlone(_ name: String, reach: String) throws {
        let expected = try #require(try Expectations.load().faults.first { $0.fault == name })
        let fault = ["--fault", name]
        let run = try Program.run(["findings", "--demo", "figure-1", "--reach", reach] + fault + ["--output", "json"])
        let json = try? run.json()
        let rows = try #require(json as? [[String: Any]], "status \(run.status), errors:\n\(run.errors)")
        let printed = rows.map(PrintedFinding.init)
        let got = printed.map(\.line).joined(separator: "\n")
        // One look never says flapping.
        for (rule, words) in expected.isWatched ? [:] : expected.must {
            let wanted = CaptureExpectation.Finding(rule: rule, node: nil, leaf: nil, cause: words)
            #expect(
                printed.contains { $0.satisfies(wanted) }, "no \(rule) with \(words); got:\n\(got)")
        }
        let allowed = expected.may.union(expected.must.keys)
        for finding in printed {
            #expect(allowed.contains(finding.rule), "unexpected: \(finding.line)\ngot:\n\(got)")
        }
    }

    /// The file of expectations keeps up with the program: it names every fault that the program knows.
    @Test func everyFaultIsInTheTable() throws {
        let run = try Program.run(["findings", "--demo", "figure-1", "--fault", "no-such-fault"])
        #expect(run.status == 2)
        let list = try #require(run.errors.split(separator: "the faults are ").last?.prefix { $0 != ";" })
        let named = list.split(separator: ",").map { $0.trimmingCharacters(in: .whitespacesAndNewlines) }
        #expect(try named.sorted() == Expectations.load().faults.map(\.fault).sorted(), "\(run.errors)")
    }

    @Test func aHealthyFabricExitsWithZero() throws {
        let run = try Program.run(["check", "--demo", "figure-1"])
        #expect(run.status == 0, "\(run.output)\n\(run.errors)")
    }
}
