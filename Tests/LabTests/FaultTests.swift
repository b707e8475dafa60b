import Fabric
import Foundation
import Simulator
import Testing

/// Every fault made for real: the console agrees with the daemons while it lasts, names it, and sees the recovery.
@Suite(.serialized, .enabled(if: Lab.isUp, Lab.reason ?? ""), .timeLimit(.minutes(60)))
struct FaultTests {
    @Test(arguments: FaultCase.possible) func theConsoleTellsTheTruthAboutIt(_ fault: FaultCase) throws {
        let isHealthy = try Lab.isHealthy()
        try #require(isHealthy, "the lab is not healthy to begin with")
        let effect = try FaultEffect(fault)
        try Lab.fault(fault.name, fault.target)
        defer {
            try? Lab.fault(fault.name, fault.target, undo: true)
            _ = try? Lab.isHealthy()
        }
        let isReal = try Lab.eventually(Self.patience) { try effect.isSeen() }
        #expect(isReal, "the daemons show no effect of it")
        if fault.rules.isEmpty {
            // What passes by itself has passed when every session is back.
            _ = try Lab.isHealthy()
            let found = try findings()
            #expect(found.isSubset(of: Self.harmless), "\(found)")
        } else {
            let wanted = try Self.known.get().intersection(fault.rules)
            var found: Set<String> = []
            let isNamed = try Lab.eventually(Self.patience) {
                found = try findings()
                return wanted.isEmpty || !found.isDisjoint(with: wanted)
            }
            #expect(isNamed, "found \(found.sorted()), of \(fault.rules) none")
        }
        let unread = fault.name == "source-ssh-refused" ? Lab.topology.nodes.last?.name.text : nil
        let differences = try Agreement.sessions(unread: unread)
        #expect(differences.isEmpty, "\(differences.joined(separator: "\n"))")
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

    /// Seconds within which a fault shows: a hold time, attempts to connect anew, and a poll of leaves and nodes.
    static let patience: TimeInterval = 25

    private func findings() throws -> Set<String> {
        try Set(Lab.rows("findings").compactMap { $0["rule"] as? String })
    }

    /// The rules that the program has; what it cannot know yet is not asked of it.
    static let known = Result {
        let list = try Child.run(Lab.program, ["explain"]).output
        return Set(list.split(separator: "\n").compactMap { $0.split(separator: " ").first.map(String.init) })
    }

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
