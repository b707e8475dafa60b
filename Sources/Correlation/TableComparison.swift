import Fabric
import FoundationEssentials

/// Compares the next hops of two leaves' tables by one merge over the sorted prefixes.
///
/// Only next hops that are given nodes count. Sets of next hops are stored once per table, so each pair of sets is
/// compared once however many routes share it.
struct TableComparison {
    /// A prefix whose next hops differ.
    struct Difference {
        let prefix: IPPrefix
        let onlyLeft: [NodeName]
        let onlyRight: [NodeName]
    }

    private let left: Observed<RouteTable>
    private let right: Observed<RouteTable>
    private let names: [NodeName]
    private let leftSets: [[Int]]
    private let rightSets: [[Int]]
    private let limit: Int

    init(_ left: Observed<RouteTable>, _ right: Observed<RouteTable>, nodes: [Node], limit: Int) {
        self.left = left
        self.right = right
        self.limit = limit
        names = nodes.map(\.name)
        let numbers = Dictionary(
            nodes.enumerated().compactMap { index, node in node.address.map { ($0, index) } },
            uniquingKeysWith: { first, _ in first })
        func sets(_ table: RouteTable) -> [[Int]] {
            table.nextHopSets.map { set in
                Set(set.hops.filter(\.isBGP).compactMap { $0.address.flatMap { numbers[$0] } }).sorted()
            }
        }
        leftSets = sets(left.value)
        rightSets = sets(right.value)
    }

    /// A pair of sets; nil: the leaf has no route.
    private struct Pair: Hashable {
        var left: UInt32?
        var right: UInt32?
    }

    private typealias Gap = (onlyLeft: [Int], onlyRight: [Int])

    /// The prefixes that differ, ascending.
    ///
    /// - Parameter isKnown: whether it is known without the tables' ages that the left leaf, or else the right one, does not
    ///   take a prefix from a node.
    func differences(isKnown: (IPPrefix, NodeName, _ isLeft: Bool) -> Bool = { _, _, _ in false }) -> [Difference] {
        let a = left.value.prefixes.v4Keys
        let b = right.value.prefixes.v4Keys
        // Tables of one family; IPv4 is compared word by word.
        if !a.isEmpty || !b.isEmpty { return differences(a, b, { IPPrefix(v4Key: $0) }, isKnown) }
        return differences(Array(left.value.prefixes), Array(right.value.prefixes), { $0 }, isKnown)
    }

    private func differences<Key: Comparable>(
        _ a: [Key], _ b: [Key], _ prefix: (Key) -> IPPrefix, _ isKnown: (IPPrefix, NodeName, Bool) -> Bool
    ) -> [Difference] {
        var known: [Pair: Gap?] = [:]
        // Neighbouring routes mostly have the sets of the one before.
        var last: (pair: Pair, gap: Gap?)?
        var result: [Difference] = []
        let leftNumbers = left.value.setIndexes
        let rightNumbers = right.value.setIndexes
        var l = 0
        var r = 0
        while l < a.count || r < b.count {
            let takesLeft = l < a.count && (r >= b.count || a[l] <= b[r])
            let takesRight = r < b.count && (l >= a.count || b[r] <= a[l])
            let pair = Pair(left: takesLeft ? leftNumbers[l] : nil, right: takesRight ? rightNumbers[r] : nil)
            if last?.pair != pair {
                if known[pair] == nil { known[pair] = .some(compare(pair)) }
                last = (pair, known[pair] ?? nil)
            }
            if let gap = last?.gap {
                let prefix = prefix(takesLeft ? a[l] : b[r])
                let isOld = isSettled(gap, takesLeft ? l : nil, takesRight ? r : nil)
                let onlyLeft = gap.onlyLeft.map { names[$0] }.filter { isOld || isKnown(prefix, $0, false) }
                let onlyRight = gap.onlyRight.map { names[$0] }.filter { isOld || isKnown(prefix, $0, true) }
                if !onlyLeft.isEmpty || !onlyRight.isEmpty {
                    result.append(Difference(prefix: prefix, onlyLeft: onlyLeft, onlyRight: onlyRight))
                }
            }
            l += takesLeft ? 1 : 0
            r += takesRight ? 1 : 0
        }
        return result
    }

    private func compare(_ pair: Pair) -> Gap? {
        let a = pair.left.map { leftSets[Int($0)] } ?? []
        let b = pair.right.map { rightSets[Int($0)] } ?? []
        if a == b { return nil }
        if !a.isEmpty, !b.isEmpty, max(a.count, b.count) >= limit { return nil }
        return (Set(a).subtracting(b).sorted(), Set(b).subtracting(a).sorted())
    }

    /// Whether the other leaf was read late enough to have the route as well.
    private func isSettled(_ gap: Gap, _ l: Int?, _ r: Int?) -> Bool {
        func isYoung(_ table: Observed<RouteTable>, _ row: Int?, than other: Observed<RouteTable>) -> Bool {
            guard let row else { return false }
            let installed = table.at.addingTimeInterval(-Double(table.value.ages[row]))
            return installed.timeIntervalSince(other.at) > -2
        }
        if !gap.onlyLeft.isEmpty, isYoung(left, l, than: right) { return false }
        return gap.onlyRight.isEmpty || !isYoung(right, r, than: left)
    }
}
