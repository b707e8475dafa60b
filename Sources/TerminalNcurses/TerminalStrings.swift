import CNcurses
import CTerminal

/// The control sequences that curses does not send by itself.
struct TerminalStrings {
    /// Whether the terminal takes xterm's private modes; older ones might show them.
    let hasModes: Bool

    static let beginFrame = "\u{1B}[?2026h"
    static let endFrame = "\u{1B}[?2026l"
    private static let mouseOn = "\u{1B}[?1000h\u{1B}[?1002h\u{1B}[?1006h"
    private static let mouseOff = "\u{1B}[?1006l\u{1B}[?1002l\u{1B}[?1000l"
    private static let reportsOn = "\u{1B}[?2004h\u{1B}[?1004h"
    private static let reportsOff = "\u{1B}[?1004l\u{1B}[?2004l"

    init(terminal: String) {
        hasModes = !["linux", "dumb", "ansi", "sun", "cons25"].contains(terminal) && !terminal.hasPrefix("vt")
    }

    /// Says whether the mouse is reported.
    func setMouse(_ on: Bool) {
        if hasModes { Self.write(on ? Self.mouseOn : Self.mouseOff) }
    }

    /// Says whether pastes are bracketed and focus is reported.
    func setReports(_ on: Bool) {
        if hasModes { Self.write(on ? Self.reportsOn : Self.reportsOff) }
    }

    /// What a crash writes: every mode off, plain text, cursor shown, keypad and screen given back.
    var restore: [UInt8] {
        let modes = hasModes ? Self.endFrame + Self.mouseOff + Self.reportsOff : ""
        let capabilities = ["sgr0", "cnorm", "rmkx", "rmcup"].map(Self.capability).joined()
        return Array((modes + capabilities + "\r").utf8)
    }

    static func write(_ text: String) {
        let bytes = Array(text.utf8)
        ct_write(bytes, bytes.count)
    }

    /// A terminfo string without its padding marks, which only `tputs` understands.
    private static func capability(_ name: String) -> String {
        guard let text = cn_capability(name) else { return "" }
        var result = ""
        var isPadding = false
        for character in String(cString: text) {
            if character == "$" {
                isPadding = true
            } else if isPadding {
                isPadding = character != ">"
            } else {
                result.append(character)
            }
        }
        return result
    }
}
