extension Duration {
    /// A time as people write it: `5s`, `500ms`, `2m` or `2min`, `1h`, a bare number of seconds; a day at most.
    ///
    /// - Parameter text: digits and a unit without a blank.
    /// - Returns: nil where the text is no such time.
    public init?(words text: String) {
        let number = text.prefix { $0.isASCII && $0.isNumber }
        guard let count = Int(number), count <= 86_400_000 else { return nil }
        switch text.dropFirst(number.count) {
        case "ms": self = .milliseconds(count)
        case "", "s": self = .seconds(count)
        case "m", "min": self = .seconds(count * 60)
        case "h": self = .seconds(count * 3600)
        default: return nil
        }
        guard self <= .seconds(86_400) else { return nil }
    }
}
