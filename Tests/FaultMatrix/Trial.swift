public import Correlation
import Fabric
import Foundation
public import Simulator

/// One or two faults of the simulated fabric, watched by a seed's choice of topology, moment, and noise.
public struct Trial: Sendable {
    /// The faults; empty: the fabric stays healthy.
    public var faults: [Expectation]
    /// What everything else follows from.
    public var seed: UInt64
    /// The fabric; nil: the seed's.
    public var topology: Topology?
    /// Rules that may follow from its faults together and from none alone.
    public var together: Set<String> = []

    /// A trial from its parts.
    public init(_ faults: [Expectation], seed: UInt64, topology: Topology? = nil) {
        self.faults = faults
        self.seed = seed
        self.topology = topology
    }

    /// Its faults as text.
    public var name: String { faults.isEmpty ? "healthy" : faults.map(\.fault).joined(separator: "+") }

    /// A rule that was not found, or found without the words.
    public struct Miss: Sendable {
        /// The rule.
        public var rule: String
        /// What there was instead.
        public var found: String
    }

    /// A finding that nothing permits.
    public struct FalseAlarm: Sendable {
        /// The rule.
        public var rule: String
        /// Seconds after the first fault.
        public var after: Int
        /// What it said.
        public var words: String
    }

    /// What came of a trial.
    public struct Outcome: Sendable {
        /// Rules that had to be found.
        public var wanted: [String] = []
        /// Those that were not.
        public var misses: [Miss] = []
        /// Findings that nothing permits, each rule once.
        public var falseAlarms: [FalseAlarm] = []
        /// Why the trial could not be made; nil where it was.
        public var problem: String?
    }

    /// Makes the faults, watches, and judges.
    ///
    /// - Parameter shown: gets each picture that is judged, and its second.
    public func run(shown: (Int, Picture) -> Void = { _, _ in }) -> Outcome {
        var random = MatrixRandom(seed: seed)
        let topology = self.topology ?? chosenTopology()
        var fabric = SimulatedFabric(
            topology: topology, seed: seed, uptimes: seed % 3 == 0 ? 60_000...300_000 : 4000...60_000)
        fabric.statusStyle = seed % 2 == 0 ? .tablewriter : .goPretty
        var observer = Observer(fabric, hasReturns: seed % 5 == 0)
        let onset = Int(random.next(in: 20...60))
        let second = onset + (faults.count > 1 ? Int(random.next(in: 0...20)) : 0)
        // Most seeds look once, an eighth watch; half of those conclude at every second, and again from nothing.
        let isWatching = faults.contains(where: \.isWatched) || seed % 8 == 3
        let isThorough = seed % 16 == 3
        // A moment at which everything that was made has to show.
        let from = zip(faults, [onset, second]).map { $0.window.lowerBound + $1 }.max() ?? onset
        let until = zip(faults, [onset, second]).map { $0.window.upperBound + $1 }.min() ?? onset + 120
        let moment = from <= until ? Int(random.next(in: UInt64(from)...UInt64(until))) : from
        var outcome = Outcome()
        let phase = Int(random.next(in: 0...29))
        let targets = chosen(topology, &random)
        var picture = Picture(at: fabric.epoch)
        let start = isWatching ? max(0, onset - 10) : moment
        for now in 0...moment {
            observer.fabric.advance(to: .seconds(now))
            for (index, fault) in faults.enumerated() where now == (index == 0 ? onset : second) {
                guard let kind = FaultKind(rawValue: fault.fault) else {
                    outcome.problem = "the simulated fabric does not know it"
                    return outcome
                }
                do {
                    try observer.fabric.inject(Fault(kind, targets[index]))
                } catch {
                    outcome.problem = "\(error)"
                    return outcome
                }
            }
            guard now >= start else { continue }
            if now == start { observer.lookAtAll() } else { observer.poll(phase: phase) }
            guard isThorough || now == moment || (now + phase) % Observer.leafInterval == 0 else { continue }
            picture = observer.conclude(isRepeated: isThorough)
            shown(now - onset, picture)
            judgeAlarms(picture, topology, now - onset, &outcome)
        }
        if from <= until { judgeRecall(picture, targets, topology, &outcome) }
        outcome.problem = observer.divergence
        return outcome
    }

    /// Figure 2 for every eighth seed, else one that the seed makes.
    private func chosenTopology() -> Topology {
        let isSeveral = faults.contains(where: \.needsSeveral)
        if seed % 8 == 0, !isSeveral { return .figure2 }
        var number = seed
        while isSeveral, Topology.varied(seed: number).ecmpLimit == 1 { number += 1_000_003 }
        return .varied(seed: number)
    }

    // MARK: Targets

