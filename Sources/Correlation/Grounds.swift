/// What a rule's findings rest on: where all of it is as it was when the rule found nothing, it finds nothing again.
public struct Grounds: OptionSet, Sendable {
    /// The bits.
    public let rawValue: Int

    /// Grounds from their bits.
    public init(rawValue: Int) { self.rawValue = rawValue }

    /// The inventory in force.
    public static let inventory = Grounds(rawValue: 1)
    /// Release, limits and maintenance.
    public static let settings = Grounds(rawValue: 2)
    /// All that the cluster tells, whenever it was read.
    public static let cluster = Grounds(rawValue: 4)
    /// The rows of the leaves' tables, whenever they were read.
    public static let rows = Grounds(rawValue: 8)
    /// The leaves' tables, with the time at which they were read and the ages in them.
    public static let tables = Grounds(rawValue: 16)
    /// The measured services.
    public static let services = Grounds(rawValue: 32)
    /// The prefixes that leaves are known to refuse.
    public static let refusals = Grounds(rawValue: 64)
}
