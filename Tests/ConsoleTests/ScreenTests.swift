import Console
import Correlation
import Fabric
import Terminal
import TestSupport
import Testing

@Suite struct ScreenTests {
    @Test(arguments: ["overview-80x24", "overview-120x36", "overview-200x60", "overview-60x16", "overview-40x10"])
    func overview(_ name: String) {
        let extent = name.split(separator: "-")[1].split(separator: "x").compactMap { Int($0) }
        let driver = ConsoleDriver(.broken, columns: extent[0], rows: extent[1])
        expectGolden(driver.screen, named: name)
    }

    @Test func nodeWithOneLeafDown() {
        var driver = ConsoleDriver(.broken)
        driver.press("down", "down", "down", "down", "enter")
        expectGolden(driver.screen, named: "node-sessions")
        driver.press("right")
        expectGolden(driver.screen, named: "node-prefixes")
        driver.press("right")
        expectGolden(driver.screen, named: "node-routes")
        driver.press("right")
        expectGolden(driver.screen, named: "node-services")
        driver.press("right")
        expectGolden(driver.screen, named: "node-config")
    }

    @Test func leafWithRoutes() {
        var driver = ConsoleDriver(.broken)
        driver.press("3", "enter")
        expectGolden(driver.screen, named: "leaf-peers")
        driver.press("right")
        expectGolden(driver.screen, named: "leaf-routes")
        driver.press("right")
        expectGolden(driver.screen, named: "leaf-capacity")
    }

    @Test func findingWithEvidenceAndRemedy() {
        var driver = ConsoleDriver(.broken)
        driver.press("4", "enter", "z")
        expectGolden(driver.screen, named: "finding")
    }

    @Test func helpIsMadeFromTheRegistry() {
        var driver = ConsoleDriver(.broken, columns: 110, rows: 110)
        driver.press("?")
        expectGolden(driver.screen, named: "help")
        for action in ActionRegistry.all where action.id != "interrupt" {
            #expect(driver.text.contains(action.title), "help lacks \(action.id)")
        }
        for command in CommandCatalog.all where ActionRegistry.action(command.name) == nil {
            #expect(driver.text.contains(command.summary), "help lacks \(command.name)")
        }
    }

    @Test func asciiHasNoOtherCharacter() {
        let driver = ConsoleDriver(.broken)
        let text = render(driver.state, glyphs: .ascii).buffer.rows.joined()
        let isASCII = text.unicodeScalars.allSatisfy { $0.isASCII }
        #expect(isASCII)
    }

    @Test func beforeTheFirstFactsNothingIsCalledDown() {
        let builder = FabricBuilder.figure1()
        let state = AppState(
            label: FabricLabel(context: "x", vrf: nil, isSimulated: false), size: Size(width: 120, height: 36),
            now: builder.now)
        let text = render(state, glyphs: .unicode).buffer.rows.joined(separator: "\n")
        #expect(text.contains("waiting for the first answers"))
        #expect(!text.contains("DOWN"))
    }

    @Test func hostileTextFromOutsideIsSanitised() {
        var builder = FabricBuilder.broken
        builder.nodeLoses(5, side: 1, info: "Active \u{1b}[2J\u{1b}]0;x\u{07}\u{202e}evil")
        var driver = ConsoleDriver(builder)
        driver.press("4", "enter")
        let isClean = driver.text.unicodeScalars.allSatisfy { $0.value >= 0x20 || $0 == "\n" }
        #expect(isClean)
        #expect(!driver.text.unicodeScalars.contains("\u{202e}"))
    }
}
