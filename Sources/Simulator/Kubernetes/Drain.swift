import Fabric

/// A running `kubectl drain`: stepped with the fabric, it prints what kubectl 1.32 prints and takes virtual time.
public struct Drain: Sendable {
    /// What a step brings.
    public enum Output: Sendable, Hashable {
        /// A line on standard output.
        case output(String)
        /// A line on standard error.
        case errors(String)
        /// The end, with the exit status.
        case exit(Int32)
    }

    private enum Progress: Sendable, Hashable {
        case waiting(until: Duration)
        case ending
        case gone
    }

    private let node: NodeName
    private let flags: Arguments
    private var pods: [(name: ObjectName, progress: Progress)] = []
    private var deadline: Duration?
    private var hasBegun = false
    private var hasEnded = false

    init(node: NodeName, _ flags: Arguments) {
        self.node = node
        self.flags = flags
    }

    static func suffix(_ dryRun: String?) -> String {
        switch dryRun {
        case "client", "true": " (dry run)"
        case "server": " (server dry run)"
        default: ""
        }
    }

    /// Does what is due at the fabric's present time.
    public mutating func step(_ fabric: inout SimulatedFabric) -> [Output] {
        guard !hasEnded else { return [] }
        var lines: [Output] = []
        if !hasBegun {
            hasBegun = true
            lines += begin(&fabric)
        }
        if !hasEnded { lines += proceed(&fabric) }
        return lines
    }

    private mutating func begin(_ fabric: inout SimulatedFabric) -> [Output] {
        let dryRun = Drain.suffix(flags.value("--dry-run"))
        let wasCordoned = fabric.cluster.nodes[node]?.isCordoned == true
        if dryRun.isEmpty { _ = fabric.cluster.setCordoned(node, true) }
        var lines = [Output.output("node/\(node) \(wasCordoned ? "already " : "")cordoned\(dryRun)")]
        let here = fabric.cluster.pods.filter { $0.node == node && !$0.isTerminating }
        let daemons = here.filter { if case .daemonSet = $0.owner { true } else { false } }
        let others = here.filter { if case .daemonSet = $0.owner { false } else { true } }
        if let refusals = refusals(daemons, others) { return lines + refusals }
        if !daemons.isEmpty {
            lines.append(.errors("Warning: ignoring DaemonSet-managed Pods: \(names(daemons))"))
        }
        guard dryRun.isEmpty else {
            lines += others.map { .output("evicting pod \($0.name)\(dryRun)") }
            hasEnded = true
            return lines + [.output("node/\(node) drained\(dryRun)"), .exit(0)]
        }
        pods = others.map { ($0.name, .waiting(until: fabric.now)) }
        deadline = seconds(flags.value("--timeout")).map { fabric.now + .seconds($0) }
        return lines
    }

    private func names(_ pods: [SimulatedPod]) -> String { pods.map(\.name.description).joined(separator: ", ") }

    /// `12s`, `5m`, `300`; zero and absent mean no limit.
    private func seconds(_ text: String?) -> Int? {
        guard let text, let value = Int(text.filter(\.isNumber)), value > 0 else { return nil }
        return text.hasSuffix("m") ? value * 60 : value
    }

    private mutating func refusals(_ daemons: [SimulatedPod], _ others: [SimulatedPod]) -> [Output]? {
        var reasons: [String] = []
        if !daemons.isEmpty, !flags.isOn("--ignore-daemonsets") {
            reasons.append(
                "cannot delete DaemonSet-managed Pods (use --ignore-daemonsets to ignore): \(names(daemons))")
        }
        let local = others.filter(\.hasEmptyDir)
        if !local.isEmpty, !flags.isOn("--delete-emptydir-data", "--delete-local-data") {
            reasons.append(
                "cannot delete Pods with local storage (use --delete-emptydir-data to override): \(names(local))")
        }
        return reasons.isEmpty ? nil : failure(reasons)
    }

    /// The lines that end a failed drain; several reasons stand in brackets.
    private mutating func failure(_ reasons: [String]) -> [Output] {
        hasEnded = true
        let joined = reasons.count == 1 ? reasons[0] : "[" + reasons.joined(separator: ", ") + "]"
        return [
            .errors("error: unable to drain node \"\(node)\" due to error: \(joined), continuing command..."),
            .errors("There are pending nodes to be drained:"), .errors(" \(node)"),
        ] + reasons.map { .errors($0) } + [.exit(1)]
    }

    private mutating func proceed(_ fabric: inout SimulatedFabric) -> [Output] {
        var lines: [Output] = []
        for index in pods.indices {
            let name = pods[index].name
            switch pods[index].progress {
            case .waiting(let until) where until <= fabric.now:
                lines.append(.output("evicting pod \(name)"))
                lines += evict(index, &fabric)
            case .ending where !fabric.cluster.pods.contains { $0.name == name }:
                pods[index].progress = .gone
                lines.append(.output("pod/\(name.name) evicted"))
            default: break
            }
        }
        if pods.allSatisfy({ $0.progress == .gone }) {
            hasEnded = true
            return lines + [.output("node/\(node) drained"), .exit(0)]
        }
        if let deadline, fabric.now >= deadline { return lines + timeout() }
        return lines
    }

    private mutating func evict(_ index: Int, _ fabric: inout SimulatedFabric) -> [Output] {
        let name = pods[index].name
        switch fabric.cluster.evict(name, at: fabric.now) {
        case .evicted, .notFound: pods[index].progress = .ending
        case .blocked, .severalBudgets:
            pods[index].progress = .waiting(until: fabric.now + .seconds(5))
            return [
                .errors(
                    "error when evicting pods/\"\(name.name)\" -n \"\(name.namespace)\" (will retry after 5s): "
                        + "Cannot evict pod as it would violate the pod's disruption budget.")
            ]
        }
        return []
    }

    private mutating func timeout() -> [Output] {
        let left = pods.filter { $0.progress != .gone }
        let limit = flags.value("--timeout") ?? ""
        let reasons = left.map { pod in
            pod.progress == .ending
                ? "error when waiting for pod \"\(pod.name.name)\" in namespace \"\(pod.name.namespace)\" to "
                    + "terminate: context deadline exceeded"
                : "error when evicting pods/\"\(pod.name.name)\" -n \"\(pod.name.namespace)\": global timeout "
                    + "reached: \(limit)"
        }
        let joined = reasons.count == 1 ? reasons[0] : "[" + reasons.joined(separator: ", ") + "]"
        return [.errors("There are pending pods in node \"\(node)\" when an error occurred: \(joined)")]
            + left.map { .errors("pod/\($0.name.name)") } + failure(reasons)
    }
}
