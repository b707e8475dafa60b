/// Keys in the order in which they come due: a binary heap.
///
/// Entries are never taken back; who pops one asks whether it still holds.
struct DueQueue {
    struct Entry {
        var due: Duration
        var rank: Int
        var key: PollKey

        func precedes(_ other: Entry) -> Bool { due == other.due ? rank < other.rank : due < other.due }
    }

    private var heap: [Entry] = []

    var first: Entry? { heap.first }

    mutating func push(_ entry: Entry) {
        heap.append(entry)
        var child = heap.count - 1
        while child > 0 {
            let parent = (child - 1) / 2
            guard heap[child].precedes(heap[parent]) else { return }
            heap.swapAt(child, parent)
            child = parent
        }
    }

    mutating func pop() -> Entry? {
        guard let top = heap.first, let last = heap.popLast() else { return nil }
        guard !heap.isEmpty else { return top }
        heap[0] = last
        var parent = 0
        while true {
            var least = parent
            for child in [2 * parent + 1, 2 * parent + 2] where child < heap.count {
                if heap[child].precedes(heap[least]) { least = child }
            }
            if least == parent { return top }
            heap.swapAt(parent, least)
            parent = least
        }
    }
}

/// Looks that wait in one line: their intervals and weights are the same, so the first in line is the one to start.
enum PollLine: Int, CaseIterable {
    case urgent, summary, cluster, fabric, routes, node

    init(_ item: PollItem) {
        if item.urgent {
            self = .urgent
            return
        }
        switch item.look {
        case .leafSummary: self = .summary
        case .leafRoutes: self = .routes
        case .node: self = .node
        case .cluster, .pods: self = .cluster
        case .fabric, .fabricConfiguration: self = .fabric
        }
    }

    /// How much being late by one interval weighs: leaves more than nodes, of which there are many. Nothing starves,
    /// since waiting outgrows any weight.
    var weight: Double {
        switch self {
        case .urgent: 1e9
        case .summary, .cluster, .fabric: 8
        case .routes: 4
        case .node: 1
        }
    }
}
