import Foundation
import Testing

/// The console in a real terminal: what a user sees, presses, and is left with.
@Suite(.serialized, .enabled(if: Tmux.isInstalled, "tmux is not installed: no terminal to test in"))
struct TerminalTests {
    /// A capture folder: a console without any other process.
    static let capture = [
        "watch", "--from", Program.package.appending(path: "Tests/EndToEndTests/Captures/link-down").path,
    ]

    @Test(.timeLimit(.minutes(10)))
    func showsSessionsAndFollowsKeys() throws {
        let seat = try TerminalSeat(["demo"])
        let tmux = seat.tmux
        #expect(tmux.wait { $0.contains("node-6") && $0.contains("6/6 OK") }, "\(tmux.screen)")
        #expect(tmux.screen.contains("READ-ONLY"))
        try tmux.press("j")
        #expect(tmux.wait(for: "▸node-2"))
        try tmux.press("Enter", "l")
        #expect(tmux.wait(for: "[prefixes]"))
        try tmux.press("Escape")
        #expect(tmux.wait { $0.contains("nodes › node-2") && !$0.contains("› prefixes") })
        try tmux.press("3", "Enter", "l", "/")
        try tmux.type("10.96.0.1")
        try tmux.press("Enter")
        #expect(tmux.wait { $0.contains("(1 of ") && $0.contains("10.96.0.0/12") }, "\(tmux.screen)")
        try tmux.press("?")
        #expect(tmux.wait(for: "half a page down"))
        // A key close behind Escape would be read as one with Alt.
        try tmux.press("Escape")
        #expect(tmux.wait { !$0.contains("half a page down") })
        try tmux.press("C-p")
        #expect(tmux.wait(for: "╭ find"), "\(tmux.screen)")
        try tmux.press("Escape")
        #expect(tmux.wait { !$0.contains("╭ find") })
        try tmux.press("2", "D")
        #expect(tmux.wait { $0.contains("drain node-2") && $0.contains("▸[ Cancel ]") }, "\(tmux.screen)")
    }

    @Test(.timeLimit(.minutes(10)))
    func quittingLeavesNothingBehind() throws {
        let seat = try TerminalSeat(["demo", "--fault", "leaf-neighbor-shut"])
        #expect(seat.tmux.wait { $0.contains("session-down") && $0.contains("DOWN") }, "\(seat.tmux.screen)")
        #expect(!seat.leftovers.isEmpty)
        #expect(!seat.children.isEmpty)
        try seat.tmux.press("q")
        #expect(seat.status() == 0)
        #expect(seat.isRestored)
        #expect(waits { seat.leftovers.isEmpty }, "\(seat.leftovers)")
        #expect(waits { seat.helpers.isEmpty })
    }

    @Test(.timeLimit(.minutes(10)))
    func everySizeIsDrawnAndAStormSurvived() throws {
        let seat = try TerminalSeat(Self.capture, columns: 80, rows: 24)
        let tmux = seat.tmux
        #expect(tmux.wait(for: "2 Nodes"), "\(tmux.screen)")
        let sizes = [(200, 60, "5 Log"), (120, 36, "5 Log"), (80, 24, "[2 Nodes]"), (60, 16, "[2 Nodes]")]
        for (columns, rows, text) in sizes + [(40, 10, "sessions down")] {
            try tmux.resize(columns: columns, rows: rows)
            #expect(tmux.wait(for: text), "\(columns)x\(rows): \(tmux.screen)")
        }
        for (columns, rows) in [(1, 1), (300, 80), (2, 50), (120, 1), (1, 1), (79, 23), (250, 3), (1, 1)] {
            try tmux.resize(columns: columns, rows: rows)
        }
        try tmux.resize(columns: 120, rows: 36)
        #expect(tmux.wait { $0.contains("1 Racks") && $0.contains("5 Log") }, "\(tmux.screen)")
        try tmux.press("?")
        try tmux.resize(columns: 1, rows: 1)
        try tmux.resize(columns: 80, rows: 24)
        #expect(tmux.wait(for: "╭ help"), "\(tmux.screen)")
    }

    @Test(.timeLimit(.minutes(10)))
    func theShellTakesOverAndGivesBack() throws {
        let tmux = try Tmux(["bash", "--norc", "--noprofile", "-i"], columns: 100, rows: 30)
        try tmux.type(([Program.path] + Self.capture).joined(separator: " "))
        try tmux.press("Enter")
        #expect(tmux.wait(for: "2 Nodes"))
        for _ in 0..<2 {
            try tmux.press("C-z")
            #expect(tmux.wait(for: "Stopped"), "\(tmux.screen)")
            let screen0 = try tmux.ask("alternate_on")
            #expect(screen0 == "0")
            try tmux.type("fg")
            try tmux.press("Enter")
            #expect(tmux.wait { $0.contains("2 Nodes") && !$0.contains("Stopped") }, "\(tmux.screen)")
            let screen1 = try tmux.ask("alternate_on")
            #expect(screen1 == "1")
        }
        try tmux.press("q")
        #expect(tmux.wait { !$0.contains("2 Nodes") })
        try tmux.type("echo sta''tus=$?; stty -a | grep -o ' -*i[sc][ar][nn]*[ol][n]*'; exit")
        try tmux.press("Enter")
        #expect(tmux.wait(for: "status=0"), "\(tmux.screen)")
    }

