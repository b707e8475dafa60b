/// A generator whose whole sequence follows from its seed (SplitMix64), so that a simulated fabric can be repeated.
struct SeededRandom: RandomNumberGenerator, Sendable {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        return SeededRandom.mix(state)
    }

    /// Spreads a value over all 64 bits.
    static func mix(_ value: UInt64) -> UInt64 {
        var z = value
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }

    /// A hash that is the same in every process, unlike `Hasher`'s.
    static func hash(_ text: String, seed: UInt64 = 0) -> UInt64 {
        var value = seed ^ 0xcbf2_9ce4_8422_2325
        for byte in text.utf8 { value = (value ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
        return mix(value)
    }
}

/// Seconds of a duration, rounded down.
extension Duration {
    var wholeSeconds: Int {
        let parts = components
        return Int(parts.seconds) - (parts.attoseconds < 0 ? 1 : 0)
    }
}
