/// Reads the times of one table: nearly all are of a few days, and written alike but for hour, minute and second.
struct APICClock {
    /// The day of the last time that was read whole, `2026-01-10T`, and what followed its seconds, `.000+00:00`.
    private var day: (UInt64, UInt64) = (0, 0)
    private var tail: (UInt64, UInt64) = (0, 0)
    /// The beginning of that day, in seconds since 1970.
    private var start: Int64?

    /// Seconds since 1970 of `2026-01-10T09:58:32.000+00:00`, as ``APICText/milliseconds(_:)`` reads it.
    mutating func seconds(_ bytes: UnsafeBufferPointer<UInt8>) -> Int64? {
        guard bytes.count == 29 else { return APICText.milliseconds(bytes).map { $0 / 1000 } }
        let raw = UnsafeRawBufferPointer(bytes)
        func word(_ at: Int) -> UInt64 { raw.loadUnaligned(fromByteOffset: at, as: UInt64.self) }
        let day = (word(0), word(3))
        let tail = (word(19), word(21))
        if let start, day == self.day, tail == self.tail, let time = APICClock.time(bytes) { return start + time }
        guard let read = APICText.milliseconds(bytes).map({ $0 / 1000 }) else { return nil }
        guard let time = APICClock.time(bytes) else { return read }
        (self.day, self.tail, start) = (day, tail, read - time)
        return read
    }

    /// Seconds of `09:58:32` in the middle of a time; nil for anything else.
    private static func time(_ bytes: UnsafeBufferPointer<UInt8>) -> Int64? {
        func two(_ at: Int) -> Int64? {
            let (tens, ones) = (bytes[at] &- 48, bytes[at + 1] &- 48)
            return tens < 10 && ones < 10 ? Int64(tens) * 10 + Int64(ones) : nil
        }
        let colon = UInt8(ascii: ":")
        guard bytes[13] == colon, bytes[16] == colon, let hour = two(11), let minute = two(14), let second = two(17),
            hour < 24, minute < 60, second < 61
        else { return nil }
        return hour * 3600 + minute * 60 + second
    }
}
