import Fabric
import FaultMatrix
import Foundation
import Simulator
import Testing

/// Every fault made for real: the console agrees with the daemons while it lasts, says of it what
/// `Tests/Expectations/faults.json` demands and nothing that it does not permit, and sees the recovery.
@Suite(.serialized, .enabled(if: Lab.isUp, Lab.reason ?? ""), .timeLimit(.minutes(60)))
struct FaultTests {
    @Test(arguments: FaultCase.possible) func theConsoleTellsTheTruthAboutIt(_ fault: FaultCase) throws {
        let expected = try #require(fault.expectation, "Tests/Expectations/faults.json does not know it")
        let isHealthy = try Lab.isHealthy()
        try #require(isHealthy, "the lab is not healthy to begin with")
        let effect = try FaultEffect(fault)
        let watch = expected.isWatched ? try Watch() : nil
        defer { watch?.end() }
        if let watch { try watch.awaitFirstLook() }
        try Lab.fault(fault.name, fault.target)
        defer {
            try? Lab.fault(fault.name, fault.target, undo: true)
            _ = try? Lab.isHealthy()
        }
        let isReal = try Lab.eventually(Self.patience) { try effect.isSeen() }
        #expect(isReal, "the daemons show no effect of it")
        try expectWords(of: expected, watch)
        // Of a session that comes and goes no two looks agree.
        if !expected.isWatched {
            let unread = fault.name == "source-ssh-refused" ? Lab.topology.nodes.last?.name.text : nil
            let differences = try Agreement.sessions(unread: unread)
            #expect(differences.isEmpty, "\(differences.joined(separator: "\n"))")
        }
        try Lab.fault(fault.name, fault.target, undo: true)
        let isHealthyAgain = try Lab.isHealthy()
        #expect(isHealthyAgain, "not healthy again")
        // What lasts longer than the fault, such as a leaf's routes after its return.
        var check = try Lab.console("check")
        _ = try Lab.eventually(30) {
            check = try Lab.console("check")
            return check.status == 0
        }
        #expect(check.status == 0, "\(check.output)\(check.errors)")
    }

    /// Every rule of the expectation has a finding with its words, and no other rule has one that is not permitted.
    private func expectWords(of expected: FaultMatrix.Expectation, _ watch: Watch?) throws {
        if let watch {
            let isTold = Lab.eventually(Double(expected.window.upperBound)) {
                expected.must.keys.allSatisfy { rule in watch.lines().contains { $0.contains(" \(rule): ") } }
            }
            #expect(isTold, "\(watch.lines().joined(separator: "\n"))")
            return
        }
        // What passes by itself has passed when every session is back.
        if expected.must.isEmpty { _ = try Lab.isHealthy() }
        let permitted = expected.may.union(expected.must.keys).union(Self.harmless)
        var missing: [String] = []
        var others: [String] = []
        var found: [Found] = []
        let isTold = try Lab.eventually(Double(expected.window.lowerBound) + Self.patience) {
            found = try Lab.rows("findings").map(Found.init)
            missing = expected.must.filter { rule, words in !found.contains { $0.satisfies(rule, words) } }.map(\.key)
            others = found.map(\.rule).filter { !permitted.contains($0) }
            return missing.isEmpty && others.isEmpty
        }
        #expect(isTold, "missing \(missing), not permitted \(others), of\n\(found.map(\.line).joined(separator: "\n"))")
    }

    /// A row of `bgpdeck findings`.
    private struct Found {
        var rule: String
        var line: String

        init(_ row: [String: Any]) {
            rule = row["rule"] as? String ?? ""
            line = "\(rule): \(row["summary"] ?? ""): \(row["cause"] ?? "")"
        }

        /// Whether it is the rule's and has all the words, in any case.
        func satisfies(_ rule: String, _ words: [String]) -> Bool {
            rule == self.rule && words.allSatisfy { line.lowercased().contains($0.lowercased()) }
        }
    }

    /// Seconds within which a fault shows: a hold time, attempts to connect anew, and a poll of leaves and nodes.
    static let patience: TimeInterval = 25

    /// What may be said of a fabric that works: a service range has one next hop before ACI 4.2.
    static let harmless: Set<String> = ["service-single-next-hop", "service-next-hop-skew", "ecmp-clipped"]

    /// What takes a session away: the other end's daemon, a command, the power. With a third of the faults one of them.
    static let losses: [String] = {
        let all = ["bird-killed", "leaf-neighbor-shut", "node-down"]
        return Lab.third.map { [all[$0 % all.count]] } ?? all
    }()

    /// A speaker that dies is told within the hold time and one poll; so is its return.
    @Test(arguments: losses)
    func aLossIsOnScreenWithinTheHoldTimeAndOnePoll(_ fault: String) throws {
        let isHealthy = try Lab.isHealthy()
        try #require(isHealthy, "the lab is not healthy to begin with")
        try Watch.expectLossAndReturn(fault, by: .ssh)
    }
}