    /// `kill -TSTP` from another window stops the program as Ctrl-Z does, and `kill -CONT` paints everything again.
    @Test(.timeLimit(.minutes(10)))
    func aStopFromOutsideGivesTheTerminalBackMeanwhile() throws {
        let seat = try TerminalSeat(Self.capture, columns: 100, rows: 30)
        #expect(seat.tmux.wait(for: "2 Nodes"))
        seat.signal(SIGTSTP)
        #expect(waits { (try? seat.tmux.ask("alternate_on")) == "0" })
        seat.signal(SIGCONT)
        #expect(seat.tmux.wait(for: "2 Nodes"))
        #expect(try seat.tmux.ask("alternate_on") == "1")
        try seat.tmux.press("q")
        #expect(seat.status() == 0)
        #expect(seat.isRestored)
    }

    /// A paste is text, whatever keys its letters are.
    @Test(.timeLimit(.minutes(10)))
    func aPasteIsNeverTakenForKeys() throws {
        let seat = try TerminalSeat(Self.capture, columns: 100, rows: 30)
        #expect(seat.tmux.wait(for: "2 Nodes"))
        try seat.tmux.paste("qqDq\u{3}")
        #expect(seat.tmux.wait(for: "a paste is taken only where text is typed"), "\(seat.tmux.screen)")
        try seat.tmux.press("/")
        try seat.tmux.paste("no-such-node")
        #expect(seat.tmux.wait(for: "no-such-node"), "\(seat.tmux.screen)")
        // A key close behind Escape would be read as one with Alt.
        try seat.tmux.press("Escape")
        #expect(seat.tmux.wait { !$0.contains("no-such-node") })
        try seat.tmux.press("q")
        #expect(seat.status() == 0)
    }

    @Test(.timeLimit(.minutes(10)))
    func aClickSelectsAndTheWheelMoves() throws {
        let seat = try TerminalSeat(["demo", "--fault", "leaf-neighbor-shut"])
        let tmux = seat.tmux
        #expect(tmux.wait { $0.contains("node-6") && $0.contains("session-down") }, "\(tmux.screen)")
        try tmux.press("m")
        #expect(waits { (try? tmux.ask("mouse_any_flag")) == "1" })
        let lines = tmux.screen.split(separator: "\n", omittingEmptySubsequences: false)
        let row = try #require(lines.firstIndex { $0.contains("node-3 ") })
        let column = try #require(lines[row].range(of: "node-3 ")).lowerBound
        let x = lines[row].distance(from: lines[row].startIndex, to: column)
        try tmux.type("\u{1B}[<0;\(x + 1);\(row + 1)M\u{1B}[<0;\(x + 1);\(row + 1)m")
        #expect(tmux.wait(for: "▸node-3"), "\(tmux.screen)")
        try tmux.type("\u{1B}[<65;\(x + 1);\(row + 1)M")
        #expect(tmux.wait(for: "▸node-4"), "\(tmux.screen)")
        try tmux.press("q")
        #expect(seat.status() == 0)
        #expect(seat.isRestored)
    }

    /// A source that dies takes nothing of the last state away, but says how old it is.
    @Test(.timeLimit(.minutes(10)))
    func aDeadFabricStaysOnScreen() throws {
        let seat = try TerminalSeat(["demo"])
        let tmux = seat.tmux
        #expect(tmux.wait { $0.contains("node-6") && $0.contains("6/6 OK") })
        // What was never read has no age.
        #expect(tmux.wait { $0.contains(/nodes 6\/6 \d+s ok/) }, "\(tmux.screen)")
        let host = try #require(seat.children.first { Processes.commandLine($0).contains("simulator-host") })
        kill(host, SIGKILL)
        #expect(tmux.wait(30) { $0.contains("FAILING") || $0.contains("STALE") }, "\(tmux.screen)")
        #expect(tmux.screen.contains("node-6"))
        let age = try #require(tmux.screen.split(separator: "\n").first)
        #expect(age.contains(/\d+s (FAILING|STALE)/), "\(age)")
        try tmux.press("q")
        #expect(seat.status() == 0)
        #expect(waits { seat.leftovers.isEmpty })
    }
}
