import Foundation
import Testing

/// What a fault of the simulated fabric must lead to, and what may be said beside it.
struct FaultExpectation: Sendable, CustomTestStringConvertible {
    /// The name that `--fault` takes; nil: the fabric is healthy.
    var fault: String?
    /// Rules that must have a finding, each with words of its summary or cause, in any case.
    var must: [String: [String]]
    /// Rules that may have one as well.
    var may: Set<String>
    /// Why: what an engineer would call the cause, and what follows from it.
    var reason: String

    /// The name that a test run shows.
    var testDescription: String { fault ?? "healthy" }

    init(_ fault: String?, must: [String: [String]] = [:], may: Set<String> = [], because reason: String) {
        self.fault = fault
        self.must = must
        self.may = may
        self.reason = reason
    }

    /// What follows from one lost session: the node hangs on one leaf, and that leaf lacks its routes.
    static let oneLost: Set = ["one-leaf-only", "leaves-disagree", "service-next-hop-skew"]

    /// Every fault of `figure-1` at the first look, thirty seconds after it began.
    static let all = [
        FaultExpectation(nil, because: "a healthy figure-1 has no finding"),
        FaultExpectation(
            "leaf-neighbor-shut", must: ["session-down": ["administrative shutdown"], "one-leaf-only": []],
            may: oneLost, because: "the leaf itself says Shut (Admin)"),
        FaultExpectation(
            "leaf-peer-missing", must: ["peer-missing": ["the leaf has no peer"], "one-leaf-only": []], may: oneLost,
            because: "the node tries, the leaf has no row for it"),
        FaultExpectation(
            "hold-timer-expired", must: ["session-down": ["hold timer expired", "points at the node"]],
            may: ["service-next-hop-skew"], because: "both leaves lost the node in the same second"),
        FaultExpectation(
            "bird-killed", must: ["session-down": ["BIRD is not running"], "stale-next-hops": ["120 s", "300 s"]],
            may: ["service-next-hop-skew"],
            because: "calicoctl answers that bird does not run; nothing is missing from the configuration"),
        FaultExpectation(
            "calico-node-dead",
            must: ["session-down": ["calico-node is not running"], "stale-next-hops": ["120 s", "300 s"]],
            may: ["service-next-hop-skew"], because: "the leaves keep the routes of a process that did not say goodbye"),
        FaultExpectation(
            "node-down", must: ["session-down": ["points at the node"], "source-failing": ["no route to host"]],
            may: ["stale-next-hops", "service-next-hop-skew", "source-stale"],
            because: "both leaves lost it and nobody reaches it"),
        FaultExpectation(
            "one-leaf-down", must: ["session-down": ["all 3 sessions", "does not answer"], "one-leaf-only": []],
            may: ["source-failing", "source-stale"], because: "one finding for the leaf and none for each of its nodes"),
        FaultExpectation(
            "wrong-node-as", must: ["as-mismatch": ["node AS"], "session-down": ["bad peer AS"]],
            may: ["service-next-hop-skew"], because: "the number is named, both sessions are down for it"),
        FaultExpectation(
            "wrong-leaf-as",
            must: ["as-mismatch": ["64999"], "session-down": ["bad peer AS"], "one-leaf-only": []], may: oneLost,
            because: "the BGPPeer for one leaf has the wrong number"),
        FaultExpectation(
            "peer-missing", must: ["peer-missing": ["no BGPPeer"], "one-leaf-only": []], may: oneLost,
            because: "the leaf waits for a node that was never told of it"),
        FaultExpectation(
            "peer-disabled", must: ["peer-missing": ["disabled by hand"], "one-leaf-only": []], may: oneLost,
            because: "BIRD still lists the protocol as down without an error"),
        FaultExpectation(
            "recovery-wait", must: ["recovery-wait": ["graceful-restart recovery"], "session-down": []],
            may: ["one-leaf-only", "leaves-disagree", "stale-next-hops", "service-next-hop-skew"],
            because: "what the leaf does not accept was never sent"),
        FaultExpectation(
            "session-flapping", may: oneLost.union(["session-down", "session-one-sided"]),
            because: "one look never says flapping; it may fall into a loss"),
        FaultExpectation(
            "import-filter-missing", must: ["prefix-not-accepted": ["import route map"]],
            because: "advertised, inside the permitted subnets, and not accepted by both leaves"),
        FaultExpectation(
            "mesh-enabled", must: ["mesh-enabled": ["nodeToNodeMeshEnabled is true", "the leaves reject"]],
            because: "copies that leaves reject are its consequence"),
        FaultExpectation(
            "service-single-next-hop", must: ["service-single-next-hop": ["multipath relax"]],
            because: "sessions and routes are whole, each leaf installs one next hop"),
        FaultExpectation(
            "service-skew", must: ["service-next-hop-skew": []],
            because: "two nodes of a rack share the traffic evenly, and one of them has all endpoints but one"),
        FaultExpectation(
            "leaves-disagree", must: ["prefix-not-accepted": [], "leaves-disagree": ["see prefix-not-accepted"]],
            because: "one leaf's import policy; the services enter unevenly because of it"),
        FaultExpectation(
            "one-sided", must: ["session-one-sided": ["half-open", "hangs"], "one-leaf-only": []],
            because: "the node lost it half a minute ago, the leaf has not noticed"),
        FaultExpectation(
            "source-ssh-refused", must: ["source-failing": ["refused"]], because: "the leaves tell the rest"),
        FaultExpectation("source-hang", must: ["source-failing": ["timed out"]], because: "the leaves tell the rest"),
        FaultExpectation(
            "source-garbage", must: ["source-failing": []], because: "the leaves tell the rest"),
        FaultExpectation(
            "source-password-prompt", must: ["source-failing": ["password"]], because: "the leaves tell the rest"),
    ]
}

