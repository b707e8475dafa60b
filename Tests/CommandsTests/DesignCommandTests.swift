import ArgumentParser
import Commands
import Correlation
import Design
import Fabric
import Testing

@Suite struct DesignCommandTests {
    static let plan = """
        tenant: common
        vrf: calico
        release: 4.2(1)
        supernet: 192.168.2.0/24
        pod_subnets: [10.244.0.0/16]
        service_subnets: [10.96.0.0/12]
        racks:
        - { name: rack-1, as: 64500, leaves: [203, 204], nodes: [a, b] }
        """

    private func request(_ words: String...) throws -> Request? {
        (try Bgpdeck.parseAsRoot(words) as? any RequestCommand)?.request
    }

    @Test func theCommandsAskForWhatTheySay() throws {
        guard case .plan(let file, .apic)? = try request("plan", "plan.yaml", "--emit", "apic") else {
            Issue.record("plan FILE --emit apic")
            return
        }
        #expect(file == "plan.yaml")
        guard case .plan(nil, .summary)? = try request("plan", "-") else {
            Issue.record("plan -")
            return
        }
        guard case .planFromLive(let source, .plan)? = try request("plan", "--from-live", "--demo", "figure-1") else {
            Issue.record("plan --from-live")
            return
        }
        #expect(source.demo == "figure-1")
        guard case .audit(_, .json, showsAll: true)? = try request("audit", "--output", "json", "--all") else {
            Issue.record("audit")
            return
        }
        guard case .show(.capacity, _, .csv, _, _)? = try request("capacity", "-o", "csv") else {
            Issue.record("capacity")
            return
        }
        guard case .capacityOfPlans(["a", "b"], .table)? = try request("capacity", "--plan", "a", "--plan", "b") else {
            Issue.record("capacity --plan")
            return
        }
    }

    @Test(arguments: [
        ["plan"], ["plan", "f", "--from-live"], ["plan", "f", "--emit", "plan"], ["plan", "f", "--emit", "x"],
    ])
    func whatCannotBeMeantIsRefused(words: [String]) {
        #expect(throws: (any Error).self) { try Bgpdeck.parseAsRoot(words) }
    }

    @Test(arguments: PlanEmission.allCases) func everyEmissionHasAText(emission: PlanEmission) {
        let outcome = PlanRun.run(text: DesignCommandTests.plan, file: "plan.yaml", emission: emission)
        #expect(outcome.status == 0 && outcome.diagnostics == [])
        #expect(outcome.text.hasSuffix("\n") && outcome.text.count > 100)
    }

    @Test func aRefusedPlanPrintsNothingAndSaysWhere() {
        let text = DesignCommandTests.plan.replacing("/24", with: "/30")
        let outcome = PlanRun.run(text: text, file: "plan.yaml", emission: .calico)
        #expect(outcome.status == 2 && outcome.text.isEmpty)
        #expect(outcome.diagnostics.allSatisfy { $0.hasPrefix("plan.yaml:8:") })
        #expect(outcome.diagnostics.count == 2)
    }

    @Test func aWarningDoesNotRefuse() {
        let outcome = PlanRun.run(text: DesignCommandTests.plan + "\nmut: 9\n", file: "p", emission: .steps)
        #expect(outcome.status == 0)
        #expect(outcome.diagnostics == ["p:9:1: warning: unknown key 'mut' in a plan; did you mean 'mtu'?"])
    }

    // MARK: Audit

    private func audit(
        _ change: (inout Snapshot) -> Void = { _ in }, format: OutputFormat = .table, showsAll: Bool = false
    ) throws -> AuditRun.Outcome {
        let layout = try #require(FabricPlan.load(text: DesignCommandTests.plan, file: "p").layout)
        var snapshot = Snapshot(inventory: layout.inventory, at: OutputTests.now)
        snapshot.sources[.kubernetes] = SourceStatus(lastSuccess: OutputTests.now, interval: .seconds(30))
        let from = Provenance(source: .kubernetes, command: "kubectl get", at: OutputTests.now)
        snapshot.cluster.pools = Observed(CalicoConfiguration(layout).pools, from)
        change(&snapshot)
        let settings = CorrelationSettings(release: "4.2(1)", layout: layout)
        let picture = correlate(snapshot, settings: settings, previous: nil, now: OutputTests.now)
        return AuditRun.run(snapshot, picture, format: format, showsAll: showsAll)
    }

    @Test func anAuditWithoutDeparturesExitsWithZero() throws {
        let outcome = try audit()
        #expect(outcome.status == 0, "\(outcome.text)")
        #expect(!outcome.text.contains("DEPARTS"))
        #expect(outcome.text.contains("not read: the APIC's configuration"))
    }

    @Test func aDepartureExitsWithOne() throws {
        let outcome = try audit { $0.cluster.pools?.value[0].ipipMode = "Always" }
        #expect(outcome.status == 1)
        #expect(outcome.text.contains("DEPARTS  overlay-off"))
        #expect(outcome.text.contains("1 depart"))
    }

    @Test func aSilentSourceExitsWithTwo() throws {
        let outcome = try audit {
            $0.cluster.pools?.value[0].ipipMode = "Always"
            $0.sources[.apic] = SourceStatus(interval: .seconds(5))
        }
        #expect(outcome.status == 2)
        #expect(outcome.text.contains("DEPARTS"), "what departs is said all the same")
    }

    @Test func jsonHoldsEveryRule() throws {
        let text = try audit(format: .json).text
        for rule in AuditRule.all { #expect(text.contains("\"rule\":\"\(rule.id)\""), "\(rule.id)") }
        let table = try audit(showsAll: true).text
        #expect(table.contains("holds    overlay-off"))
    }

    @Test func explainKnowsTheAuditsRules() {
        let text = ExplainRun.text("stale-interval") ?? ""
        #expect(text.contains("Where the paper errs or has aged"))
        #expect(ExplainRun.text("nothing-like-it") == nil)
    }

    // MARK: Capacity

    @Test func capacityOfAPlanTellsWhatStillFits() throws {
        let layout = try #require(FabricPlan.load(text: DesignCommandTests.plan, file: "p").layout)
        let text = AuditRun.capacity([layout], format: .table)
        #expect(text.contains("leaf-203"))
        #expect(text.contains("nodes that still fit"))
        let json = AuditRun.capacity([layout], format: .json)
        #expect(json.contains(#""what":"peers per leaf","used":2,"limit":400,"percent":0,"left":398,"level":"ok""#))
    }
}
