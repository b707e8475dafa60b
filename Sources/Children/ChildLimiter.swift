/// Lets children start in the order they came: so many at once, so many a second.
public actor ChildLimiter {
    /// A limiter; by default twenty at once and twenty starts a second.
    public init(maximumRunning: Int = 20, startsPerSecond: Int = 20) {}
}
