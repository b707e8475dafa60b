import FoundationEssentials

/// Dates as the controllers print them: `2024-03-18T22:44:05.672+00:00`, `never` for none (aci.md 2.3).
enum Moments {
    static func text(_ date: Date?) -> String {
        guard let date else { return "never" }
        return String(decoding: bytes(Int64((date.timeIntervalSince1970 * 1000).rounded())), as: UTF8.self)
    }

    /// The 29 bytes of a moment in milliseconds since 1970.
    static func bytes(_ milliseconds: Int64) -> [UInt8] {
        let seconds = milliseconds >= 0 ? milliseconds / 1000 : (milliseconds - 999) / 1000
        let (year, month, day) = date(Int(seconds >= 0 ? seconds / 86_400 : (seconds - 86_399) / 86_400))
        let rest = Int(((seconds % 86_400) + 86_400) % 86_400)
        var text: [UInt8] = []
        text.reserveCapacity(29)
        digits(year, 4, &text, then: "-")
        digits(month, 2, &text, then: "-")
        digits(day, 2, &text, then: "T")
        digits(rest / 3600, 2, &text, then: ":")
        digits(rest / 60 % 60, 2, &text, then: ":")
        digits(rest % 60, 2, &text, then: ".")
        digits(Int(milliseconds - seconds * 1000), 3, &text, then: "+")
        text.append(contentsOf: "00:00".utf8)
        return text
    }

    private static func digits(_ value: Int, _ width: Int, _ text: inout [UInt8], then next: Character) {
        var divisor = width == 4 ? 1000 : width == 3 ? 100 : 10
        while divisor > 0 {
            text.append(UInt8(48 + value / divisor % 10))
            divisor /= 10
        }
        text.append(next.asciiValue ?? 0)
    }

    /// Year, month and day of a day counted from 1970 (proleptic Gregorian).
    private static func date(_ days: Int) -> (Int, Int, Int) {
        let shifted = days + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let month = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * month + 2) / 5 + 1
        return (yearOfEra + era * 400 + (month >= 10 ? 1 : 0), month < 10 ? month + 3 : month - 9, day)
    }

    /// A time span as `82:14:05:31.000`: days, hours, minutes, seconds (aci.md 3.1).
    static func span(_ seconds: Double) -> String {
        let whole = Int(max(0, seconds))
        func two(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
        return "\(two(whole / 86_400)):\(two(whole / 3600 % 24)):\(two(whole / 60 % 60)):\(two(whole % 60)).000"
    }
}
