import Correlation
import Fabric
import FoundationEssentials
import Testing

@Suite struct BorrowedAddressesTests {
    private let lent = IPAddress(v4: 0x0AF4_0000 + (1 * 64) * 64 + 9)

    private func borrowing() -> FabricBuilder {
        var fabric = FabricBuilder.figure1()
        for side in 0...1 {
            fabric.snapshot.nodes[FabricBuilder.name(3)]?.exports["Node_\(side)"]?.value.append(
                NodeRoute(prefix: IPPrefix(host: lent), protocolName: "kernel1", since: "08:00:00"))
        }
        return fabric
    }

    @Test func byCalicosOwnBlocks() {
        var fabric = borrowing()
        fabric.snapshot.cluster.ipam = Observed(
            [
                IPAMBlock(
                    block: FabricBuilder.block(1), owner: FabricBuilder.name(1), free: 0,
                    borrowed: [BorrowedAddress(address: lent, node: FabricBuilder.name(3))])
            ], fabric.provenance(.kubernetes))
        let found = fabric.findings("borrowed-addresses")
        #expect(found.map(\.severity) == [.note])
        #expect(found.first?.cause.contains("of node-1") == true)
        #expect(found.first?.cause.contains("full") == true)
        #expect(fabric.picture().ledger.contains { $0.prefix == IPPrefix(host: lent) && $0.expected == .yes })
    }

    @Test func byWhatANodeExports() {
        let found = borrowing().findings("borrowed-addresses")
        #expect(found.count == 1)
        #expect(found.first?.cause.contains("not read") == true)
    }
}
