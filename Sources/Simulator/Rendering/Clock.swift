import FoundationEssentials

/// The ways in which devices print dates, all in UTC.
enum Clock {
    /// Year, month, day, hour, minute, second of a moment (proleptic Gregorian, days counted from 1970).
    static func parts(_ date: Date) -> (Int, Int, Int, Int, Int, Int) {
        let seconds = Int(date.timeIntervalSince1970.rounded(.down))
        let days = seconds >= 0 ? seconds / 86_400 : (seconds - 86_399) / 86_400
        let rest = seconds - days * 86_400
        let z = days + 719_468
        let era = (z >= 0 ? z : z - 146_096) / 146_097
        let dayOfEra = z - era * 146_097
        let year = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * year + year / 4 - year / 100)
        let shifted = (5 * dayOfYear + 2) / 153
        let month = shifted < 10 ? shifted + 3 : shifted - 9
        let day = dayOfYear - (153 * shifted + 2) / 5 + 1
        return (year + era * 400 + (month <= 2 ? 1 : 0), month, day, rest / 3600, rest / 60 % 60, rest % 60)
    }

    /// `2026-11-22`.
    static func day(_ date: Date) -> String {
        let (year, month, day, _, _, _) = parts(date)
        return "\(year)-\(month.twoDigits)-\(day.twoDigits)"
    }

    /// `19:17:35`.
    static func time(_ date: Date) -> String {
        let (_, _, _, hour, minute, second) = parts(date)
        return "\(hour.twoDigits):\(minute.twoDigits):\(second.twoDigits)"
    }

    /// `2026-11-22T19:17:35Z`, as Kubernetes writes it.
    static func rfc3339(_ date: Date) -> String { "\(day(date))T\(time(date))Z" }
}
