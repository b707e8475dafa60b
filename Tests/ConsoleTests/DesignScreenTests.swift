import Console
import Correlation
import Design
import Fabric
import TestSupport
import Testing

@Suite struct DesignScreenTests {
    @Test func auditShowsDeparturesFirstAndTheirDetail() {
        var driver = ConsoleDriver(.broken)
        driver.command("audit")
        #expect(driver.state.main == .audit)
        let first = driver.state.audit.first
        #expect(first?.verdict == .departs)
        expectGolden(driver.screen, named: "audit")
        #expect(!driver.rows(with: "unknown").isEmpty)
        driver.press("e")
        #expect(driver.rows(with: "unknown").isEmpty && !driver.rows(with: "DEPARTS").isEmpty)
    }

    @Test func capacityShowsUseAndWhatStillFits() {
        var driver = ConsoleDriver(.broken)
        driver.command("capacity")
        #expect(driver.state.capacity.contains { $0.what == "peers per leaf" && $0.used == 3 })
        expectGolden(driver.screen, named: "capacity")
    }

    @Test func anAuditRenewsItselfWithTheFacts() {
        var builder = FabricBuilder.figure1()
        var driver = ConsoleDriver(builder)
        driver.command("audit")
        #expect(!driver.state.audit.contains { $0.rule == "calico-node-as" && $0.verdict == .departs })
        builder.snapshot.cluster.nodes?.value[0].calicoAS = ASN(65099)
        driver.show(builder)
        #expect(driver.state.audit.contains { $0.rule == "calico-node-as" && $0.verdict == .departs })
    }

    @Test func theThirdSideIsUnknownWhereTheAPICWasNotRead() {
        let row = PeerComparisonRow(item: "node AS", intended: .value("1"), calico: .value("2"), apic: .notRead)
        #expect(row.differs == true && row.departs(.value("2")) && !row.departs(.notRead))
        var driver = ConsoleDriver(.broken, columns: 120, rows: 60)
        driver.press("down", "enter", "right", "right", "right", "right", "z")
        #expect(driver.rows(with: "INTENDED").first?.contains("APIC") == true)
        #expect(driver.rows(with: "node AS").first?.contains("?") == true)
    }

    @Test func whatDiffersIsMarked() {
        var builder = FabricBuilder.figure1()
        builder.snapshot.cluster.nodes?.value[1].calicoAS = ASN(65099)
        var driver = ConsoleDriver(builder, columns: 120, rows: 60)
        driver.press("down", "enter", "right", "right", "right", "right", "z")
        #expect(driver.rows(with: "~ node AS").count == 1)
    }
}
