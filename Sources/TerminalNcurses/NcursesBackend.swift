import CNcurses
import CTerminal
import Dispatch
import Glibc
public import Terminal

/// The user's terminal by way of ncurses.
///
/// All of ncurses is used on the main actor and nowhere else; the main queue must run (an asynchronous `main` or
/// `dispatchMain`) for events to arrive. One process has one of these at a time.
@MainActor
public final class NcursesBackend: TerminalBackend {
    /// The extent of the screen now.
    public internal(set) var size: Size
    /// Unicode, or ASCII where the locale is not UTF-8 or the user asked for it.
    public let glyphs: Glyphs
    /// The colours in use.
    public let depth: ColorDepth
    /// What happens, in order, for one listener.
    public let input = InputFeed()
    /// How roles look; a new one repaints at once.
    public var theme: Theme {
        didSet {
            styles = StyleTable(theme: theme, depth: depth, hasDefaultColors: hasDefaultColors)
            repaint()
        }
    }

    let strings: TerminalStrings
    let pad: UnsafeMutablePointer<WINDOW>
    var styles: StyleTable
    var shown: CellBuffer?
    var cursor: Point?
    var decoder = InputDecoder()
    var sources: [any DispatchSourceProtocol] = []
    var hasMouse = false
    /// Whether the screen is ours; false after `end`, and once the terminal is gone.
    var isActive = true
    /// SIGCONTs that follow a stop of our own, and say nothing new.
    var ownContinues = 0
    private let hasDefaultColors: Bool
    private let errorDuplicate: Int32

    /// Takes the terminal.
    ///
    /// - Parameters:
    ///   - theme: How roles look.
    ///   - depth: The colours to use; nil: as many as the terminal has, none where `NO_COLOR` is set.
    ///   - ascii: Whether to keep to ASCII even where the locale is UTF-8.
    ///   - logFile: Where descriptor 2 goes while the screen is taken; nil leaves it alone.
    /// - Throws: A `TerminalError` that says what to do instead; the terminal is untouched then.
    public init(theme: Theme, depth: ColorDepth? = nil, ascii: Bool = false, logFile: String? = nil) throws {
        let terminal = try Self.checkTerminal()
        setlocale(LC_CTYPE, "")
        glyphs = ascii || ct_locale_is_utf8() == 0 ? .ascii : .unicode
        // Curses changes the settings, so what the shell had is kept before.
        ct_save_terminal(STDIN_FILENO)
        use_env(false)
        use_tioctl(true)
        guard cn_newterm(ct_frame_open()) != nil, let pad = newpad(1, 1) else {
            throw TerminalError.unknownTerminal(name: terminal)
        }
        self.pad = pad
        strings = TerminalStrings(terminal: terminal)
        size = Size(width: Int(getmaxx(cn_stdscr())), height: Int(getmaxy(cn_stdscr())))
        (self.depth, hasDefaultColors) = Self.startColors(wanted: depth)
        styles = StyleTable(theme: theme, depth: self.depth, hasDefaultColors: hasDefaultColors)
        self.theme = theme
        errorDuplicate = logFile.map { ct_redirect_errors($0) } ?? -1
        configure()
        watch()
    }

    /// Gives the terminal back for good.
    public func end() {
        guard isActive || !sources.isEmpty else { return }
        for source in sources { source.cancel() }
        sources = []
        if isActive { leave() }
        isActive = false
        ct_restore_errors(errorDuplicate)
    }

    /// Takes or leaves the mouse.
    public func setMouse(_ on: Bool) {
        guard isActive else { return }
        hasMouse = on
        strings.setMouse(on)
    }

    /// Writes bytes between frames.
    public func writeOutOfBand(_ bytes: [UInt8]) {
        guard isActive else { return }
        ct_write(bytes, bytes.count)
    }

    /// Gives the terminal back to the shell and stops; goes on when the process is continued.
    public func suspend() {
        guard isActive else { return }
        leave()
        ownContinues += 1
        ct_stop()
        enter()
        input.tell(.resumed)
    }

    private func configure() {
        set_escdelay(25)
        // Half a frame because a key waits would be left standing if that key changes nothing.
        typeahead(-1)
        raw()
        noecho()
        nonl()
        curs_set(0)
        keypad(pad, true)
        nodelay(pad, true)
        KeyCodes.register()
        let restore = strings.restore
        ct_set_restore_bytes(restore, restore.count)
        ct_install_crash_handlers()
        ct_set_active(1)
        strings.setReports(true)
    }

    private func leave() {
        if hasMouse { strings.setMouse(false) }
        strings.setReports(false)
        curs_set(1)
        endwin()
        ct_restore_terminal()
        ct_set_active(0)
    }

    /// Takes the screen again after a stop, whose shell may have changed everything.
    func enter() {
        reset_prog_mode()
        ct_set_active(1)
        strings.setReports(true)
        if hasMouse { strings.setMouse(true) }
        adoptSize()
        repaint()
    }

    private static func checkTerminal() throws -> String {
        guard isatty(STDIN_FILENO) == 1, isatty(STDOUT_FILENO) == 1 else { throw TerminalError.notATerminal }
        let name = getenv("TERM").map { String(cString: $0) } ?? ""
        guard !name.isEmpty, cn_knows_terminal() != 0 else { throw TerminalError.unknownTerminal(name: name) }
        guard name != "dumb", cn_capability("cup") != nil, cn_capability("clear") != nil else {
            throw TerminalError.tooSimple(name: name)
        }
        return name
    }

    private static func startColors(wanted: ColorDepth?) -> (ColorDepth, hasDefaultColors: Bool) {
        let isForbidden = wanted == nil && (getenv("NO_COLOR").map { $0.pointee != 0 } ?? false)
        guard wanted != .mono, !isForbidden, has_colors(), start_color() == OK else { return (.mono, false) }
        let able = ColorDepth(colors: Int(cn_colors()))
        return (min(wanted ?? able, able), use_default_colors() == OK)
    }
}
