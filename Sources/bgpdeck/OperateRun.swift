import Commands
import Correlation
import Fabric
import Foundation
import Live
import Operations
import Polling

/// `bgpdeck drain|restore|push` without the full screen: plan, consent, steps as lines; one node after the other.
///
/// Exit status: 0 done, or there was nothing to do, or a dry run whose plan may run; 1 not begun: something forbids it,
/// or no consent was given; 2 begun and not come to its end: what state remains is told, and how to go on. The first
/// interrupt (Ctrl-C) aborts it: it stops after its present step.
enum OperateRun {
    static func run(_ kind: OperationKind, _ nodes: [String], _ world: World, _ choice: OperationChoice) async -> Int32
    {
        var reports: [OperationReport] = []
        var status: Int32 = 0
        for name in nodes {
            let report = await run(kind, NodeName(name), world, choice)
            reports.append(report)
            status = report.status
            if status != 0 { break }
        }
        if choice.output == .json { Standard.output(OperationReport.json(reports) + "\n") }
        return status
    }

    private static func run(
        _ kind: OperationKind, _ node: NodeName, _ world: World, _ choice: OperationChoice
    ) async -> OperationReport {
        let session = OperationSession(world)
        let plan = await session.plan(
            kind, of: node, options: options(choice), overrides: Set(choice.overrides.compactMap(Blocker.Kind.init)),
            reset: choice.reset.flatMap(SessionReset.init), leaving: Set(choice.leaving))
        var report = OperationReport(plan)
        if let odd = unknownObject(plan, choice) {
            Standard.error("bgpdeck: \(plan.title): \(odd)")
            await session.end()
            report.refusal = odd
            report.status = 1
            return report
        }
        tell(plan.lines.map(\.plain).joined(separator: "\n"), choice)
        guard !choice.isDryRun, plan.isAllowed else {
            await session.end()
            if !plan.isAllowed { report.refusal = plan.standing.map(\.text).joined(separator: "; ") }
            report.status = plan.isAllowed || plan.isNothingToDo ? 0 : 1
            return report
        }
        do {
            let consent =
                choice.isConfirmed
                ? try Consent.byFlag(for: plan) : try Consent.check(typed: ask(plan, choice), for: plan)
            let result = try await Leaving.heeding {
                Standard.error("bgpdeck: stops after the present step; once more, and it ends here and now")
                session.abort()
            } _: {
                try await session.run(plan, consent: consent) { tell($0, choice) }
            }
            let undo = result.undo.isEmpty ? "" : "\nundo: \(result.undo)"
            tell("\(plan.title) \(result.outcome.rawValue): \(result.reason)\nnow: \(result.remains)\(undo)", choice)
            report.result = result
            report.status = result.outcome == .succeeded ? 0 : result.wasBegun ? 2 : 1
        } catch {
            Standard.error("bgpdeck: \(plan.title): \(error)")
            report.refusal = "\(error)"
            report.status = 1
            await session.end()
        }
        return report
    }

    /// Why an object cannot be left as it is; nil where each can.
    private static func unknownObject(_ plan: Plan, _ choice: OperationChoice) -> String? {
        guard case .push(let push) = plan else { return nil }
        let known = push.objects.map(\.name)
        guard let odd = choice.leaving.first(where: { !known.contains($0) }) else { return nil }
        return "--leave \(odd): "
            + (known.isEmpty ? "nothing differs" : "what differs is \(known.joined(separator: ", "))")
    }

    private static func options(_ choice: OperationChoice) -> DrainOptions {
        var options = DrainOptions(
            gracePeriodSeconds: choice.gracePeriodSeconds, deletesEmptyDirData: choice.deletesEmptyDirData,
            forcesUnmanaged: choice.forcesUnmanaged)
        if let seconds = choice.timeoutSeconds { options.timeoutSeconds = max(1, seconds) }
        return options
    }

    /// Lines go to standard output, or past it where that is one JSON object.
    private static func tell(_ text: String, _ choice: OperationChoice) {
        if choice.output == .json { Standard.error(text) } else { Standard.output(text + "\n") }
    }

    private static func ask(_ plan: Plan, _ choice: OperationChoice) -> String {
        guard isatty(STDIN_FILENO) == 1 else { return "" }
        tell("type \(plan.node) to confirm: ", choice)
        return readLine() ?? ""
    }
}

/// What became of an operation, for scripts.
struct OperationReport: Encodable {
    struct Obstacle: Encodable {
        var kind: String
        var text: String
        var remedy: String
        var overridden: Bool
    }

    var operation: String
    var node: String
    var rack: String?
    var leaves: [Int]
    var allowed: Bool
    var blockers: [Obstacle]
    var warnings: [String]
    var plan: [String]
    var refusal: String?
    var outcome: String?
    var reason: String?
    var remains: String?
    var undo: String?
    var status: Int32 = 0

    var result: OperationResult? {
        didSet {
            outcome = result?.outcome.rawValue
            reason = result?.reason
            remains = result?.remains
            undo = result.flatMap { $0.undo.isEmpty ? nil : $0.undo }
        }
    }

    private enum CodingKeys: String, CodingKey {
        case operation, node, rack, leaves, allowed, blockers, warnings, plan, refusal, outcome, reason, remains, undo
        case status
    }

    init(_ plan: Plan) {
        operation = plan.kind.rawValue
        node = plan.node.text
        rack = plan.rack
        leaves = plan.target.leaves.map(\.number)
        allowed = plan.isAllowed
        blockers = plan.blockers.map {
            Obstacle(kind: $0.kind.rawValue, text: $0.text, remedy: $0.remedy, overridden: $0.isOverridden)
        }
        warnings = plan.warnings.map(\.text)
        self.plan = plan.lines.map(\.plain)
    }

    static func json(_ reports: [OperationReport]) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return (try? encoder.encode(reports)).map { String(decoding: $0, as: UTF8.self) } ?? "[]"
    }
}
