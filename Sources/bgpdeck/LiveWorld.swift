import APICClient
import Children
import ClusterClient
import Console
import Correlation
import Fabric
import Foundation
import Live
import Operations
import Polling

/// What a world is built from, whether a user's configuration or the simulated fabric's own description gave it.
struct WorldPlan {
    var label: FabricLabel
    var inventory: Inventory
    var settings: CorrelationSettings
    var apic: APICConfiguration
    /// The controllers over REST, instead of their command line.
    var rest: RESTConfiguration?
    var cluster: ClusterConfiguration
    var intervals = PollIntervals()
    var budget = PollBudget.remote
    /// Reads in the place of the clients that call ssh, kubectl and calicoctl; nil: those do. Leaves are read over REST
    /// all the same where that is chosen.
    var reading: ReadPort?
    var allowsChanges: Bool
    var folders: RunFolders
    var faults: FaultDoor?
}

/// The folders of a run: state that stays, and a private one that goes with it.
struct RunFolders {
    /// Journal, log and dumps.
    var state: String
    /// Spool and sockets, 0700, removed at the end.
    var run: String
    /// Where the journal is kept: the user's, or the run's own for a simulated fabric.
    var journal: String
}

extension World {
    /// Builds the live adapters: one reading port out of both clients, the changing half behind the gate alone.
    static func live(_ plan: WorldPlan) -> World {
        let children = ChildRunner()
        let now: @Sendable () -> Date = { Date() }
        let spool = Spool(directory: plan.folders.run)
        let keep: @Sendable (Answer) async -> Evidence? = {
            await spool.append(source: $0.source, command: $0.command, bytes: $0.bytes)
        }
        let rest = plan.rest.map { RESTPort.make($0, leaves: plan.inventory.leaves.map(\.id), now: now, keep: keep) }
        let leaves = rest?.reading ?? plan.reading ?? APICPort.read(plan.apic, children: children, now: now)
        let source = plan.reading == nil ? ClusterPort.open(plan.cluster, children: children, now: now) : nil
        let cluster = source?.reading ?? plan.reading ?? ReadPort { LookResult(look: $0, answers: []) }
        let gate = ChangeGate(
            ClusterPort.changes(plan.cluster, children: children), controllers: rest?.changes,
            isGone: { $0.isGone(seenFrom: .current) })
        if plan.allowsChanges { gate.unlock() }
        var world = World(
            label: plan.label, inventory: plan.inventory, settings: plan.settings,
            reading: ReadPort(
                perform: { look in
                    switch look {
                    case .leafSummary, .leafRoutes, .fabric, .fabricConfiguration: await leaves.perform(look)
                    case .node, .cluster, .pods: await cluster.perform(look)
                    }
                }, news: merged([leaves.news, source?.reading.news].compactMap { $0 })),
            targets: PollTargets(
                leaves: plan.inventory.leaves.map(\.id), nodes: plan.inventory.nodes.map(\.name),
                cluster: plan.cluster.readsCluster, fabric: plan.rest != nil),
            intervals: plan.intervals, budget: plan.budget, gate: gate,
            evidence: EvidenceStore(
                keep: keep,
                read: { place in
                    if case .bytes(let bytes) = await spool.read(place) { bytes } else { nil }
                }),
            journalFolder: plan.folders.journal, who: .current, faults: plan.faults,
            dumpFolder: plan.folders.state + "/dumps", now: now)
        world.leave = {
            await source?.close()
            await rest?.close()
        }
        return world
    }

    /// What several sources tell unasked, as one stream.
    private static func merged(
        _ all: [@Sendable () -> AsyncStream<PushedNews>]
    ) -> (@Sendable () -> AsyncStream<PushedNews>)? {
        guard all.count > 1 else { return all.first }
        return {
            let streams = all.map { $0() }
            return AsyncStream { continuation in
                let task = Task {
                    await withDiscardingTaskGroup { group in
                        for stream in streams {
                            group.addTask { for await item in stream { continuation.yield(item) } }
                        }
                    }
                    continuation.finish()
                }
                continuation.onTermination = { _ in task.cancel() }
            }
        }
    }
}

extension Operator {
    /// This process's user, host and number.
    static var current: Operator {
        Operator(
            user: NSUserName(), host: ProcessInfo.processInfo.hostName,
            pid: ProcessInfo.processInfo.processIdentifier)
    }
}
