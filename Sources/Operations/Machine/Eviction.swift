import Fabric

/// What `kubectl drain` says of pods that may not be evicted (calico.md 4.4).
enum Eviction {
    /// The pod of a line `error when evicting pods/"NAME" -n "NAMESPACE" …` that tells of a disruption budget; nil: the
    /// line tells something else.
    static func refused(_ line: String) -> ObjectName? {
        let words = line.lowercased()
        guard words.contains("error when evicting"),
            words.contains("disruption budget") || words.contains("disruptionbudget")
        else { return nil }
        let quoted = line.split(separator: "\"", omittingEmptySubsequences: false)
        guard quoted.count > 3, !quoted[1].isEmpty else { return nil }
        return ObjectName(namespace: String(quoted[3]), name: String(quoted[1]))
    }
}

extension Operation {
    /// Remembers which budgets have refused an eviction, and says so of each once.
    mutating func hear(_ line: String) {
        guard current == .evict, case .drain(let drain) = plan, let pod = Eviction.refused(line) else { return }
        for budget in drain.guards[pod] ?? [] where !refusing.contains(budget) {
            refusing.append(budget)
            note("budget \(budget) keeps \(pod)")
        }
    }

    /// A failure of the eviction with the budgets that refused it.
    func named(_ reason: String) -> String {
        guard current == .evict, !refusing.isEmpty else { return reason }
        return "kept by \(refusing.count > 1 ? "budgets" : "budget") \(list(refusing)): \(reason)"
    }
}
