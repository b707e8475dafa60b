import Foundation
import Testing

/// How the console ends other than by `q`, and terminals that it cannot use.
@Suite(.serialized, .enabled(if: Tmux.isInstalled, "tmux is not installed: no terminal to test in"))
struct TerminalEndTests {
    @Test(.timeLimit(.minutes(10)), arguments: [SIGTERM, SIGHUP, SIGINT])
    func aSignalGivesTheTerminalBack(_ number: Int32) throws {
        let seat = try TerminalSeat(["demo"])
        #expect(seat.tmux.wait(for: "node-6"))
        seat.signal(number)
        let status = try #require(seat.status())
        #expect(status == 0 || status == 128 + Int(number), "\(status)")
        #expect(seat.isRestored, "\(seat.tmux.screen)")
        #expect(waits { seat.leftovers.isEmpty }, "\(seat.leftovers)")
        #expect(waits { seat.helpers.isEmpty })
    }

    /// Before the screen is taken there is a world to end already.
    @Test(.timeLimit(.minutes(10)))
    func aSignalBeforeTheFirstScreenLeavesNothingBehind() throws {
        let seat = try TerminalSeat(["demo", "--fabric", "design-max"])
        #expect(waits(60) { !seat.helpers.isEmpty })
        seat.signal(SIGTERM)
        #expect(seat.status() == 128 + Int(SIGTERM))
        #expect(seat.isRestored, "\(seat.tmux.screen)")
        #expect(waits { seat.leftovers.isEmpty }, "\(seat.leftovers)")
        #expect(waits { seat.helpers.isEmpty })
    }

    @Test(.timeLimit(.minutes(10)))
    func aCrashGivesTheTerminalBack() throws {
        let seat = try TerminalSeat(["demo"])
        #expect(seat.tmux.wait(for: "node-6"))
        seat.signal(SIGSEGV)
        #expect(seat.status(within: 45) == 128 + Int(SIGSEGV))
        #expect(seat.isRestored, "\(seat.tmux.screen)")
        #expect(seat.tmux.screen.contains(/[Cc]rash|Segmentation/), "\(seat.tmux.screen)")
        #expect(waits { seat.helpers.isEmpty })
    }

    /// The terminal's window is closed: the program ends by itself.
    @Test(.timeLimit(.minutes(10)))
    func aClosedWindowEndsTheProgram() throws {
        var seat: TerminalSeat? = try TerminalSeat(["demo"])
        #expect(seat?.tmux.wait(for: "node-6") == true)
        let process = try #require(seat?.process)
        let mark = try #require(seat?.folder.path)
        seat?.tmux.kill()
        #expect(waits { !Processes.isAlive(process) })
        #expect(waits { Processes.running(mark + "/run/bgpdeck-").isEmpty })
        #expect(waits { seat?.leftovers.isEmpty == true }, "\(seat?.leftovers ?? [])")
        seat = nil
    }

    @Test(arguments: ["dumb", "nonsense", nil])
    func anUnusableTerminalIsSaid(_ term: String?) throws {
        let seat = try TerminalSeat(TerminalTests.capture, columns: 80, rows: 24, term: term)
        #expect(seat.status() == 3)
        #expect(seat.isRestored)
        let text = seat.tmux.screen.replacing("\n", with: "")
        #expect(text.contains("watch --plain"), "\(text)")
        #expect(text.contains("TERM"), "\(text)")
    }

    @Test func aTerminalWithoutColoursIsUsed() throws {
        let seat = try TerminalSeat(TerminalTests.capture, columns: 80, rows: 24, term: "vt100")
        #expect(seat.tmux.wait(for: "2 Nodes"))
        #expect(!hasColours(seat.tmux.styledScreen))
        try seat.tmux.press("q")
        #expect(seat.status() == 0)
        #expect(seat.isRestored)
    }

    @Test func coloursAreUsedUnlessUnwanted() throws {
        let plain = try TerminalSeat(TerminalTests.capture, environment: ["NO_COLOR": "1"])
        #expect(plain.tmux.wait { $0.contains("2 Nodes") && $0.contains("DOWN") })
        #expect(!hasColours(plain.tmux.styledScreen))
        let coloured = try TerminalSeat(TerminalTests.capture)
        #expect(coloured.tmux.wait { $0.contains("2 Nodes") && $0.contains("DOWN") })
        #expect(hasColours(coloured.tmux.styledScreen))
    }

    @Test func aLocaleWithoutUnicodeGetsASCII() throws {
        let seat = try TerminalSeat(TerminalTests.capture, environment: ["LC_ALL": "C"])
        #expect(seat.tmux.wait { $0.contains("2 Nodes") && $0.contains("DOWN") })
        let screen = seat.tmux.screen
        #expect(!screen.contains { !$0.isASCII }, "\(screen)")
    }

    @Test func aPipeIsNoTerminal() throws {
        let run = try Program.run(TerminalTests.capture)
        #expect(run.status == 3)
        #expect(run.errors.contains("watch --plain"))
        #expect(run.output.isEmpty)
    }

    private func hasColours(_ text: String) -> Bool {
        text.contains(/\u{1B}\[([0-9;:]*[;:])?(3[0-7]|4[0-7]|9[0-7]|[34]8[;:]5)/)
    }
}
