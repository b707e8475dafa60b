import Foundation

/// What the diagnosis has to say of a fault: one entry of `Tests/Expectations/faults.json`.
public struct Expectation: Sendable, Decodable {
    /// The fault's name.
    public var fault: String
    /// Rules that must have a finding, with words of its summary or cause, in any case.
    public var must: [String: [String]]
    /// Rules that may have one as well.
    public var may: Set<String>
    /// Seconds after the fault from which, and until which, ``must`` holds.
    public var window: ClosedRange<Int>
    /// Whether one look cannot tell.
    public var isWatched: Bool
    /// Whether it shows only where a leaf installs several next hops.
    public var needsSeveral: Bool

    private enum Key: String, CodingKey { case fault, must, may, from, until, watched, several }

    /// Reads an entry.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        fault = try container.decode(String.self, forKey: .fault)
        must = try container.decode([String: [String]].self, forKey: .must)
        may = try container.decode(Set<String>.self, forKey: .may)
        let from = try container.decodeIfPresent(Int.self, forKey: .from) ?? 12
        window = from...(try container.decodeIfPresent(Int.self, forKey: .until) ?? 90)
        needsSeveral = try container.decodeIfPresent(Bool.self, forKey: .several) ?? false
        isWatched = try container.decodeIfPresent(Bool.self, forKey: .watched) ?? false
    }
}

/// The file of expectations, which was written before the rules.
public struct Expectations: Sendable, Decodable {
    private struct Pair: Decodable {
        var faults: Set<String>
        var may: Set<String>
    }

    private var groups: [String: Set<String>]
    private var pairs: [Pair]
    /// Every fault that the simulated fabric makes.
    public var faults: [Expectation]
    /// Those that only real daemons make.
    public var lab: [Expectation]

    /// Rules that may follow from two faults together and from neither alone.
    public func together(_ one: Expectation, _ other: Expectation) -> Set<String> {
        pairs.filter { $0.faults == [one.fault, other.fault] }.reduce(into: []) { $0.formUnion($1.may) }
    }

    /// Reads the file of this package.
    public static func load() throws -> Expectations {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        let data = try Data(contentsOf: folder.appending(path: "Expectations/faults.json"))
        var all = try JSONDecoder().decode(Expectations.self, from: data)
        all.faults = all.faults.map(all.resolved)
        all.lab = all.lab.map(all.resolved)
        return all
    }

    /// With the members of groups in the place of their names.
    private func resolved(_ expectation: Expectation) -> Expectation {
        var expectation = expectation
        for name in expectation.may where name.hasPrefix("@") {
            expectation.may.remove(name)
            expectation.may.formUnion(groups[String(name.dropFirst())] ?? [])
        }
        return expectation
    }
}
