import Fabric
import Simulator

extension HostLoop {
    /// Answers a question for facts: `nodes 0|1 NAME VERSION…`, `cluster VERSION`, `pods NAME`; nil for any other.
    ///
    /// A version is a sum over what was told; who knows the present one is told only that nothing changed.
    func facts(_ words: [String]) -> [UInt8]? {
        switch words.first {
        case "nodes" where words.count >= 2: nodes(words.dropFirst(2), withRoutes: words[1] == "1")
        case "cluster" where words.count == 2: cluster(words[1])
        case "pods" where words.count == 2: pods(NodeName(words[1]))
        default: nil
        }
    }

    private func nodes(_ pairs: ArraySlice<String>, withRoutes: Bool) -> [UInt8] {
        var writer = FactWriter()
        var rest = pairs
        while let name = rest.popFirst(), let known = rest.popFirst() {
            var facts = fabric.facts(of: NodeName(name), withRoutes: withRoutes)
            // The node's clock goes on whatever else stands.
            let clock = facts.bird?.serverTime
            facts.bird?.serverTime = nil
            var own = FactWriter()
            own.put(facts)
            let version = FactVersion.sum(own.bytes)
            writer.put(String(version) != known)
            guard String(version) != known else { continue }
            writer.number(version)
            writer.put(clock)
            writer.put(own.bytes)
        }
        return writer.bytes
    }

    private func cluster(_ known: String) -> [UInt8] {
        var own = FactWriter()
        own.put(fabric.clusterFacts())
        let version = FactVersion.sum(own.bytes)
        var writer = FactWriter()
        writer.put(String(version) != known)
        guard String(version) != known else { return writer.bytes }
        writer.number(version)
        return writer.bytes + own.bytes
    }

    private func pods(_ node: NodeName) -> [UInt8] {
        var writer = FactWriter()
        writer.put(fabric.podFacts(of: node))
        return writer.bytes
    }
}

/// What tells two answers apart.
enum FactVersion {
    /// A sum of 64 bits (FNV-1a over words), the same in every process.
    static func sum(_ bytes: [UInt8]) -> UInt64 {
        bytes.withUnsafeBytes { buffer in
            var value: UInt64 = 0xcbf2_9ce4_8422_2325 ^ UInt64(buffer.count)
            var place = 0
            while place + 8 <= buffer.count {
                value = (value ^ buffer.loadUnaligned(fromByteOffset: place, as: UInt64.self)) &* 0x0000_0100_0000_01b3
                value ^= value >> 29
                place += 8
            }
            for byte in buffer[place...] { value = (value ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
            return value
        }
    }
}
