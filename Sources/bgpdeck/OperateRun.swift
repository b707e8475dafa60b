import Correlation
import Fabric
import Foundation
import Live
import Operations

/// `bgpdeck drain|restore|push` without the full screen: plan, consent, steps as lines.
enum OperateRun {
    static func run(
        _ kind: OperationKind, _ nodes: [String], _ world: World, isDryRun: Bool, isConfirmed: Bool
    ) async -> Int32 {
        for name in nodes {
            let status = await run(kind, NodeName(name), world, isDryRun: isDryRun, isConfirmed: isConfirmed)
            guard status == 0 else { return status }
        }
        return 0
    }

    private static func run(
        _ kind: OperationKind, _ node: NodeName, _ world: World, isDryRun: Bool, isConfirmed: Bool
    ) async -> Int32 {
        let session = OperationSession(world)
        let plan = await session.plan(kind, of: node)
        Standard.output(plan.lines.map(\.plain).joined(separator: "\n") + "\n")
        if isDryRun { return plan.isAllowed || plan.isNothingToDo ? 0 : 1 }
        guard plan.isAllowed else {
            await session.end()
            return plan.isNothingToDo ? 0 : 1
        }
        let consent: Consent
        do throws(ConsentError) {
            consent = isConfirmed ? try Consent.byFlag(for: plan) : try Consent.check(typed: ask(plan), for: plan)
        } catch {
            Standard.error("bgpdeck: \(error)")
            return 1
        }
        do throws(ChangeRefusal) {
            let result = try await session.run(plan, consent: consent) { Standard.output($0 + "\n") }
            let undo = result.undo.isEmpty ? "" : "\nundo: \(result.undo)"
            Standard.output(
                "\(plan.title) \(result.outcome.rawValue): \(result.reason)\nnow: \(result.remains)\(undo)\n")
            return result.outcome == .succeeded ? 0 : 1
        } catch {
            Standard.error("bgpdeck: \(plan.title): \(error)")
            return 1
        }
    }

    private static func ask(_ plan: Plan) -> String {
        guard isatty(STDIN_FILENO) == 1 else { return "" }
        Standard.output("type \(plan.node) to confirm: ")
        return readLine() ?? ""
    }
}
