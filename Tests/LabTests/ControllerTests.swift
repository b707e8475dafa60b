import Fabric
import Foundation
import Simulator
import Testing

/// The console by REST: the simulated APIC tells FRR's live state, and what is configured there reaches FRR.
@Suite(.serialized, .enabled(if: Lab.isUp, Lab.reason ?? ""), .timeLimit(.minutes(15)))
struct ControllerTests {
    init() throws {
        try Lab.startControllers()
        let isHealthy = try Lab.isHealthy()
        try #require(isHealthy, "the lab is not healthy to begin with")
    }

    @Test func sessionsAreAsBothDaemonsTellThem() throws {
        let differences = try Agreement.sessions(by: .rest)
        #expect(differences.isEmpty, "\(differences.joined(separator: "\n"))")
        for row in try Lab.rows("sessions", by: .rest) { #expect(row["verdict"] as? String == "up", "\(row)") }
    }

    /// Both doors to the same leaves: what the text of the command line and the objects of the controllers tell.
    @Test(arguments: ["leaves", "prefixes", "services"])
    func theObjectsTellWhatTheCommandLineTells(_ view: String) throws {
        func rows(_ configuration: Lab.Configuration) throws -> [String] {
            try Lab.rows(view, by: configuration).map { row in
                // When a leaf was read differs, and how acceptance was told: by the count of a summary, or by paths.
                let told = row.filter { $0.key != "last_read" && $0.key != "reason" }
                let data = try JSONSerialization.data(withJSONObject: told, options: .sortedKeys)
                return String(decoding: data, as: UTF8.self)
            }
        }
        var (text, objects) = (try rows(.ssh), try rows(.rest))
        _ = try Lab.eventually(15) {
            (text, objects) = (try rows(.ssh), try rows(.rest))
            return text == objects
        }
        #expect(!text.isEmpty)
        let differences = zip(text, objects).filter { $0 != $1 }.map { "\($0) | \($1)" }
        #expect(text.count == objects.count && differences.isEmpty, "\(differences.prefix(3))")
    }

    @Test(
        arguments: [
            "leaf-neighbor-shut", "leaf-peer-missing", "bird-killed", "max-prefix-shut", "leaf-killed", "one-leaf-down",
        ])
    func sessionsAreTrueUnder(_ fault: String) throws {
        let effect = try FaultEffect(FaultCase(fault))
        try Lab.fault(fault, nil)
        defer {
            try? Lab.fault(fault, nil, undo: true)
            _ = try? Lab.isHealthy()
        }
        let isReal = try Lab.eventually(FaultTests.patience) { try effect.isSeen() }
        #expect(isReal, "the daemons show no effect of it")
        let differences = try Agreement.sessions(attempts: 8, by: .rest)
        #expect(differences.isEmpty, "\(differences.joined(separator: "\n"))")
        try Lab.fault(fault, nil, undo: true)
        let isHealthyAgain = try Lab.isHealthy()
        #expect(isHealthyAgain, "not healthy again")
        let after = try Agreement.sessions(attempts: 8, by: .rest)
        #expect(after.isEmpty, "\(after.joined(separator: "\n"))")
    }

    /// Events over the web socket, and a reading after each.
    @Test(arguments: ["bird-killed", "leaf-neighbor-shut"])
    func aLossIsOnScreenWithinTheHoldTimeAndOnePoll(_ fault: String) throws {
        try Watch.expectLossAndReturn(fault, by: .rest)
    }

    /// `bgpPeerP` with `adminSt`, as an operator posts it (aci.md 4.1).
    @Test func whatIsConfiguredReachesTheLeaves() throws {
        let door = try Door()
        let peer = try #require(try door.peer(of: Lab.topology.nodes.last))
        defer { try? door.post(peer, ["adminSt": "enabled"]) }
        try door.post(peer, ["adminSt": "disabled"])
        let node = try #require(Lab.topology.nodes.last?.name.text)
        let isShut = try Lab.eventually(10) {
            try Witness.sessions(of: node).allSatisfy { $0.leafState == "Shut (Admin)" }
        }
        let shut = try Witness.sessions(of: node)
        #expect(isShut, "\(shut)")
        try door.post(peer, ["adminSt": "enabled"])
        let isHealthy = try Lab.isHealthy()
        #expect(isHealthy, "not healthy again")
    }
}
