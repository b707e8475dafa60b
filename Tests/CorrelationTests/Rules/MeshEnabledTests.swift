import Correlation
import Fabric
import FoundationEssentials
import Testing

@Suite struct MeshEnabledTests {
    @Test func byConfiguration() {
        var fabric = FabricBuilder.figure1()
        fabric.snapshot.cluster.bgpConfiguration?.value?.isMeshEnabled = true
        #expect(fabric.findings("mesh-enabled").count == 1)
    }

    @Test func byItsAbsence() {
        var fabric = FabricBuilder.figure1()
        let from = fabric.provenance(.kubernetes)
        fabric.snapshot.cluster.bgpConfiguration = Observed(CalicoBGPConfiguration?.none, from)
        #expect(fabric.findings("mesh-enabled").first?.cause.contains("no default BGPConfiguration") == true)
    }

    @Test func byMeshPeersWhichAreNoSessions() {
        var fabric = FabricBuilder.figure1()
        let peer = NodePeer(
            address: FabricBuilder.address(2), kind: .mesh, protocolName: "Mesh_1", protocolState: "start",
            state: BGPState(words: "Connect"), info: "Connect", since: "08:00:00")
        fabric.snapshot.nodes[FabricBuilder.name(1)]?.protocols?.value.append(peer)
        #expect(fabric.rules == ["mesh-enabled"])
        #expect(fabric.findings("mesh-enabled").first?.evidence.isEmpty == false)
    }

    @Test func unreadConfigurationIsUnknown() {
        var fabric = FabricBuilder.figure1()
        fabric.snapshot.cluster.bgpConfiguration = nil
        #expect(fabric.findings("mesh-enabled").isEmpty)
    }

    /// A node passes on another's block, and the leaf, that has it from its own node, rejects the copy.
    @Test func aRejectedCopyIsAConsequence() {
        var fabric = FabricBuilder.figure1()
        let copy = NodeRoute(
            prefix: FabricBuilder.block(2), protocolName: "Mesh_192_168_0_17", since: "08:00:00")
        fabric.snapshot.nodes[FabricBuilder.name(1)]?.exports["Node_0"]?.value.append(copy)
        fabric.snapshot.cluster.bgpConfiguration?.value?.isMeshEnabled = true
        #expect(fabric.rules == ["mesh-enabled"])
        #expect(fabric.findings("mesh-enabled").first?.cause.contains("the leaves reject 1 such path") == true)
        let entry = fabric.picture().ledger.first {
            $0.key == SessionKey(node: FabricBuilder.name(1), leaf: LeafID(101)) && $0.prefix == FabricBuilder.block(2)
        }
        #expect(entry?.rule == "mesh-enabled")
        #expect(entry?.accepted == .no)
    }

    /// Its own node is lost, so that the leaf has it from nobody: the copy's rejection says nothing new.
    @Test func aCopyOfALostNodesPrefixIsNoAlarm() {
        var fabric = FabricBuilder.figure1()
        let copy = NodeRoute(
            prefix: FabricBuilder.block(2), protocolName: "Mesh_192_168_0_17", since: "08:00:00")
        fabric.snapshot.nodes[FabricBuilder.name(1)]?.exports["Node_0"]?.value.append(copy)
        fabric.snapshot.cluster.bgpConfiguration?.value?.isMeshEnabled = true
        fabric.lose(2, 101, info: "Idle Received: Hold timer expired", age: 60)
        fabric.rebuildTable(101, except: [2: Set([FabricBuilder.block(2), FabricBuilder.range])])
        #expect(!fabric.rules.contains("prefix-not-accepted"))
    }

    /// A leaf that takes copies counts them too: its count then does not tell which of the node's own it takes.
    @Test func aCountWithCopiesTellsNothingOfThoseThatAreNotInstalled() {
        var fabric = FabricBuilder.figure1()
        let copy = NodeRoute(
            prefix: FabricBuilder.block(2), protocolName: "Mesh_192_168_0_17", since: "08:00:00")
        fabric.snapshot.nodes[FabricBuilder.name(3)]?.exports["Node_0"]?.value.append(copy)
        fabric.snapshot.cluster.bgpConfiguration?.value?.isMeshEnabled = true
        fabric.rebuildTable(101, except: [3: [FabricBuilder.block(3)]])
        let entry = fabric.picture().ledger.first {
            $0.key == SessionKey(node: FabricBuilder.name(3), leaf: LeafID(101)) && $0.prefix == FabricBuilder.block(3)
        }
        #expect(entry?.accepted == .unknown)
        #expect(!fabric.rules.contains("prefix-not-accepted"))
    }

    /// Where the leaf has the prefix from nobody, the copy's rejection is one more sign of what is wrong.
    @Test func aPrefixThatNoOneBringsIsStillAnAlarm() {
        var fabric = FabricBuilder.figure1()
        fabric.snapshot.cluster.bgpConfiguration?.value?.isMeshEnabled = true
        fabric.accept(101, 3, 1)
        fabric.rebuildTable(101, except: [3: [FabricBuilder.block(3)]])
        #expect(fabric.rules.contains("prefix-not-accepted"))
    }
}
