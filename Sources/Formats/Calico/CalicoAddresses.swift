public import Fabric

extension Calico {
    /// Reads IPAMBlocks: who owns a block, how many of its addresses are free, and which are used by pods of nodes that
    /// do not own it (calico.md 3.5).
    ///
    /// Addresses of tunnels, which no pod stands behind, are not borrowed.
    public static func ipamBlocks(_ bytes: [UInt8]) -> Parsed<[IPAMBlock]> {
        ResourceList.read(bytes, kinds: ["IPAMBlock"], BlockObject.self) { $0.value(&$1) }
    }

    /// Reads BGPFilters, as far as they say what is exported (calico.md 3.5).
    public static func filters(_ bytes: [UInt8]) -> Parsed<[CalicoFilter]> {
        ResourceList.read(bytes, kinds: ["BGPFilter"], FilterObject.self) { $0.value(&$1) }
    }

    /// Reads Calico's version from the ClusterInformation `default`; nil where it does not tell.
    public static func version(_ bytes: [UInt8]) -> Parsed<String?> {
        let parsed = ResourceList.read(bytes, kinds: ["ClusterInformation"], InformationObject.self) { item, _ in
            item.spec?.calicoVersion
        }
        return Parsed(parsed.value.first, diagnostics: parsed.diagnostics)
    }
}

/// A ClusterInformation.
private struct InformationObject: Decodable {
    var spec: Spec?

    struct Spec: Decodable {
        var calicoVersion: String?
    }
}

/// An IPAMBlock.
private struct BlockObject: Decodable {
    var metadata: ObjectMeta
    var spec: Spec?

    struct Spec: Decodable {
        var cidr: String?
        var affinity: String?
        var allocations: [Int?]?
        var unallocated: [Int]?
        var attributes: [Attribute]?
    }

    struct Attribute: Decodable {
        var secondary: Secondary?
    }

    struct Secondary: Decodable {
        var node: String?
        var pod: String?
    }

    func value(_ notes: inout ItemNotes) -> IPAMBlock? {
        guard let block = notes.required("spec.cidr", spec?.cidr, as: { IPPrefix($0) }) else { return nil }
        let affinity = spec?.affinity ?? ""
        let owner = affinity.hasPrefix("host:") ? NodeName(String(affinity.dropFirst(5))) : nil
        let attributes = spec?.attributes ?? []
        var borrowed: [BorrowedAddress] = []
        for (place, index) in (spec?.allocations ?? []).enumerated() {
            guard let index, attributes.indices.contains(index), let holder = attributes[index].secondary,
                holder.pod?.isEmpty == false, let name = holder.node, !name.isEmpty, NodeName(name) != owner,
                let address = block.address(at: UInt128(place))
            else { continue }
            borrowed.append(BorrowedAddress(address: address, node: NodeName(name)))
        }
        return IPAMBlock(block: block, owner: owner, free: spec?.unallocated?.count ?? 0, borrowed: borrowed)
    }
}

/// A BGPFilter.
private struct FilterObject: Decodable {
    var metadata: ObjectMeta
    var spec: Spec?

    struct Spec: Decodable {
        var exportV4: [Rule]?
        var exportV6: [Rule]?
    }

    struct Rule: Decodable {
        var cidr: String?
        var prefixLength: Lengths?
        var matchOperator: String?
        var action: String?
        var source: String?
        var interface: String?
        var peerType: String?
    }

    struct Lengths: Decodable {
        var min: Int?
        var max: Int?
    }

    func value(_ notes: inout ItemNotes) -> CalicoFilter? {
        guard let name = notes.name(metadata) else { return nil }
        func rules(_ told: [Rule]?, _ longest: Int) -> [CalicoFilter.Rule] {
            (told ?? []).compactMap { rule(_: $0, longest, &notes) }
        }
        return CalicoFilter(name: name, exportV4: rules(spec?.exportV4, 32), exportV6: rules(spec?.exportV6, 128))
    }

    private func rule(_ told: Rule, _ longest: Int, _ notes: inout ItemNotes) -> CalicoFilter.Rule? {
        let prefix = notes.read("cidr", told.cidr) { IPPrefix($0) }
        if told.cidr?.isEmpty == false, prefix == nil { return nil }
        let least = told.prefixLength?.min ?? 0
        let most = max(least, told.prefixLength?.max ?? longest)
        return CalicoFilter.Rule(
            prefix: prefix, match: told.matchOperator.flatMap(CalicoFilter.Match.init) ?? .equal,
            lengths: told.prefixLength == nil ? nil : least...most, rejects: told.action?.lowercased() == "reject",
            hasMore: [told.source, told.interface, told.peerType].contains { $0?.isEmpty == false })
    }
}
