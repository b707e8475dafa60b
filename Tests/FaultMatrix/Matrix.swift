import Foundation

/// All trials of the matrix with what came of them.
public struct Matrix: Sendable {
    /// Trials with their outcomes.
    public private(set) var results: [(trial: Trial, outcome: Trial.Outcome)] = []

    /// Makes trials side by side.
    ///
    /// - Parameter width: as many at a time.
    public init(_ trials: [Trial], width: Int = 2) async {
        await withTaskGroup(of: (Int, Trial.Outcome).self) { group in
            var next = 0
            var outcomes: [Int: Trial.Outcome] = [:]
            func start() {
                guard next < trials.count else { return }
                let index = next
                next += 1
                group.addTask { @concurrent in (index, trials[index].run()) }
            }
            for _ in 0..<width { start() }
            for await (index, outcome) in group {
                outcomes[index] = outcome
                start()
            }
            results = trials.indices.compactMap { index in outcomes[index].map { (trials[index], $0) } }
        }
    }

    /// Each fault with some seeds, and each pair with some; a healthy fabric with as many as a fault.
    public static func trials(_ expectations: Expectations, seeds: Int, pairSeeds: Int, from first: UInt64 = 1)
        -> [Trial]
    {
        var trials = (0..<seeds).map { Trial([], seed: first + UInt64($0)) }
        for fault in expectations.faults {
            trials += (0..<seeds).map { Trial([fault], seed: first + UInt64($0)) }
        }
        for (index, one) in expectations.faults.enumerated() {
            for (place, other) in expectations.faults.enumerated().dropFirst(index + 1) {
                let together = expectations.together(one, other)
                trials += (0..<pairSeeds).map {
                    var trial = Trial([one, other], seed: first + UInt64($0 * 7919 + index * 61 + place))
                    trial.together = together
                    return trial
                }
            }
        }
        return trials
    }

    /// Whether everything was found, and nothing else.
    public var isClean: Bool {
        results.allSatisfy { $0.outcome.misses.isEmpty && $0.outcome.falseAlarms.isEmpty && $0.outcome.problem == nil }
    }

    /// Recall and false alarms per rule, with the trials that failed.
    ///
    /// - Parameter details: as many failed trials per rule with their words.
    public func report(details: Int = 3) -> String {
        struct Row {
            var wanted = 0
            var missed: [String] = []
            var falseAlarms: [String] = []
        }
        var rows: [String: Row] = [:]
        var problems: [String: String] = [:]
        for (trial, outcome) in results {
            if let problem = outcome.problem { problems[trial.name] = problem }
            for rule in outcome.wanted { rows[rule, default: Row()].wanted += 1 }
            for miss in outcome.misses {
                rows[miss.rule, default: Row()].missed.append("\(trial.name) seed \(trial.seed): \(miss.found)")
            }
            for alarm in outcome.falseAlarms {
                rows[alarm.rule, default: Row()].falseAlarms.append(
                    "\(trial.name) seed \(trial.seed) after \(alarm.after) s: \(alarm.words)")
            }
        }
        var lines = ["\(results.count) trials"]
        for (name, problem) in problems.sorted(by: { $0.key < $1.key }) { lines.append("NOT MADE \(name): \(problem)") }
        for (rule, row) in rows.sorted(by: { $0.key < $1.key }) {
            let recall = row.wanted == 0 ? "-" : "\((row.wanted - row.missed.count) * 1000 / row.wanted) per mille"
            lines.append("\(rule): recall \(recall) of \(row.wanted), false alarms \(row.falseAlarms.count)")
            for miss in row.missed.prefix(details) { lines.append("    missed in " + miss) }
            for alarm in row.falseAlarms.prefix(details) { lines.append("    false in " + alarm) }
        }
        return lines.joined(separator: "\n")
    }
}
