/// A colour by its red, green and blue parts.
public struct RGB: Hashable, Sendable {
    /// Red from 0 to 255.
    public let red: UInt8
    /// Green from 0 to 255.
    public let green: UInt8
    /// Blue from 0 to 255.
    public let blue: UInt8

    /// A colour from its parts.
    public init(_ red: UInt8, _ green: UInt8, _ blue: UInt8) {
        self.red = red
        self.green = green
        self.blue = blue
    }

    /// A colour from `#rrggbb`; nil for anything else.
    public init?(hex: String) {
        let digits = hex.utf8.dropFirst()
        guard hex.utf8.first == UInt8(ascii: "#"), digits.count == 6,
            digits.allSatisfy({ $0 != UInt8(ascii: "+") && $0 != UInt8(ascii: "-") }),
            let value = UInt32(hex.dropFirst(), radix: 16)
        else { return nil }
        self.init(UInt8(value >> 16 & 0xFF), UInt8(value >> 8 & 0xFF), UInt8(value & 0xFF))
    }

    /// How far apart two colours look: weighted squared distance, without unit.
    func distance(to other: RGB) -> Int {
        let parts = [(red, other.red, 2), (green, other.green, 4), (blue, other.blue, 3)]
        return parts.reduce(0) { sum, part in
            let difference = Int(part.0) - Int(part.1)
            return sum + part.2 * difference * difference
        }
    }
}

/// A theme's colour: exact, or one of the terminal's own sixteen, or both.
public enum Color: Hashable, Sendable {
    /// The terminal's own foreground or background.
    case terminal
    /// One of the terminal's sixteen colours (0 to 15), whatever the user has made of it.
    case ansi(UInt8)
    /// An exact colour, with the one of the sixteen that stands for it where there are no more (nil: the nearest).
    case rgb(RGB, ansi16: UInt8?)
}
