/// Padding of printed columns.
extension String {
    /// Blanks on the right up to a width.
    func padded(_ width: Int) -> String {
        let missing = width - utf8.count
        return missing > 0 ? self + String(repeating: " ", count: missing) : self
    }

    /// Blanks on the left up to a width.
    func rightAligned(_ width: Int) -> String {
        let missing = width - utf8.count
        return missing > 0 ? String(repeating: " ", count: missing) + self : self
    }

    /// Blanks on both sides, the odd one on the right.
    func centred(_ width: Int) -> String {
        let missing = max(0, width - utf8.count)
        return String(repeating: " ", count: missing / 2) + self + String(repeating: " ", count: missing - missing / 2)
    }
}

extension Int {
    /// Two digits.
    var twoDigits: String { self < 10 ? "0\(self)" : String(self) }
}

/// Ages as NX-OS prints them: `00:01:30`, `3d02h`, `5w6d`, `1y10w`.
enum Uptime {
    static func text(_ age: Duration, route: Bool = false) -> String {
        let seconds = Swift.max(0, age.wholeSeconds)
        let days = seconds / 86_400
        switch days {
        case 0: return [seconds / 3600, seconds / 60 % 60, seconds % 60].map(\.twoDigits).joined(separator: ":")
        case ..<7: return "\(days)d\((seconds / 3600 % 24).twoDigits)h"
        case ..<365:
            // Routes print weeks and days with two digits each.
            return route ? "\((days / 7).twoDigits)w\((days % 7).twoDigits)d" : "\(days / 7)w\(days % 7)d"
        default: return "\(days / 365)y\(days % 365 / 7)w"
        }
    }
}
