import Console
import Correlation
import Fabric
import FoundationEssentials
import Operations
import Terminal
import Testing

@Suite struct KeyTests {
    var driver = ConsoleDriver(.broken)

    @Test mutating func enterGoesInAndEscapeOut() {
        driver.press("down", "enter")
        #expect(driver.state.focus == .detail)
        #expect(driver.state.subject == .node(NodeName("node-2")))
        driver.press("escape")
        #expect(driver.state.focus == .nodes)
    }

    @Test mutating func theDetailFollowsTheSelection() {
        driver.press("j", "j")
        #expect(driver.state.subject == .node(NodeName("node-3")))
        driver.press("3")
        #expect(driver.state.subject == .leaf(LeafID(101)))
    }

    @Test mutating func theSelectionStaysWithItsRowWhenTheOrderChanges() {
        driver.press("G")
        #expect(driver.state.subject == .node(NodeName("node-6")))
        driver.press("s")
        driver.type("node")
        driver.press("enter", "S")
        #expect(driver.state.subject == .node(NodeName("node-6")))
        #expect(driver.screen.rows[3].contains("node-6"))
    }

    @Test mutating func evidenceAsksForTheRawText() {
        driver.press("i")
        guard case .readEvidence(_, let pieces)? = driver.effects.first else {
            Issue.record("no evidence was asked for")
            return
        }
        #expect(pieces.contains { $0.source == .node(NodeName("node-1")) })
        driver.send(.evidence(title: "node-1", lines: ["raw \u{1b}[31mline"]))
        #expect(driver.text.contains("raw "))
        driver.press("escape")
        #expect(!driver.text.contains("raw "))
    }

    @Test mutating func unknownKeysAndCommandsAreSaid() {
        driver.press("ctrl-t")
        #expect(driver.text.contains("ctrl-t does nothing here"))
        driver.command("frobnicate")
        #expect(driver.text.contains("no command begins with 'frobnicate'"))
    }

    @Test mutating func readOnlyShowsThePlanAndHowToUnlock() {
        driver.press("D")
        #expect(driver.text.contains("drain node-1"))
        driver.press("tab", "tab", "tab", "tab", "enter")
        #expect(!driver.effects.contains { if case .start = $0 { true } else { false } })
    }

    @Test mutating func enterPressedTooEarlyDoesNothing() {
        driver.send(.access(.changes(until: nil)))
        driver.press("D", "enter")
        #expect(!driver.effects.contains { if case .start = $0 { true } else { false } })
    }

    @Test mutating func unlockWantsTheWord() {
        driver.command("unlock")
        driver.press("backtab")
        driver.type("nope")
        driver.press("tab", "tab", "enter")
        #expect(!driver.effects.contains { if case .unlock = $0 { true } else { false } })
        driver.press("escape")
        driver.command("unlock")
        driver.press("backtab")
        driver.type("unlock")
        driver.press("tab", "tab", "enter")
        #expect(driver.effects.contains { if case .unlock = $0 { true } else { false } })
    }

    /// A slow link delivers Escape and the next key in one piece, which reads as Alt and that key.
    @Test mutating func escapeAndAKeyInOnePieceAreBothTaken() {
        driver.press("?", "alt-4")
        #expect(driver.state.overlay == nil)
        #expect(driver.state.focus == .findings)
        driver.press("/", "alt-b")
        #expect(driver.state.overlay != nil, "Alt-b moves by a word where text is typed")
    }

    @Test mutating func aPasteIsNeverACommand() {
        driver.send(.input(.paste("Dq:quit\n")))
        #expect(driver.effects.isEmpty)
        #expect(driver.state.overlay == nil)
    }

    @Test mutating func quitAsksWhileAnOperationRuns() {
        driver.press("q")
        #expect(driver.effects.contains { if case .quit = $0 { true } else { false } })
    }
}

@Suite struct KeyMapTests {
    @Test func everyDefaultKeyCanBeReadAndNoneIsDoubled() {
        let (map, problems) = KeyMap.make(overrides: [:])
        #expect(problems.isEmpty)
        for action in ActionRegistry.all { #expect(map.keys[action.id]?.isEmpty == false, "\(action.id) has no key") }
    }

    @Test func overridesReplaceTheDefault() {
        let (map, problems) = KeyMap.make(overrides: ["poll": ["f5"]])
        #expect(problems.isEmpty)
        let f5 = KeyChord(text: "f5").flatMap { map.actions[$0] }
        let r = KeyChord(text: "r").flatMap { map.actions[$0] }
        #expect(f5 == "poll")
        #expect(r == nil)
    }

    @Test func conflictsUnknownActionsAndUnreadableKeysAreTold() {
        let (map, problems) = KeyMap.make(overrides: ["poll": ["q"], "nonsense": ["x"], "freeze": ["hyper-7"]])
        #expect(problems.map(\.action) == ["nonsense", "poll", "freeze"])
        #expect(problems.map(\.index) == [nil, 0, 0])
        #expect(map.actions[KeyChord("q")] == "quit")
        #expect(map.keys["poll"] == [KeyChord("r")])
        #expect(map.keys["freeze"] == [KeyChord("f")])
    }

    @Test func anOverrideNeverTakesAKeyFromAnother() {
        let (map, problems) = KeyMap.make(overrides: ["filter": ["q", "F"]])
        #expect(map.actions[KeyChord("q")] == "quit")
        #expect(map.keys["filter"] == [KeyChord("F")])
        #expect(problems.first?.text == "q is taken by quit, which keeps it; give quit another key first")
    }

    @Test func twoOverridesMaySwapTheirKeys() {
        let (map, problems) = KeyMap.make(overrides: ["freeze": ["m"], "mouse": ["f"]])
        #expect(problems.isEmpty)
        #expect(map.actions[KeyChord("m")] == "freeze")
        #expect(map.actions[KeyChord("f")] == "mouse")
    }

    @Test func aMistypedActionIsGuessed() {
        let problems = KeyMap.make(overrides: ["fliter": ["F"]]).problems
        #expect(problems.first?.text == "no action is called 'fliter'; did you mean 'filter'?")
    }

    @Test func hintsAndHelpShowTheUsersKeys() {
        var driver = ConsoleDriver(.broken)
        driver.state.keyMap = KeyMap.make(overrides: ["filter": ["ctrl-f"]]).map
        #expect(driver.hints.contains("ctrl-f filter"))
        driver.press("/")
        #expect(driver.toast == "/ does nothing here; ? lists the keys")
    }

    @Test func capitalLettersAloneChangeTheWorld() {
        for action in ActionRegistry.all where action.group == .change && action.id != "abort" {
            #expect(action.keys.allSatisfy { $0.typed?.isUppercase == true }, "\(action.id)")
        }
    }
}
