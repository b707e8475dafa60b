import Console
import Fabric
import FoundationEssentials
import Operations
import Terminal
import Testing

/// In read-only mode nothing that a user can do starts an operation: every action, palette entry, command and mouse
/// target is tried, and every dialog that opens is confirmed with all that could be typed into it.
@Suite struct ReadOnlyTests {
    /// Effects that lead to a change, or to a gate that lets one through without being asked.
    private func isChange(_ effect: Effect) -> Bool {
        switch effect {
        case .start, .abort, .unlock, .fault: true
        default: false
        }
    }

    /// Presses on: ticks what can be ticked, types the names, presses the buttons.
    private func insist(_ driver: inout ConsoleDriver) {
        for text in ["node-1", "node-5", "yes"] {
            for _ in 0..<8 {
                driver.press("space")
                driver.type(text)
                driver.press("enter", "tab")
            }
        }
        driver.press("esc", "esc", "esc")
    }

    private func check(_ driver: ConsoleDriver, _ what: String) {
        let bad = driver.effects.filter(isChange)
        #expect(bad.isEmpty, "\(what): \(bad)")
        #expect(driver.state.access == .readOnly, "\(what)")
    }

    @Test func everyActionByItsKey() {
        for action in ActionRegistry.all {
            for pane in ["1", "2", "3", "4", "5"] {
                var driver = ConsoleDriver(.broken)
                driver.press(pane, "space")
                for key in action.keys { driver.send(.input(.key(key))) }
                insist(&driver)
                check(driver, "\(action.id) in pane \(pane)")
            }
        }
    }

    @Test func everyCommand() {
        for command in CommandCatalog.all where command.name != "unlock" {
            for words in ["", " node-1", " node-1 node-5", " --yes node-1", " 1"] {
                var driver = ConsoleDriver(.broken)
                driver.command(command.name + words)
                insist(&driver)
                check(driver, command.name + words)
            }
        }
    }

    @Test func everyEntryOfThePalette() {
        var names = Set(ActionRegistry.all.map(\.title)).union(CommandCatalog.all.map(\.name))
        names.formUnion(["drain", "restore", "push", "abort", "node-1", "allow no changes"])
        for name in names.sorted() {
            var driver = ConsoleDriver(.broken)
            driver.press("ctrl-p")
            driver.type(name)
            driver.press("enter")
            insist(&driver)
            check(driver, "palette: \(name)")
        }
    }

    @Test(arguments: ["D", "U", "P", "x"]) func everyPlaceOfTheMouse(key: String) {
        for y in stride(from: 0, to: 36, by: 1) {
            for x in stride(from: 1, to: 120, by: 6) {
                var driver = ConsoleDriver(.broken)
                driver.press("2", key)
                driver.type("node-1")
                driver.click(x, y)
                driver.click(x, y)
                check(driver, "\(key) and a click at \(x), \(y)")
            }
        }
    }

    /// The one way in: typed, and only for a while.
    @Test func unlockingIsTypedAndRunsOut() {
        var driver = ConsoleDriver(.broken)
        driver.command("unlock")
        driver.press("enter")
        check(driver, "without the word")
        #expect(driver.text.contains("READ-ONLY"))
        driver.command("unlock")
        driver.press("shift-tab")
        driver.type("unlock")
        driver.press("tab", "tab", "enter")
        let granted = driver.effects.compactMap { if case .unlock(let time) = $0 { time } else { nil } }
        #expect(granted == [.seconds(900)])
        driver.send(.access(.changes(until: driver.state.now.addingTimeInterval(900))))
        #expect(driver.text.contains("14m") || driver.text.contains("15m"), "the header tells how long")
        driver.send(.tick(driver.state.now.addingTimeInterval(901)))
        driver.effects = []
        driver.press("2", "D")
        insist(&driver)
        #expect(!driver.starts, "what has run out starts nothing")
    }
}
