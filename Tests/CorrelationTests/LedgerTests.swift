import Correlation
import Fabric
import FoundationEssentials
import Testing

@Suite struct LedgerTests {
    private func entry(_ fabric: FabricBuilder, _ prefix: IPPrefix, _ node: Int, _ leaf: Int) -> LedgerEntry? {
        fabric.picture().ledger.first {
            $0.prefix == prefix && $0.key == SessionKey(node: FabricBuilder.name(node), leaf: LeafID(leaf))
        }
    }

    @Test func healthyEntriesAreKnownInAllFourSets() {
        let entry = entry(.figure1(), FabricBuilder.block(1), 1, 101)
        #expect(
            entry?.expected == .yes && entry?.advertised == .yes && entry?.accepted == .yes && entry?.installed == .yes)
        #expect(entry?.kind == .block && entry?.verdict == .ok && entry?.rule == nil)
        #expect(self.entry(.figure1(), FabricBuilder.range, 1, 101)?.kind == .serviceRange)
        #expect(self.entry(.figure1(), FabricBuilder.local, 1, 101)?.kind == .service)
    }

    @Test func nodeSubnetIsDeniedByDesign() {
        let subnet = FabricBuilder.prefix("192.168.0.8/29")
        let entry = entry(.figure1(), subnet, 1, 101)
        #expect(entry?.verdict == .denied && entry?.rule == nil && entry?.kind == .other)
    }

    @Test func expectedAndNotAdvertised() {
        var fabric = FabricBuilder.figure1()
        fabric.snapshot.nodes[FabricBuilder.name(3)]?.exports["Node_0"]?.value.removeAll {
            $0.prefix == FabricBuilder.block(3)
        }
        fabric.accept(101, 3, 1)
        fabric.rebuildTable(101, except: [3: [FabricBuilder.block(3)]])
        #expect(entry(fabric, FabricBuilder.block(3), 3, 101)?.verdict == .notAdvertised)
    }

    @Test func installedAndNotAdvertisedIsUnexpected() {
        var fabric = FabricBuilder.figure1()
        fabric.snapshot.cluster.blocks?.value.removeAll { $0.node == FabricBuilder.name(3) }
        fabric.snapshot.nodes[FabricBuilder.name(3)]?.exports["Node_0"]?.value.removeAll {
            $0.prefix == FabricBuilder.block(3)
        }
        #expect(entry(fabric, FabricBuilder.block(3), 3, 101)?.verdict == .unexpected)
    }

    @Test func acceptedByCountAndNotInstalled() {
        var fabric = FabricBuilder.figure1()
        fabric.rebuildTable(101, except: [3: [FabricBuilder.block(3)]])
        let found = entry(fabric, FabricBuilder.block(3), 3, 101)
        #expect(found?.accepted == .yes && found?.installed == .no && found?.verdict == .notInstalled)
    }

    @Test func unconfirmedBlocksAndExcludedNodesAreNotExpected() {
        var fabric = FabricBuilder.figure1()
        fabric.snapshot.cluster.blocks?.value[0].isConfirmed = false
        fabric.snapshot.cluster.nodes?.value[0].labels[KubernetesNode.excludeLabel] = "true"
        #expect(entry(fabric, FabricBuilder.block(1), 1, 101)?.expected == .no)
        #expect(entry(fabric, FabricBuilder.range, 1, 101)?.expected == .no)
        fabric.snapshot.cluster.nodes?.value[0].labels[KubernetesNode.excludeLabel] = ""
        #expect(entry(fabric, FabricBuilder.range, 1, 101)?.expected == .yes)
    }

    @Test func unreadClusterLeavesExpectationUnknown() {
        var fabric = FabricBuilder.figure1()
        fabric.snapshot.cluster = ClusterState()
        let found = entry(fabric, FabricBuilder.block(1), 1, 101)
        #expect(found?.expected == .unknown && found?.verdict == .ok)
    }

    @Test func lostSessionExplainsItsPrefixes() {
        var fabric = FabricBuilder.figure1()
        fabric.lose(1, 101)
        let found = entry(fabric, FabricBuilder.block(1), 1, 101)
        #expect(found?.verdict == .notAdvertised && found?.rule == "session-down" && found?.accepted == .no)
    }

    @Test func countsRollUpToTheNode() {
        let node = FabricBuilder.figure1().picture().nodes.first
        #expect(node?.advertised == 4 && node?.accepted == 3 && node?.installed == 3)
        #expect(node?.services == 1 && node?.skew == 1.0 && node?.isCordoned == false)
    }

    /// A service subnet that leaves let in is not one that Calico was told to advertise.
    @Test func withoutCalicosConfigurationNoServiceIsExpected() {
        var fabric = FabricBuilder.figure1()
        fabric.snapshot.cluster.bgpConfiguration = nil
        for side in [0, 1] {
            fabric.snapshot.nodes[FabricBuilder.name(3)]?.exports["Node_\(side)"]?.value.removeAll {
                $0.prefix == FabricBuilder.range
            }
        }
        let entries = fabric.picture().ledger.filter { $0.prefix == FabricBuilder.range }
        #expect(!entries.isEmpty)
        #expect(entries.allSatisfy { $0.expected == .unknown && $0.verdict != .notAdvertised })
    }
}
