import Commands
import Correlation
import Fabric
import Foundation
import Testing

@Suite struct OutputTests {
    static let now = Date(timeIntervalSince1970: 1_768_039_200)

    static var picture: Picture {
        var picture = Picture(at: now)
        picture.sessions = [session("node-1", 101, .up), session("node-2", 102, .down)]
        picture.findings = [
            Finding(
                rule: "session-down", severity: .warning,
                subject: Subject(rack: "rack-1", leaf: LeafID(102), node: NodeName("node-2")),
                since: now.addingTimeInterval(-60), summary: "node-2: session to leaf-102 down",
                cause: "the leaf says \"Idle\", =1+1", evidence: [], remedy: "look")
        ]
        picture.services = [
            ServiceView(
                service: ObjectName(namespace: "gb", name: "frontend"),
                prefix: IPPrefix("10.96.0.80/32") ?? IPPrefix(host: IPAddress(v4: 0)), leaf: LeafID(101),
                expectedNodes: [NodeName("node-1"), NodeName("node-2")], nextHops: ["node-1"],
                shares: [NodeShare(node: NodeName("node-1"), endpoints: 1, share: 1)], skew: 2, isClipped: false,
                verdict: .single)
        ]
        return picture
    }

    static func session(_ node: String, _ leaf: Int, _ verdict: SessionVerdict) -> Session {
        Session(
            key: SessionKey(node: NodeName(node), leaf: LeafID(leaf)), rack: "rack-1",
            leafAddress: IPAddress("192.168.0.4"), nodeAddress: nil, leafAS: ASN(65101), nodeAS: nil, leafPeer: nil,
            nodePeer: nil, isLeafRead: false, isNodeRead: false, verdict: verdict,
            since: now.addingTimeInterval(-90), accepted: 3, advertised: nil, losses: 0)
    }

    static func text(_ view: BatchView, _ format: OutputFormat, _ filter: BatchFilter = BatchFilter()) -> String {
        BatchOutput.text(view, picture, filter: filter, format: format, at: now)
    }

    @Test func sessionsAsJSONHaveTheDocumentedFieldsInOrder() {
        let expected = """
            [{"rack":"rack-1","leaf":101,"node":"node-1","leaf_address":"192.168.0.4","node_address":null,\
            "leaf_as":65101,"node_as":null,"leaf_state":null,"node_state":null,"verdict":"up","since_seconds":90,\
            "accepted":3,"advertised":null}]

            """
        #expect(Self.text(.sessions, .json, BatchFilter(node: "node-1")) == expected)
    }

    @Test func servicesAsJSON() {
        let expected = """
            [{"service":"gb/frontend","prefix":"10.96.0.80/32","leaf":101,"expected_nodes":["node-1","node-2"],\
            "next_hops":["node-1"],"shares":[{"node":"node-1","endpoints":1,"share":1.0}],"skew":2.0,\
            "clipped":false,"verdict":"single"}]

            """
        #expect(Self.text(.services, .json) == expected)
    }

    @Test func csvQuotesAndDefusesFormulas() {
        let text = Self.text(.findings, .csv)
        #expect(text.hasPrefix("rule,severity,subject,since,summary,cause,evidence,remedy\r\n"))
        #expect(text.contains("\"the leaf says \"\"Idle\"\", =1+1\""))
        #expect(text.contains("rack=rack-1 leaf=102 node=node-2"))
    }

    @Test func tableHasOneLinePerRowAndNoTrailingBlank() {
        let lines = Self.text(.sessions, .table).split(separator: "\n")
        #expect(lines.count == 3)
        #expect(lines.allSatisfy { $0.last != " " })
        #expect(lines[0].hasPrefix("RACK    LEAF  NODE"))
        #expect(lines[2].contains("DOWN"))
    }

    @Test(arguments: [
        (BatchFilter(node: "node-2"), 1), (BatchFilter(leaf: 101), 1), (BatchFilter(rack: "rack-9"), 0),
        (BatchFilter(), 2),
    ])
    func filters(_ filter: BatchFilter, _ rows: Int) {
        let text = Self.text(.sessions, .json, filter)
        #expect(text.components(separatedBy: "\"verdict\"").count - 1 == rows)
    }

    @Test func aPrefixFilterTakesAnAddress() {
        #expect(Self.text(.services, .json, BatchFilter(prefix: "10.96.0.80")).contains("frontend"))
        #expect(Self.text(.services, .json, BatchFilter(prefix: "10.96.0.81")) == "[]\n")
    }
}

@Suite struct CheckReportTests {
    static func snapshot(_ statuses: [SourceID: SourceStatus]) -> Snapshot {
        var snapshot = Snapshot(inventory: Inventory(), at: OutputTests.now)
        snapshot.sources = statuses
        return snapshot
    }

    static let good = SourceStatus(lastSuccess: OutputTests.now, interval: .seconds(5))
    static let bad = SourceStatus(
        lastSuccess: nil,
        error: SourceError(kind: .refused, source: .leaf(LeafID(101)), operation: "ssh", cause: "denied", hint: "key"),
        interval: .seconds(5))

    @Test func healthyIsZero() {
        let report = CheckReport(Self.snapshot([.kubernetes: Self.good]), Picture(at: OutputTests.now))
        #expect(report.status == 0)
        #expect(report.lines.first?.hasPrefix("healthy") == true)
    }

    @Test func aWarningIsOneANoteIsNot() {
        var picture = OutputTests.picture
        #expect(CheckReport(Self.snapshot([.kubernetes: Self.good]), picture).status == 1)
        picture.findings[0].severity = .note
        #expect(CheckReport(Self.snapshot([.kubernetes: Self.good]), picture).status == 0)
    }

    @Test func anUnreadableSourceIsTwoAndFindingsAreStillPrinted() {
        let report = CheckReport(
            Self.snapshot([.kubernetes: Self.good, .leaf(LeafID(101)): Self.bad]), OutputTests.picture)
        #expect(report.status == 2)
        #expect(report.lines.contains { $0.contains("leaf/101: ssh: denied (key)") })
        #expect(report.lines.contains { $0.contains("session-down") })
    }

    @Test func aPartThatIsNotToldIsNamedAndTheRestIsJudged() {
        var status = Self.good
        status.gaps = [
            SourceError(
                kind: .refused, source: .kubernetes, operation: "kubectl get ippools", cause: "forbidden",
                hint: "let the user list ippools; unknown meanwhile: overlay")
        ]
        let report = CheckReport(Self.snapshot([.kubernetes: status]), Picture(at: OutputTests.now))
        #expect(report.status == 0)
        #expect(
            report.lines.first
                == "not read: kubernetes: kubectl get ippools: forbidden (let the user list ippools; unknown meanwhile: overlay)"
        )
        #expect(CheckReport(Self.snapshot([.kubernetes: status]), OutputTests.picture).status == 1)
    }

    @Test func nothingReadIsTwo() {
        #expect(CheckReport(Self.snapshot([:]), Picture(at: OutputTests.now)).status == 2)
    }
}

@Suite struct ExplainTests {
    @Test func everyRuleExplainsItself() {
        for rule in RuleCatalog.all {
            let text = ExplainRun.text(rule.id.text) ?? ""
            #expect(text.hasPrefix(rule.id.text))
            #expect(text.count > 80, "\(rule.id) says too little")
        }
        #expect(ExplainRun.text("no-such-rule") == nil)
        #expect(ExplainRun.suggestions(for: "session-dwn").contains("session-down"))
    }
}
