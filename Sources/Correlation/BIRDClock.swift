import Fabric
import FoundationEssentials

/// Turns the times that a node prints into moments of the console's clock.
///
/// BIRD prints `HH:MM:SS` for twenty hours, then a date; both in its own zone and by its own clock. `show status`
/// tells that clock, and when it was asked tells the difference. Without it the node is taken to run on UTC.
struct BIRDClock: Sendable, Hashable {
    /// Seconds that the node's printed clock is ahead of the console's.
    let offset: Double

    init(status: Observed<BIRDStatus>?) {
        guard let status, let time = status.value.serverTime else {
            offset = 0
            return
        }
        offset = time.timeIntervalSince(status.at)
    }

    /// The moment behind a printed time, nil for other words.
    ///
    /// - Parameters:
    ///   - text: `19:17:37`, of the last 24 hours before the observation; `2026-01-08`, which gives that day's start.
    ///   - observed: when it was printed.
    func moment(_ text: String, observed: Date) -> Date? {
        let printed = observed.timeIntervalSince1970 + offset
        if let seconds = BIRDClock.timeOfDay(text) {
            let midnight = (printed / 86_400).rounded(.down) * 86_400
            var moment = midnight + seconds
            // Times jitter by a second, so a moment slightly ahead is now and not yesterday.
            if moment > printed + 2 { moment -= 86_400 }
            return Date(timeIntervalSince1970: min(moment, printed) - offset)
        }
        guard let day = BIRDClock.day(text) else { return nil }
        return Date(timeIntervalSince1970: Double(day) * 86_400 - offset)
    }

    private static func timeOfDay(_ text: String) -> Double? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 3, let hours = Int(parts[0]), let minutes = Int(parts[1]),
            let seconds = Double(parts[2]), (0..<24).contains(hours), (0..<60).contains(minutes),
            (0..<61).contains(seconds)
        else { return nil }
        return Double(hours * 3600 + minutes * 60) + seconds
    }

    /// Days since 1970 of a Gregorian date, counting years from March so that the leap day comes last.
    private static func day(_ text: String) -> Int? {
        let parts = text.prefix(10).split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
        guard parts.count == 3, let year = parts[0], let month = parts[1], let day = parts[2],
            (1970...9999).contains(year), (1...12).contains(month), (1...31).contains(day)
        else { return nil }
        let shifted = month > 2 ? year : year - 1
        let monthFromMarch = (month + 9) % 12
        let dayOfYear = (153 * monthFromMarch + 2) / 5 + day - 1
        return shifted * 365 + shifted / 4 - shifted / 100 + shifted / 400 + dayOfYear - 719_468
    }
}
