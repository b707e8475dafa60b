import Foundation
import Testing

/// A hundred nodes by the way that a real fabric is read: a child process for each question, through the stand-ins of
/// ssh, calicoctl and kubectl.
@Suite(.serialized) struct HundredNodesTests {
    private func ask(_ words: String...) throws -> Program.Run {
        try Program.run(words + ["--demo", "rack-100"])
    }

    @Test(.timeLimit(.minutes(5)))
    func everySessionIsToldByBothItsEnds() throws {
        let run = try ask("sessions", "--output", "json")
        let rows = try run.rows()
        #expect(rows.count == 200)
        for row in rows {
            #expect(row["verdict"] as? String == "up", "\(row)")
            #expect(row["leaf_state"] as? String == "Established" && row["node_state"] as? String == "Established")
            #expect(row["accepted"] as? Int == row["advertised"] as? Int, "\(row)")
        }
        let pairs = Set(rows.compactMap { row in (row["node"] as? String).map { "\($0) \(row["leaf"] ?? "")" } })
        #expect(pairs.count == 200)
        #expect(run.errors.isEmpty, "\(run.errors)")
    }

    @Test(.timeLimit(.minutes(5)))
    func aLostSessionIsFoundAmongTheHundred() throws {
        let run = try ask("findings", "--fault", "leaf-neighbor-shut:node-42", "--output", "json")
        let lost = try run.rows().filter { $0["rule"] as? String == "session-down" }
        #expect(lost.count == 1, "\(run.output)")
        #expect((lost.first?["subject"] as? [String: Any])?["node"] as? String == "node-42")
        #expect((lost.first?["cause"] as? String)?.contains("administrative shutdown") == true, "\(run.output)")
    }
}