    /// The targets: the fabric's own choice for one fault, ones that stand apart for two.
    private func chosen(_ topology: Topology, _ random: inout MatrixRandom) -> [String?] {
        var used: Set<String> = []
        return faults.map { fault in
            guard let kind = FaultKind(rawValue: fault.fault) else { return nil }
            func pick(_ names: [String]) -> String? {
                let free = names.filter { !used.contains($0) }
                guard !free.isEmpty else { return names.randomElement(using: &random) }
                let name = free.randomElement(using: &random)
                if let name { used.insert(name) }
                return name
            }
            switch kind.scope {
            case .node, .host: return pick(topology.nodes.map(\.name.text))
            case .session:
                guard let name = pick(topology.nodes.map(\.name.text)),
                    let node = topology.node(NodeName(name)), let rack = topology.rack(node.rack)
                else { return nil }
                return "\(name)/\(rack.leaves[Int(random.next(in: 0...1))])"
            case .leaf: return topology.leaves.randomElement(using: &random)?.id.description
            case .service, .none: return nil
            }
        }
    }

    /// The nodes that a fault touches; nil: all.
    private func footprint(_ index: Int, _ target: String?, _ topology: Topology) -> Set<NodeName>? {
        guard let kind = FaultKind(rawValue: faults[index].fault) else { return [] }
        switch kind.scope {
        case .node, .session, .host:
            let name = target.map { String($0.prefix { $0 != "/" }) } ?? ""
            guard let node = topology.node(NodeName(name)) else { return [] }
            // Faults of blocks and names reach into another node of the rack.
            let reaches: Set<FaultKind> = [
                .doubleAffinity, .blockExhaustion, .duplicateNodeAddress, .duplicateAS, .peerNameClash, .recoveryWait,
                .nodeDown, .birdKilled, .calicoNodeDead, .asPathTooLong,
            ]
            return reaches.contains(kind)
                ? Set(topology.nodes.filter { $0.rack == node.rack }.map(\.name)) : [node.name]
        case .leaf:
            let rack = topology.leaves.first { $0.id.description == target }?.rack
            return Set(topology.nodes.filter { $0.rack == rack }.map(\.name))
        case .service, .none: return nil
        }
    }

    /// Whether two faults may hide each other.
    private func areApart(_ targets: [String?], _ topology: Topology) -> Bool {
        guard faults.count > 1 else { return true }
        guard let a = footprint(0, targets[0], topology), let b = footprint(1, targets[1], topology) else {
            return false
        }
        return a.isDisjoint(with: b)
    }

    // MARK: Judging

    private func permitted(_ topology: Topology) -> Set<String> {
        var rules = Set(faults.flatMap { $0.may.union($0.must.keys) }).union(together)
        // A leaf before 4.2 has one next hop for each service, and the console says so.
        if topology.ecmpLimit == 1 { rules.insert("service-single-next-hop") }
        return rules
    }

    private func judgeAlarms(_ picture: Picture, _ topology: Topology, _ after: Int, _ outcome: inout Outcome) {
        let permitted = permitted(topology)
        let known = Set(outcome.falseAlarms.map(\.rule))
        for finding in picture.findings where !permitted.contains(finding.rule.text) {
            guard !known.contains(finding.rule.text),
                !outcome.falseAlarms.contains(where: { $0.rule == finding.rule.text })
            else { continue }
            outcome.falseAlarms.append(
                FalseAlarm(rule: finding.rule.text, after: after, words: "\(finding.summary): \(finding.cause)"))
        }
    }

    private func judgeRecall(
        _ picture: Picture, _ targets: [String?], _ topology: Topology, _ outcome: inout Outcome
    ) {
        let areApart = areApart(targets, topology)
        var met = 0
        for fault in faults {
            for (rule, words) in fault.must {
                let found = picture.findings.filter { $0.rule.text == rule }
                let isMet = found.contains { finding in
                    let said = (finding.summary + " " + finding.cause).lowercased()
                    return words.allSatisfy { said.contains($0.lowercased()) }
                }
                if isMet { met += 1 }
                guard areApart else { continue }
                outcome.wanted.append(rule)
                if !isMet { outcome.misses.append(Miss(rule: rule, found: told(picture, found))) }
            }
        }
        // Of two faults that may hide each other one at least has to show.
        if !areApart, met == 0, faults.contains(where: { !$0.must.isEmpty }) {
            let rules = faults.flatMap { $0.must.keys }.sorted().joined(separator: "|")
            outcome.wanted.append(rules)
            outcome.misses.append(Miss(rule: rules, found: told(picture, [])))
        }
    }

    private func told(_ picture: Picture, _ found: [Finding]) -> String {
        let shown = found.isEmpty ? picture.findings : found
        let lines = shown.prefix(4).map { "\($0.rule): \($0.summary): \($0.cause)" }
        return lines.isEmpty ? "nothing" : lines.joined(separator: " || ")
    }
}

/// A generator whose sequence follows from its seed.
struct MatrixRandom: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed &* 0x9e37_79b9_7f4a_7c15 ^ 0x6d61_7472_6978 }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }

    mutating func next(in range: ClosedRange<UInt64>) -> UInt64 {
        range.lowerBound + next() % (range.upperBound - range.lowerBound + 1)
    }
}
