import Testing

@testable import Terminal

@Suite struct KeyChordTests {
    @Test(arguments: [
        "a", "G", "ctrl-d", "alt-x", "ctrl-alt-up", "shift-tab", "esc", "enter", "pgdn", "f5", "space", "-", "+", "c",
        ":",
        "ctrl--", "ctrl-space", "?", "作",
    ])
    func nameReadsBack(name: String) {
        #expect(KeyChord(text: name)?.description == name)
    }

    @Test(arguments: [
        ("Ctrl-D", "ctrl-d"), ("c-x", "ctrl-x"), ("M-x", "alt-x"), ("PageUp", "pgup"), ("Return", "enter"),
        (" ", "space"),
        ("F12", "f12"), ("ctrl+a", "ctrl-a"),
    ])
    func otherSpellings(text: String, name: String) {
        #expect(KeyChord(text: text)?.description == name)
    }

    @Test(arguments: ["", "ctrl-", "hyper-x", "f0", "f99", "abc", "ctrl-ctrl-a", "\u{1B}", "shift-x"])
    func refuses(text: String) {
        #expect(KeyChord(text: text) == nil)
    }
}

@Suite struct InputDecoderTests {
    private func decode(_ units: [InputUnit]) -> [InputEvent] {
        var decoder = InputDecoder()
        return units.compactMap { decoder.feed($0) }
    }

    private func units(_ text: String) -> [InputUnit] {
        text.unicodeScalars.map(InputUnit.scalar)
    }

    @Test func plainKeys() {
        #expect(
            decode(units("aD\r\t\u{7F}\u{04} ")) == [
                .key(KeyChord("a")), .key(KeyChord("D")), .key(KeyChord(.enter)), .key(KeyChord(.tab)),
                .key(KeyChord(.backspace)), .key(KeyChord(.character("d"), .ctrl)), .key(KeyChord(.space)),
            ])
    }

    @Test func escapeIsToldFromAlt() {
        #expect(decode(units("\u{1B}") + [.idle]) == [.key(KeyChord(.escape))])
        #expect(decode(units("\u{1B}x")) == [.key(KeyChord(.character("x"), .alt))])
        #expect(decode(units("\u{1B}") + [.key(KeyChord(.up))]) == [.key(KeyChord(.up, .alt))])
        #expect(decode(units("\u{1B}") + [.idle] + units("x")) == [.key(KeyChord(.escape)), .key(KeyChord("x"))])
    }

    @Test func unknownSequencesNeverBecomeCommands() {
        #expect(decode(units("\u{1B}[1;9D")).isEmpty)
        #expect(decode(units("\u{1B}OD")).isEmpty)
        #expect(decode(units("\u{1B}]11;rgb:D/D/D\u{1B}\\q")) == [.key(KeyChord("q"))])
        #expect(decode(units("\u{1B}[") + [.idle] + units("q")) == [.key(KeyChord("q"))])
    }

    @Test func pastedTextNeverBecomesKeys() {
        let events = decode([.pasteBegin] + units("D\r\u{1B}q") + [.idle, .key(KeyChord(.up)), .pasteEnd] + units("q"))
        #expect(events == [.paste("D\r\u{1B}q"), .key(KeyChord("q"))])
    }

    @Test(arguments: [
        ("0;12;3M", MouseEvent(.press(.left), at: Point(x: 11, y: 2))),
        ("2;300;1m", MouseEvent(.release(.right), at: Point(x: 299, y: 0))),
        ("64;1;1M", MouseEvent(.wheelUp, at: .zero)), ("65;1;1M", MouseEvent(.wheelDown, at: .zero)),
        ("32;2;2M", MouseEvent(.drag(.left), at: Point(x: 1, y: 1))),
    ])
    func mouseReports(report: String, event: MouseEvent) {
        #expect(decode([.mouseReport] + units(report)) == [.mouse(event)])
    }

    @Test(arguments: ["M", ";;M", "0;0;0M", "99999999999999999999;1;1M", "x", "35;1;1M"])
    func brokenMouseReportsAreDropped(report: String) {
        #expect(decode([.mouseReport] + units(report)).isEmpty)
    }
}

@Suite struct InputLineTests {
    private func line(_ text: String, _ chords: [String]) -> InputLine {
        var line = InputLine(text)
        for chord in chords { _ = KeyChord(text: chord).flatMap { line.handle($0) } }
        return line
    }

    @Test(arguments: [
        ("rack:2 up", ["ctrl-w"], "rack:2 "), ("rack:2 up", ["ctrl-u"], ""), ("ab", ["left", "backspace"], "b"),
        ("ab", ["home", "delete"], "b"), ("ab", ["home", "x", "end", "y"], "xaby"),
        ("", ["backspace", "delete", "left"], ""),
        ("a b", ["left", "ctrl-k"], "a "), ("ab ", ["ctrl-w"], ""),
    ])
    func edits(text: String, chords: [String], result: String) {
        #expect(line(text, chords).text == result)
    }

    @Test func historyKeepsTheDraft() {
        var line = InputLine("dra", history: ["one", "two"])
        _ = line.handle(KeyChord(.up))
        _ = line.handle(KeyChord(.up))
        _ = line.handle(KeyChord(.up))
        #expect(line.text == "one")
        _ = line.handle(KeyChord(.down))
        _ = line.handle(KeyChord(.down))
        #expect(line.text == "dra")
        line.submit()
        _ = line.handle(KeyChord(.up))
        #expect(line.text == "dra")
    }

    @Test func pasteIsOneHarmlessLine() {
        var line = InputLine()
        line.insert("a\nb\u{1B}[2Jc")
        #expect(line.text == "a b·c")
    }

    @Test func theCursorStaysInView() {
        var buffer = CellBuffer(Size(width: 6, height: 1))
        let place = InputLine("abcdefghij").draw(in: buffer.bounds, of: &buffer, prompt: ["> "])
        #expect(buffer.row(0) == "> hij ")
        #expect(place == Point(x: 5, y: 0))
    }
}