/// The simulated fabric through the whole program: each fault leads to its rules and to nothing else.
@Suite struct FaultTests {
    /// The same rules, whether the leaves are read as text or over REST.
    @Test(arguments: FaultExpectation.all, ["ssh", "rest"])
    func aFaultLeadsToItsRulesAlone(_ expected: FaultExpectation, reach: String) throws {
        let fault = expected.fault.map { ["--fault", $0] } ?? []
        let run = try Program.run(["findings", "--demo", "figure-1", "--reach", reach] + fault + ["--output", "json"])
        let json = try? run.json()
        let rows = try #require(json as? [[String: Any]], "status \(run.status), errors:\n\(run.errors)")
        let printed = rows.map(PrintedFinding.init)
        let got = printed.map(\.line).joined(separator: "\n")
        for (rule, words) in expected.must {
            let wanted = CaptureExpectation.Finding(rule: rule, node: nil, leaf: nil, cause: words)
            #expect(
                printed.contains { $0.satisfies(wanted) }, "no \(rule) with \(words): \(expected.reason); got:\n\(got)")
        }
        let allowed = expected.may.union(expected.must.keys)
        for finding in printed {
            #expect(allowed.contains(finding.rule), "unexpected: \(finding.line): \(expected.reason)\ngot:\n\(got)")
        }
    }

    /// The table keeps up with the program: it names every fault that the program knows.
    @Test func everyFaultIsInTheTable() throws {
        let run = try Program.run(["findings", "--demo", "figure-1", "--fault", "no-such-fault"])
        #expect(run.status == 2)
        let list = try #require(run.errors.split(separator: "the faults are ").last?.prefix { $0 != ";" })
        let named = list.split(separator: ",").map { $0.trimmingCharacters(in: .whitespacesAndNewlines) }
        #expect(named.sorted() == FaultExpectation.all.compactMap(\.fault).sorted(), "\(run.errors)")
    }

    @Test func aHealthyFabricExitsWithZero() throws {
        let run = try Program.run(["check", "--demo", "figure-1"])
        #expect(run.status == 0, "\(run.output)\n\(run.errors)")
    }
}
