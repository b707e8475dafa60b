import Correlation
import Fabric
import FoundationEssentials
import Testing

/// Where a leaf tells its paths, they say what it accepts; where they cannot be of the moment, they say nothing.
@Suite struct AcceptedPathsTests {
    private let leaf = LeafID(101)
    private let key = RouteTableKey(vrf: FabricBuilder.vrf, family: .ipv4)

    /// A leaf whose paths are what its nodes advertise, but for what a node is said to lack.
    private func fabric(lacking: [Int: Set<IPPrefix>] = [:]) -> FabricBuilder {
        var fabric = FabricBuilder.figure1()
        tell(&fabric, lacking)
        return fabric
    }

    private func tell(_ fabric: inout FabricBuilder, _ lacking: [Int: Set<IPPrefix>]) {
        var told: [IPAddress: [IPPrefix]] = [:]
        for node in 1...3 {
            told[FabricBuilder.address(node)] = fabric.advertised(node).filter { lacking[node]?.contains($0) != true }
        }
        let paths = AcceptedPaths(vrf: FabricBuilder.vrf, family: .ipv4, prefixes: told)
        let provenance = fabric.provenance(.leaf(leaf), "GET bgpPath")
        fabric.snapshot.leaves[leaf]?.paths[key] = Observed(paths, provenance)
    }

    private func entry(_ fabric: FabricBuilder, _ prefix: IPPrefix, _ node: Int) -> LedgerEntry? {
        fabric.picture().ledger.first {
            $0.prefix == prefix && $0.key == SessionKey(node: FabricBuilder.name(node), leaf: leaf)
        }
    }

    /// The table of a release with one next hop: through node 1 alone.
    private func narrow(_ fabric: inout FabricBuilder) {
        fabric.settings.release = "4.1(2)"
        fabric.setTable(
            101,
            [
                FabricBuilder.block(1): [FabricBuilder.address(1)], FabricBuilder.block(2): [FabricBuilder.address(2)],
                FabricBuilder.block(3): [FabricBuilder.address(3)], FabricBuilder.range: [FabricBuilder.address(1)],
                FabricBuilder.local: [FabricBuilder.address(1)],
            ])
    }

    @Test func aHealthyFabricStaysWithoutAFinding() {
        #expect(fabric().rules.isEmpty)
    }

    /// Installed through others alone: the paths tell that this node's is accepted all the same.
    @Test func acceptedThoughAnotherIsPreferred() {
        var fabric = fabric()
        narrow(&fabric)
        let found = entry(fabric, FabricBuilder.range, 2)
        #expect(found?.accepted == .yes && found?.installed == .unknown && found?.verdict == .ok)
        #expect(found?.reason.contains("accepted; other paths are preferred") == true)
    }

    /// Which of two prefixes that other nodes have too is refused, no count tells, and the paths do.
    @Test func whichOneIsRefusedIsTold() {
        var told = fabric(lacking: [2: [FabricBuilder.range]])
        narrow(&told)
        told.accept(101, 2, told.advertised(2).count - 1)
        #expect(entry(told, FabricBuilder.range, 2)?.verdict == .notAccepted)
        #expect(entry(told, FabricBuilder.local, 2)?.verdict == .ok)
        #expect(told.findings("prefix-not-accepted").first?.subject.prefix == FabricBuilder.range)
        var silent = told
        silent.snapshot.leaves[leaf]?.paths = [:]
        for prefix in [FabricBuilder.range, FabricBuilder.local] {
            #expect(entry(silent, prefix, 2)?.accepted == .unknown)
        }
        #expect(silent.findings("prefix-not-accepted").isEmpty)
    }

    /// The leaf counts another number than the paths show: they are of another moment and deny nothing.
    @Test func pathsOfAnotherMomentDenyNothing() {
        var fabric = fabric(lacking: [2: [FabricBuilder.range]])
        narrow(&fabric)
        #expect(fabric.findings("prefix-not-accepted").isEmpty)
        #expect(entry(fabric, FabricBuilder.range, 2)?.accepted == .yes, "all advertised are counted as accepted")
    }

    @Test func acceptedAndInNoRouteIsNotInstalled() {
        var fabric = fabric()
        fabric.rebuildTable(101, except: [3: [FabricBuilder.block(3)]])
        #expect(entry(fabric, FabricBuilder.block(3), 3)?.verdict == .notInstalled)
    }
}
