import Fabric
import Formats
import FoundationEssentials
import Polling

/// Where switches stand in the tree, and how their clocks go: read once, kept true by every look at the fabric.
actor FabricDirectory {
    private let connection: RESTConnection
    private var pods: [LeafID: Int] = [:]
    private var skews: [LeafID: Double] = [:]
    /// Switches that the APIC has lost; what it still holds of them is of the past.
    private var lost: Set<LeafID> = []
    private var reading: Task<Result<[UInt8], SourceError>, Never>?
    private var hasThrottle = false
    /// Until when paths are not asked for, since they were refused.
    private var lacksPathsUntil: Date?
    /// Leaves with many paths: when those were read last.
    private var manyPaths: [LeafID: Date] = [:]
    /// Before this moment no leaf's many paths are read.
    private var nextManyPaths: Date?

    init(_ connection: RESTConnection) { self.connection = connection }

    /// `topology/pod-1/node-203`.
    ///
    /// - Throws: what failed, or that the fabric has no switch of this number.
    func place(of leaf: LeafID) async throws(SourceError) -> String {
        await readThrottle()
        if pods[leaf] == nil { try await read(for: leaf) }
        if lost.contains(leaf) {
            throw SourceError(
                kind: .unreachable, source: .leaf(leaf), operation: APICQuery.objects(of: "fabricNode").command,
                cause: "the APIC says that the leaf is inactive: it does not answer the fabric",
                hint: "see the leaf's power, its uplinks and whether it is reloading")
        }
        guard let pod = pods[leaf] else {
            throw SourceError(
                kind: .notFound, source: .leaf(leaf), operation: APICQuery.objects(of: "fabricNode").command,
                cause: "the fabric has no switch \(leaf)", hint: "check the leaves' numbers in the configuration")
        }
        return "topology/pod-\(pod)/node-\(leaf)"
    }

    /// Whether paths are worth asking for: a release or a role that refuses them is asked again after an hour.
    func offersPaths(_ now: Date) -> Bool { lacksPathsUntil.map { now >= $0 } ?? true }

    /// Whether a leaf's paths may be read now. Few always may; many, which at the design's maximum are half as much again
    /// as the routes, wait until everything else was read once, and then have their turn leaf by leaf.
    func mayReadPaths(of leaf: LeafID, _ now: Date) -> Bool {
        guard let last = manyPaths[leaf] else { return true }
        let isFree = nextManyPaths.map { now >= $0 } ?? true
        guard isFree, now.timeIntervalSince(last) >= FabricDirectory.manyPathsEvery else { return false }
        manyPaths[leaf] = now
        nextManyPaths = now.addingTimeInterval(FabricDirectory.manyPathsApart)
        return true
    }

    /// Notes how many paths a leaf has; false where they are to wait for their turn.
    func hasPaths(_ count: Int, on leaf: LeafID, _ now: Date) -> Bool {
        guard count > connection.configuration.manyPaths else {
            manyPaths[leaf] = nil
            return true
        }
        guard manyPaths[leaf] == nil else { return true }
        manyPaths[leaf] = .distantPast
        nextManyPaths = nextManyPaths ?? now.addingTimeInterval(FabricDirectory.manyPathsApart)
        return false
    }

    /// Seconds between two readings of one leaf's many paths, and of two leaves'.
    private static let manyPathsEvery = 600.0
    private static let manyPathsApart = 60.0

    /// Notes that paths were refused; true where that is news.
    func lacksPaths(_ now: Date) -> Bool {
        let isNews = lacksPathsUntil == nil
        lacksPathsUntil = now.addingTimeInterval(3600)
        return isNews
    }

    /// How many seconds a leaf's clock is ahead.
    func skew(of leaf: LeafID) -> Double { skews[leaf] ?? 0 }

    /// Takes in what an answer tells of switches.
    func learn(from answer: Answer) {
        let facts = APIC.facts(answer.bytes).value
        note(facts.nodes)
        for system in facts.systems {
            if let time = system.time { skews[system.id] = time.timeIntervalSince(answer.at) }
        }
    }

    private func note(_ nodes: [FabricNode]) {
        for node in nodes {
            pods[node.id] = node.pod
            if node.state == "inactive" { lost.insert(node.id) } else { lost.remove(node.id) }
        }
    }

    private func read(for leaf: LeafID) async throws(SourceError) {
        let connection = connection
        let task =
            reading
            ?? Task {
                do throws(SourceError) {
                    return .success(try await connection.get(.objects(of: "fabricNode"), for: .leaf(leaf)))
                } catch {
                    return .failure(error)
                }
            }
        reading = task
        let result = await task.value
        reading = nil
        do {
            note(APIC.facts(try result.get()).value.nodes)
        } catch {
            var error = error
            error.source = .leaf(leaf)
            throw error
        }
    }

    /// What the APIC allows is asked first of all; where it is not told, the console's own limit holds.
    private func readThrottle() async {
        guard !hasThrottle else { return }
        hasThrottle = true
        let bytes: [UInt8]
        do throws(SourceError) {
            bytes = try await connection.get(RESTQueries.throttle, for: .apic)
        } catch {
            // A user who may not read it is not asked for it again; a controller that is away is.
            hasThrottle = error.kind == .refused || error.kind == .notFound
            return
        }
        let facts = APIC.facts(bytes).value
        if facts.hasThrottle { await connection.allow(facts.throttle) }
    }
}
