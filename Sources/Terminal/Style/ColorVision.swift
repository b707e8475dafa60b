/// How an eye sees colours.
public enum ColorVision: String, Hashable, Sendable, CaseIterable {
    /// All three cones.
    case normal
    /// Without the cone for long waves: red looks dark.
    case protanopia
    /// Without the cone for middle waves: red and green look alike.
    case deuteranopia
    /// Without the cone for short waves: blue and green look alike, yellow and violet too.
    case tritanopia

    /// Rows of the matrix that takes linear red, green and blue to what this eye sees, after Machado, Oliveira and
    /// Fernandes, "A Physiologically-based Model for Simulation of Color Vision Deficiency" (2009), severity 1.
    private var matrix: [[Double]] {
        switch self {
        case .normal: [[1, 0, 0], [0, 1, 0], [0, 0, 1]]
        case .protanopia:
            [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
        case .deuteranopia:
            [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
        case .tritanopia:
            [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]
        }
    }

    /// How far apart this eye sees two colours: the distance in OKLab times 100, where about 2 is just noticed, 8 is
    /// plain to see in letters, and black and white are 100 apart.
    public func distance(between one: RGB, and other: RGB) -> Double {
        let squares = zip(perceived(one), perceived(other)).map { ($0 - $1) * ($0 - $1) }
        return 100 * squares.reduce(0, +).squareRoot()
    }

    private func perceived(_ color: RGB) -> [Double] {
        let seen = matrix.times(color.linear).map { min(max($0, 0), 1) }
        return Self.labOfCones.times(Self.conesOfRGB.times(seen).map { RGB.root($0, 3) })
    }

    /// Linear sRGB to OKLab's cone responses, and their cube roots to OKLab (Ottosson 2020).
    private static let conesOfRGB = [
        [0.4122214708, 0.5363325363, 0.0514459929], [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
    private static let labOfCones = [
        [0.2104542553, 0.7936177850, -0.0040720468], [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
}

extension RGB {
    /// How bright it is, from 0 to 1: relative luminance by WCAG 2.
    public var luminance: Double {
        zip(linear, [0.2126, 0.7152, 0.0722]).reduce(0) { $0 + $1.0 * $1.1 }
    }

    /// The contrast with another colour by WCAG 2: from 1 to 21.
    public func contrast(with other: RGB) -> Double {
        let light = max(luminance, other.luminance)
        let dark = min(luminance, other.luminance)
        return (light + 0.05) / (dark + 0.05)
    }

    /// Red, green and blue as amounts of light from 0 to 1 (sRGB, IEC 61966-2-1).
    var linear: [Double] {
        [red, green, blue].map { Self.linearParts[Int($0)] }
    }

    private static let linearParts: [Double] = (0...255).map { part in
        let share = Double(part) / 255
        guard share > 0.04045 else { return share / 12.92 }
        let base = (share + 0.055) / 1.055
        // The power 2.4 is a square and a fifth root of a square.
        return base * base * root(base * base, 5)
    }

    /// The root of a number from 0 to 1, by Newton's steps from above.
    static func root(_ value: Double, _ degree: Int) -> Double {
        guard value > 0 else { return 0 }
        var guess = 1.0
        while true {
            let power = (1..<degree).reduce(1.0) { product, _ in product * guess }
            let next = guess - (guess - value / power) / Double(degree)
            guard next < guess - 1e-12 else { return guess }
            guess = next
        }
    }
}

extension [[Double]] {
    fileprivate func times(_ vector: [Double]) -> [Double] {
        map { row in zip(row, vector).reduce(0) { $0 + $1.0 * $1.1 } }
    }
}
