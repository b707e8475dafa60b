import Foundation
import Testing

/// The plan, the audit and the capacity as a user runs them.
@Suite struct DesignEndTests {
    private static let plan = """
        tenant: common
        vrf: calico
        release: 4.1(2)
        supernet: 192.168.2.0/24
        pod_subnets: [10.244.0.0/16]
        service_subnets: [10.96.0.0/12]
        racks:
        - name: rack-1
          as: 64500
          leaves: [{ id: 203, name: Leaf203 }, { id: 204, name: Leaf204 }]
          nodes: [calico-master-1, calico-node-1, calico-node-2]
        """

    @Test func aPlanFromStandardInputBecomesBothSides() throws {
        let calico = try Program.run(["plan", "-", "--emit", "calico"], input: Data(Self.plan.utf8))
        #expect(calico.status == 0 && calico.errors.isEmpty)
        #expect(calico.output.contains("name: \"leaf203-calico-master-1\""))
        let apic = try Program.run(["plan", "-", "--emit", "apic"], input: Data(Self.plan.utf8))
        let posts = try apic.rows()
        #expect(posts.first?["path"] as? String == "/api/mo/uni/tn-common/out-calico.json")
        #expect(posts.count == 10)
    }

    @Test func aBadPlanSaysWhere() throws {
        let text = Self.plan.replacing("as: 64500", with: "as: 65535")
        let run = try Program.run(["plan", "-"], input: Data(text.utf8))
        #expect(run.status == 2 && run.output.isEmpty)
        #expect(run.errors == "standard input:9:7: error: as of rack rack-1: AS 65535 is reserved and cannot be used\n")
    }

    @Test func theLiveFabricsPlanIsAPlan() throws {
        let run = try Program.run(["plan", "--from-live", "--demo", "figure-2"])
        #expect(run.status == 0, "\(run.errors)")
        #expect(run.output.contains("as: 64500"))
        #expect(run.output.contains("# not read: the APIC's configuration"))
        let again = try Program.run(["plan", "-", "--emit", "calico"], input: Data(run.output.utf8))
        let wanted = try Program.run(["plan", "-", "--emit", "calico"], input: Data(Self.plan.utf8))
        #expect(again.status == 0 && again.output == wanted.output)
    }

    @Test func theAuditOfAHealthyFabricDepartsNowhere() throws {
        let run = try Program.run(["audit", "--demo", "figure-1", "--output", "json"])
        let rows = try run.rows()
        let departs = rows.filter { $0["verdict"] as? String == "departs" }
        #expect(departs.isEmpty, "\(departs)")
        #expect(run.status == 0)
        let holding = Set(rows.filter { $0["verdict"] as? String == "holds" }.compactMap { $0["rule"] as? String })
        let seen: Set = [
            "as-scheme", "two-peers-per-node", "overlay-off", "nat-outgoing-off", "mesh-off", "calico-peer-as",
            "service-cidr-advertised", "node-subnet-29", "sessions-up", "peers-per-leaf",
        ]
        #expect(seen.isSubset(of: holding), "\(seen.subtracting(holding))")
    }

    /// Over REST the APIC's side is read too, and no rule is left without an answer.
    @Test(arguments: ["figure-1", "figure-2"]) func overRESTNothingIsUnknown(fabric: String) throws {
        let run = try Program.run(["audit", "--demo", fabric, "--reach", "rest", "--output", "json"])
        let rows = try run.rows()
        let others = rows.filter { !["holds", "not applicable"].contains($0["verdict"] as? String) }
        #expect(others.isEmpty, "\(others)")
        #expect(Set(rows.compactMap { $0["rule"] as? String }).count == 57)
        #expect(run.status == 0, "\(run.errors)")
    }

    @Test func overRESTThePlanNeedsNoGuess() throws {
        let run = try Program.run(["plan", "--from-live", "--demo", "figure-1", "--reach", "rest"])
        #expect(run.status == 0 && !run.output.contains("# not read"), "\(run.output)")
        let again = try Program.run(["plan", "-", "--emit", "summary"], input: Data(run.output.utf8))
        #expect(again.status == 0, "\(again.errors)")
    }

    @Test func aFaultIsADeparture() throws {
        let run = try Program.run(["audit", "--demo", "figure-1", "--fault", "wrong-node-as"])
        #expect(run.status == 1)
        #expect(run.output.contains("calico-node-as") || run.output.contains("sessions-up"))
    }

    @Test func capacityTellsUseAndRoom() throws {
        let rows = try Program.run(["capacity", "--demo", "figure-1", "--output", "json"]).rows()
        let peers = rows.filter { $0["what"] as? String == "peers per leaf" }
        #expect(peers.count == 4 && peers.allSatisfy { $0["used"] as? Int == 3 && $0["limit"] as? Int == 400 })
        #expect(rows.contains { $0["what"] as? String == "nodes that still fit" && $0["scope"] as? String == "rack-1" })
    }
}
