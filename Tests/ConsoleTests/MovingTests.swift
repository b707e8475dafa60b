import Console
import Correlation
import Fabric
import FoundationEssentials
import Terminal
import Testing

/// What time does to the screen: graphs that grow, ages that stand still where nobody looks.
@Suite struct MovingTests {
    @Test func aNodesDetailDrawsThePathsItsLeavesAccepted() {
        var builder = FabricBuilder.figure1()
        var driver = ConsoleDriver(builder)
        #expect(!driver.text.contains("paths accepted"))
        for (step, count) in [3, 3, 9, 1].enumerated() {
            builder.accept(101, 1, count)
            driver.show(builder.later(10 * Double(step + 1)))
        }
        #expect(driver.text.contains("paths accepted in the last 40s"))
        let line = driver.rows(with: "leaf-101 ").last ?? ""
        #expect(line.contains("▃▃█▁ 1 path") || line.contains("▁"), "\(line)")
        #expect(line.contains("█"))
    }

    @Test func samplesAreTakenEveryTenSecondsWhateverComesIn() {
        let builder = FabricBuilder.figure1()
        var driver = ConsoleDriver(builder)
        for second in 1...29 { driver.show(builder.later(Double(second))) }
        #expect(driver.text.contains("paths accepted in the last 20s"))
    }

    @Test func aNodeThatIsNewHasNoHistory() {
        var driver = ConsoleDriver(.figure1())
        var picture = FabricBuilder.figure1().picture()
        picture.sessions.removeAll { $0.key.node == NodeName("node-2") }
        picture.at += 10
        driver.send(.facts(FabricBuilder.figure1().snapshot, picture))
        driver.show(FabricBuilder.figure1().later(20))
        driver.press("j")
        #expect(driver.text.contains("paths accepted"))
        #expect(driver.quits == false)
    }

    @Test mutating func outOfSightNothingMovesByTimeAlone() {
        var driver = ConsoleDriver(.broken)
        #expect(!driver.state.isStill)
        driver.send(.input(.focus(false)))
        #expect(driver.state.isStill)
        driver.send(.input(.focus(true)))
        #expect(!driver.state.isStill)
        driver.press("f")
        #expect(driver.state.isStill)
        driver.press("f")
        #expect(!driver.state.isStill)
    }

    @Test(arguments: [
        ("critical: session-down: node-5 is cut off", Role.statusCritical, "critical:"),
        ("cleared: session-down: node-5", .statusOk, "cleared:"),
        ("node-5 <-> leaf 104 DOWN: leaf says Idle", .sessionDown, "DOWN:"),
        ("node-5 <-> leaf 104 UP", .sessionUp, "UP"),
    ])
    func aLogLineColoursOneWord(_ text: String, _ role: Role, _ word: String) {
        var driver = ConsoleDriver(.figure1())
        driver.send(.logged([LogLine(at: driver.state.now, level: .warning, text: text)]))
        driver.press("5", "z")
        let screen = driver.screen
        let y = screen.rows.firstIndex { $0.contains(text) } ?? 0
        let coloured = screen.cells(row: y).filter { $0.role == role }.map(\.text).joined()
        #expect(coloured == word)
        let plain = screen.cells(row: y).filter { ![role, .borderFocus, .border, .textDim].contains($0.role) }
        #expect(Set(plain.map(\.role)) == [.text])
    }

    @Test func aWarningWithoutAWordForItGetsOne() {
        var driver = ConsoleDriver(.figure1())
        driver.send(.logged([LogLine(at: driver.state.now, level: .error, text: "journal: disk full")]))
        driver.press("5")
        #expect(driver.text.contains("error: journal: disk full"))
    }
}
