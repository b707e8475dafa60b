import Console
import Correlation
import Fabric
import FoundationEssentials
import Terminal
import Testing

/// What happens when facts move on: marks, alarms, the frozen screen.
@Suite struct ChangeTests {
    var driver = ConsoleDriver(.figure1())

    @Test mutating func changedCellsAreMarkedForSomeSeconds() {
        driver.show(FabricBuilder.broken.later(1))
        #expect(driver.rows(with: "node-5").contains { $0.contains("DEGRADEDΔ") })
        #expect(!driver.rows(with: "node-4").contains { $0.contains("Δ") })
        driver.tick(4)
        #expect(driver.text.contains("Δ"))
        driver.tick(2)
        #expect(!driver.text.contains("Δ"))
    }

    @Test mutating func figuresSayWhichWay() {
        driver.show(FabricBuilder.broken.later(1))
        #expect(driver.rows(with: "leaf-104").contains { $0.contains("↓2/3") })
    }

    @Test mutating func aNewFindingIsMarked() {
        driver.show(FabricBuilder.broken.later(1))
        #expect(driver.rows(with: "+node-5").isEmpty == false)
    }

    @Test mutating func theFirstFactsAreNoChange() {
        #expect(!driver.text.contains("Δ"))
        #expect(!driver.text.contains("↑"))
    }

    @Test mutating func marksCanBeTurnedOff() {
        driver.command("set marks 0")
        driver.show(FabricBuilder.broken.later(1))
        #expect(!driver.text.contains("Δ"))
    }

    @Test mutating func marksHaveAnASCIITwin() {
        driver.show(FabricBuilder.broken.later(1))
        for row in driver.screen.rows {
            for sign in row where "Δ↑↓".contains(sign) { #expect(Glyphs.asciiTwin(of: String(sign)) != nil) }
        }
        #expect(driver.text.contains("Δ"))
    }

    private var bells: Int { driver.effects.count { if case .bell = $0 { true } else { false } } }
    private var commands: [[String]] {
        driver.effects.compactMap { if case .alarm(let words) = $0 { words } else { nil } }
    }

    @Test mutating func noAlarmUnlessAskedFor() {
        driver.show(FabricBuilder.broken.later(1))
        #expect(bells == 0)
        #expect(commands.isEmpty)
    }

    @Test mutating func theBellRingsOnceForALossAndNotForWhatWasDown() {
        driver.state.settings.ringsBell = true
        driver.show(FabricBuilder.broken.later(1))
        driver.show(FabricBuilder.broken.later(60))
        #expect(bells == 1)
    }

    @Test mutating func theCommandGetsTheLossAsOneArgument() {
        driver.state.alarm = Alarm(command: ["notify-send", "bgpdeck"])
        driver.show(FabricBuilder.broken.later(1))
        #expect(commands == [["notify-send", "bgpdeck", "session lost: node-5 <-> leaf 104"]])
    }

    @Test mutating func alarmsComeNotTooOftenAndTellWhatWasHeldBack() {
        driver.state.alarm = Alarm(command: ["say"], every: 30)
        driver.show(FabricBuilder.broken.later(1))
        var worse = FabricBuilder.broken
        worse.lose(4, 104, info: "Active")
        driver.show(worse.later(2))
        #expect(commands.count == 1)
        driver.show(worse.later(32))
        #expect(commands.last == ["say", "session lost: node-4 <-> leaf 104"])
    }

    @Test mutating func alarmsGoOnWhileTheScreenIsFrozen() {
        driver.state.settings.ringsBell = true
        driver.press("f")
        driver.show(FabricBuilder.broken.later(1))
        #expect(bells == 1)
        #expect(!driver.text.contains("DOWN"))
    }

    @Test mutating func theFrozenScreenCountsWhatIsNewerAndGoesOnWithTheNewest() {
        driver.press("f")
        driver.show(FabricBuilder.broken.later(1))
        driver.show(FabricBuilder.broken.later(2))
        #expect(driver.text.contains("FROZEN 10:00:00, 2 newer"))
        driver.press("f")
        #expect(driver.text.contains("DOWN"))
        #expect(!driver.text.contains("FROZEN"))
    }
}
