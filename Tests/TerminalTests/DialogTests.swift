import Testing

@testable import Terminal

@MainActor @Suite struct DialogTests {
    private func press(_ dialog: inout Dialog, _ keys: String...) -> DialogOutcome? {
        var outcome: DialogOutcome?
        for key in keys { outcome = KeyChord(text: key).flatMap { dialog.handle($0) } }
        return outcome
    }

    @Test func enterAtOnceChangesNothing() {
        var dialog = Screens.dialog()
        #expect(press(&dialog, "enter") == .cancelled)
        #expect(press(&dialog, "esc") == .cancelled)
    }

    @Test func consentNeedsTheExpectedText() {
        var dialog = Screens.dialog()
        #expect(press(&dialog, "right", "enter") == .refused(reason: "type node-5 to confirm"))
        _ = press(
            &dialog, "shift-tab", "shift-tab", "n", "o", "d", "e", "-", "5", "shift-tab", "space", "tab", "tab", "tab")
        let outcome = press(&dialog, "enter")
        #expect(
            outcome
                == .pressed(
                    button: "drain",
                    values: DialogValues(
                        texts: ["name": "node-5"], ticks: ["daemonsets": false], choices: ["force": "refuse"])))
    }

    @Test func typingElsewhereIsNotTakenAsConsent() {
        var dialog = Screens.dialog()
        #expect(press(&dialog, "D", "y", "node") == nil)
        dialog.paste("node-5")
        #expect(dialog.values.texts["name"] == "")
    }

    @Test func disabledButtonsSayWhy() {
        var dialog = Dialog(
            title: "Push", body: [], buttons: [DialogButton("push", title: "Push", disabledReason: "read-only")])
        #expect(press(&dialog, "tab", "space") == .refused(reason: "read-only"))
    }
}

@MainActor @Suite struct PaletteTests {
    @Test func typingNarrowsTheList() {
        var palette = Screens.palette
        #expect(palette.selected?.id == "freeze")
        _ = palette.handle(KeyChord(text: "ctrl-u") ?? KeyChord(.escape))
        #expect(palette.matches.count == 3)
        _ = palette.handle(KeyChord("d"))
        _ = palette.handle(KeyChord("n"))
        #expect(palette.handle(KeyChord(.enter)) == .refused(reason: "read-only"))
        _ = palette.handle(KeyChord("q"))
        #expect(palette.handle(KeyChord(.enter)) == nil)
        #expect(palette.handle(KeyChord(.escape)) == .cancelled)
    }

    @Test func beginningsOfWordsWin() throws {
        let word = try #require(FuzzyMatch("fp", in: "Freeze picture"))
        let inside = try #require(FuzzyMatch("fp", in: "offset map"))
        #expect(word.score > inside.score)
        #expect(word.positions == [0, 7])
        #expect(FuzzyMatch("xyz", in: "Freeze") == nil)
    }
}

@Suite struct TextViewTests {
    @Test(arguments: [
        ("one two three", 7, ["one two", "three"]), ("abcdefgh", 3, ["abc", "def", "gh"]), ("作作作", 4, ["作作", "作"]),
        ("作", 1, ["作"]), ("a b", 0, ["a b"]), ("", 5, [""]), ("aa  bb", 3, ["aa ", "bb"]),
    ])
    func wraps(text: String, width: Int, lines: [String]) {
        #expect([TextSpan(text)].wrapped(width: width).map(\.plain) == lines)
    }

    @Test func searchKeepsRolesAround() {
        let line: TextLine = [TextSpan("Leaf ", .textDim), TextSpan("leaf-101", .text)]
        #expect(
            line.highlighting("LEAF") == [
                TextSpan("Leaf", .textMatch), TextSpan(" ", .textDim), TextSpan("leaf", .textMatch), TextSpan("-101"),
            ])
    }

    @Test func scrollingStopsAtTheLastPage() {
        var state = ScrollState()
        state.move(.last, count: 10, page: 4)
        #expect(state.offset == 6)
        state.move(.down, count: 10, page: 4)
        #expect(state.offset == 6)
        state.move(.pageUp, count: 10, page: 4)
        #expect(state.offset == 2)
        #expect(state.clamped(count: 3, page: 4) == 0)
    }
}

@MainActor @Suite struct RecordingBackendTests {
    @Test func keepsFramesAndFeedsEvents() async {
        let backend = RecordingBackend(size: Size(width: 4, height: 1))
        backend.send(.key(KeyChord("q")), .resize(Size(width: 9, height: 9)))
        backend.present(CellBuffer(backend.size), cursor: nil)
        backend.end()
        backend.present(CellBuffer(backend.size), cursor: nil)
        var seen: [InputEvent] = []
        backend.input.listen { seen.append($0) }
        backend.send(.key(KeyChord("x")))
        #expect(seen == [.key(KeyChord("q")), .resize(Size(width: 9, height: 9)), .key(KeyChord("x"))])
        #expect(backend.frames.count == 1)
        #expect(backend.screen?.size == Size(width: 9, height: 9))
    }

    @Test func aChoiceTurnsThroughItsWords() {
        var dialog = Dialog(
            title: "t", body: [], fields: [.choice("mode", label: "Mode", options: ["a", "b", "c"], selected: 9)])
        #expect(dialog.values.choices == ["mode": "c"])
        _ = dialog.handle(KeyChord(.backTab))
        _ = dialog.handle(KeyChord(.right))
        #expect(dialog.values.choices == ["mode": "a"])
        _ = dialog.handle(KeyChord(.left))
        _ = dialog.handle(KeyChord(.left))
        #expect(dialog.values.choices == ["mode": "b"])
        _ = dialog.handle(KeyChord(.space))
        #expect(dialog.values.choices == ["mode": "c"])
    }
}
