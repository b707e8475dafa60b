import Fabric
import Foundation
import Simulator
import Testing

/// A console that is killed, or told to stop, at any line of its journal: the next one goes on, or takes it back.
@Suite(.serialized, .enabled(if: Lab.hasCluster, "it needs a lab with Kubernetes"), .timeLimit(.minutes(60)))
struct KillLabTests {
    private let plan: Topology.NodePlan
    private var node: String { plan.name.text }

    init() throws {
        try Lab.startControllers()
        try Operations.putBack()
        plan = try Lab.drainable()
        let isHealthy = try Lab.isHealthy()
        try #require(isHealthy, "the lab is not healthy to begin with")
    }

    /// The lines after which the signal comes: all of them in the full run, else one in five.
    private static let lines = Array(stride(from: 1, through: 40, by: Lab.isFull ? 1 : 5))

    /// What was changed on the node is told by its mark, or nothing was changed.
    private func expectNamed(_ when: String) throws {
        let truth = try NodeTruth(plan)
        let isTouched = truth.isCordoned || truth.isExcluded || truth.isHeldByLabel
        #expect(!isTouched || truth.mark != nil, "\(when): \(truth)")
    }

    private func expectInService(_ when: String) throws {
        let isBack = try Lab.eventually(30) { try NodeTruth(plan).isInService }
        let truth = try NodeTruth(plan)
        #expect(isBack, "\(when): \(truth)")
    }

    /// SIGKILL at a line of the drain, then a drain that goes on or a restore that takes it back, by turns; SIGKILL at a
    /// line of the restore, then a restore that goes on.
    @Test func atEveryLineOfADrainAndARestore() throws {
        let operations = try Operations()
        defer { operations.end() }
        var killed = 0
        for line in Self.lines {
            let drain = try operations.run("drain", node, signal: (SIGKILL, line))
            killed += drain.status == 0 ? 0 : 1
            try expectNamed("drain killed after line \(line)")
            if line % 2 == 1 || drain.status == 0 {
                let next = try operations.run("drain", node)
                #expect(next.status == 0, "drain after line \(line): \(next.text)")
                let truth = try NodeTruth(plan)
                #expect(truth.isInMaintenance, "drain after line \(line): \(truth)")
                let restore = try operations.run("restore", node, signal: (SIGKILL, line))
                killed += restore.status == 0 ? 0 : 1
                try expectNamed("restore killed after line \(line)")
            }
            let last = try operations.run("restore", node)
            #expect(last.status == 0, "restore after line \(line): \(last.text)")
            try expectInService("after line \(line)")
            if drain.status == 0 { break }
        }
        #expect(killed > Self.lines.count / 3, "\(killed) were killed")
    }

    @Test func atEveryLineOfAPush() throws {
        let operations = try Operations()
        let leaf = Lab.topology.rack(plan.rack)?.leaves.last?.number ?? 0
        let target = "\(node)/\(leaf)"
        defer {
            try? Lab.fault("wrong-leaf-as", target, undo: true)
            operations.end()
        }
        for line in Self.lines {
            try Lab.fault("wrong-leaf-as", target)
            let push = try operations.run("push", node, signal: (SIGKILL, line))
            let next = try operations.run("push", node)
            #expect(next.status == 0, "push after line \(line): \(next.text)")
            let isHealthy = try Lab.isHealthy()
            #expect(isHealthy, "push after line \(line)")
            try expectInService("push after line \(line)")
            if push.status == 0 { break }
        }
    }

    /// What an operation that was told to stop has to have said. One that had ended when the signal came leaves with the
    /// signal's status.
    private func expectTold(_ report: Operations.Report, _ when: String) throws {
        try expectNamed(when)
        guard !hasEnded(report) else { return }
        #expect(report.outcome == "aborted" && report.status == 2, "\(when): \(report.text)")
        #expect(!report.remains.isEmpty, "\(when): \(report)")
        #expect(!report.undo.isEmpty || report.remains.contains("nothing was changed"), "\(when): \(report)")
    }

    private func hasEnded(_ report: Operations.Report) -> Bool {
        report.status == 0 || report.status == 128 + SIGINT && report.outcome == "succeeded"
    }

    /// SIGINT: it stops after its present step, tells the state, and a restore takes it back.
    @Test func anAbortAtEveryLineOfADrainTellsTheState() throws {
        let operations = try Operations()
        defer { operations.end() }
        for line in Self.lines {
            let drain = try operations.run("drain", node, signal: (SIGINT, line))
            try expectTold(drain, "drain aborted after line \(line)")
            let truth = try NodeTruth(plan)
            #expect(hasEnded(drain) || truth.leases.isEmpty, "after line \(line): \(truth)")
            let restore = try operations.run("restore", node)
            #expect(restore.status == 0, "after line \(line): \(restore.text)")
            try expectInService("abort after line \(line)")
            if hasEnded(drain) { break }
        }
    }

    /// The same of a restore, which the next one finishes.
    @Test func anAbortAtEveryLineOfARestoreTellsTheState() throws {
        let operations = try Operations()
        defer { operations.end() }
        for line in Self.lines {
            let drain = try operations.run("drain", node)
            #expect(drain.status == 0, "before line \(line): \(drain.text)")
            let restore = try operations.run("restore", node, signal: (SIGINT, line))
            try expectTold(restore, "restore aborted after line \(line)")
            if !hasEnded(restore) {
                let last = try operations.run("restore", node)
                #expect(last.status == 0, "after line \(line): \(last.text)")
            }
            try expectInService("restore aborted after line \(line)")
            if hasEnded(restore) { break }
        }
    }

    /// And of a push, which the next one finishes.
    @Test func anAbortAtEveryLineOfAPushTellsTheState() throws {
        let operations = try Operations()
        let leaf = Lab.topology.rack(plan.rack)?.leaves.last?.number ?? 0
        let target = "\(node)/\(leaf)"
        defer {
            try? Lab.fault("wrong-leaf-as", target, undo: true)
            operations.end()
        }
        for line in Self.lines {
            try Lab.fault("wrong-leaf-as", target)
            let push = try operations.run("push", node, signal: (SIGINT, line))
            if !hasEnded(push) {
                #expect(push.outcome == "aborted" && push.status == 2, "after line \(line): \(push.text)")
                #expect(!push.remains.isEmpty, "after line \(line): \(push)")
                let next = try operations.run("push", node)
                #expect(next.status == 0, "push after line \(line): \(next.text)")
            }
            let isHealthy = try Lab.isHealthy()
            #expect(isHealthy, "push after line \(line)")
            try expectInService("push aborted after line \(line)")
            if hasEnded(push) { break }
        }
    }
}
