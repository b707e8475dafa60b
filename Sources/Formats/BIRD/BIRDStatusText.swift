public import Fabric
import FoundationEssentials

extension BIRD {
    /// Reads `show status`, with the lines of graceful-restart recovery where one is under way.
    ///
    /// Times are BIRD's own clock, read as UTC. Another command's output is refused by name.
    public static func status(_ bytes: [UInt8]) -> Parsed<BIRDStatus> {
        bytes.withUnsafeBufferPointer { status($0) }
    }

    /// Reads `show status` from borrowed bytes.
    public static func status(_ bytes: UnsafeBufferPointer<UInt8>) -> Parsed<BIRDStatus> {
        Replay.cleaned(bytes) { input in
            var walk = AnswerWalk(input, wanted: "BIRD's \"show status\"")
            var status = BIRDStatus()
            while let line = walk.next() {
                switch read(line.text, into: &status) {
                case .placed: walk.recognise()
                case .note(let words): walk.note(line.line, words)
                case .broken(let words): walk.unplaced(line.line, words)
                }
            }
            status.version = status.version ?? walk.version
            return Parsed(status, diagnostics: walk.finish())
        }
    }

    private enum Placement {
        case placed
        case note(String)
        case broken(String)
    }

    private static func read(_ text: ByteText, into status: inout BIRDStatus) -> Placement {
        if let rest = text.behind("Router ID is ") {
            status.routerID = rest.address
            return status.routerID == nil ? .broken("the router ID is not an address") : .placed
        }
        if let rest = text.behind("Current server time is ") { return time(rest, &status.serverTime) }
        if let rest = text.behind("Last reboot on ") { return time(rest, &status.lastReboot) }
        if let rest = text.behind("Last reconfiguration on ") { return time(rest, &status.lastReconfiguration) }
        if let rest = text.behind("Wait timer is ") { return timer(rest, &status) }
        if var rest = text.behind("Waiting for ") {
            status.recoveryProtocols = rest.nextWord()?.number
            return status.recoveryProtocols == nil ? .broken("not a number of protocols") : .placed
        }
        if text.hasPrefix("Graceful restart recovery in progress") || text.hasPrefix("Daemon is up and running")
            || text.hasPrefix("Hostname is ")
        {
            return .placed
        }
        if text.equals("Shutdown in progress") || text.equals("Reconfiguration in progress") {
            return .note("BIRD says: \(text.string)")
        }
        if let rest = text.behind("BIRD ") {
            status.version = rest.string
            return .placed
        }
        return .broken("not a line of \"show status\"")
    }

    private static func time(_ text: ByteText, _ value: inout Date?) -> Placement {
        value = BIRDTime.date(text)
        return value == nil ? .broken("not a date and a time") : .placed
    }

    /// `235/240`, with fractions in BIRD 2.
    private static func timer(_ text: ByteText, _ status: inout BIRDStatus) -> Placement {
        guard let (left, total) = BIRDTime.timer(text) else { return .broken("not a timer") }
        status.recoverySecondsLeft = left
        status.recoverySecondsTotal = total
        return .placed
    }
}

extension ByteText {
    /// What follows a prefix, nil where the text does not begin with it.
    func behind(_ prefix: StaticString) -> ByteText? {
        hasPrefix(prefix) ? dropFirst(prefix.utf8CodeUnitCount).trimmed : nil
    }
}

/// Dates and timers as BIRD prints them.
enum BIRDTime {
    /// `2026-11-22 19:34:41`, with or without a fraction, as UTC.
    static func date(_ text: ByteText) -> Date? {
        guard text.count >= 19, text[4] == UInt8(ascii: "-"), text[7] == UInt8(ascii: "-"),
            text[13] == UInt8(ascii: ":"), text[16] == UInt8(ascii: ":"), text.count == 19 || text[19] == 0x2e,
            let year = field(text, 0, 4), let month = field(text, 5, 2), (1...12).contains(month),
            let day = field(text, 8, 2), (1...31).contains(day), let hour = field(text, 11, 2), hour < 24,
            let minute = field(text, 14, 2), minute < 60, let second = field(text, 17, 2), second < 61
        else { return nil }
        let seconds = days(year, month, day) * 86_400 + hour * 3600 + minute * 60 + second
        return Date(timeIntervalSince1970: Double(seconds))
    }

    private static func field(_ text: ByteText, _ offset: Int, _ width: Int) -> Int? {
        text.dropFirst(offset).prefix(width).number
    }

    /// Days from 1 January 1970 in the Gregorian calendar; years begin in March so that the leap day is the last.
    private static func days(_ year: Int, _ month: Int, _ day: Int) -> Int {
        let shifted = month <= 2 ? year - 1 : year
        let century = shifted / 400
        let yearOfCentury = shifted - century * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        return century * 146_097 + yearOfCentury * 365 + yearOfCentury / 4 - yearOfCentury / 100 + dayOfYear - 719_468
    }

    /// `2/3` or `64.202/90`: what is left and the whole, in full seconds.
    static func timer(_ text: ByteText) -> (left: Int, total: Int)? {
        guard let slash = text.offset(of: UInt8(ascii: "/")), let left = whole(text.prefix(slash)),
            let total = whole(text.dropFirst(slash + 1))
        else { return nil }
        return (left, total)
    }

    private static func whole(_ text: ByteText) -> Int? {
        guard let dot = text.offset(of: 0x2e) else { return text.number }
        return text.dropFirst(dot + 1).number == nil ? nil : text.prefix(dot).number
    }
}
