public import Fabric

/// The part of a configuration, a plan or a capture folder that says what the fabric and its cluster consist of:
/// either `plan: FILE` or `racks` and `nodes`, and the facts that no source tells.
public struct InventoryDocument: Hashable, Sendable {
    /// The plan's file as written, and where; nil: `racks` and `nodes` tell.
    public var plan: Located<String>?
    /// Racks.
    public var racks: [Rack] = []
    /// Leaves.
    public var leaves: [Leaf] = []
    /// Nodes.
    public var nodes: [Node] = []
    /// Leaves that are asked directly, and the host that each is reached by.
    public var leafHosts: [LeafID: String] = [:]
    /// The VRF, `tenant:vrf`.
    public var vrf: String?
    /// Subnets that pods live in.
    public var podSubnets: [IPPrefix] = []
    /// Service subnets.
    public var serviceSubnets: [IPPrefix] = []
    /// The ACI release, `4.2(3)`; nil: unknown.
    public var release: String?
    /// Whether the fabric takes AS paths of equal length from different nodes as equal (ACI 4.2 and later); nil: unknown.
    public var multipathRelax: Bool?
    /// The next hops that a leaf installs for one eBGP route; nil: the release's default.
    public var ecmpLimit: Int?

    /// A value with its place in the document.
    public struct Located<Value: Hashable & Sendable>: Hashable, Sendable {
        /// The value.
        public var value: Value
        /// Where it stands.
        public var mark: DocumentMark
    }

    /// The keys that ``read(_:with:)`` understands.
    public static let keys = [
        "plan", "racks", "nodes", "vrf", "pod_subnets", "service_subnets", "release", "multipath_relax", "ecmp_limit",
    ]

    /// Reads the keys of ``keys`` from a mapping; what is wrong is in the reader's diagnostics.
    public static func read(_ fields: DocumentFields, with reader: inout DocumentReader) -> InventoryDocument {
        var document = InventoryDocument()
        document.readFacts(fields, with: &reader)
        if let plan = fields["plan"], let path = reader.text(plan, "plan") {
            document.plan = Located(value: path, mark: plan.mark)
            for key in ["racks", "nodes"] where fields[key] != nil {
                reader.error(at: fields.mark(of: key), "\(key) cannot stand beside plan: the plan already tells them")
            }
            return document
        }
        if let racks = fields["racks"] { document.readRacks(racks, with: &reader) }
        if let nodes = fields["nodes"] { document.readNodes(nodes, with: &reader) }
        return document
    }

    /// The inventory: from the plan where one is given, with the facts that this document adds; marked configured.
    public func inventory(plan: Inventory? = nil) -> Inventory {
        var inventory =
            plan
            ?? Inventory(
                vrf: nil, racks: racks, leaves: leaves, nodes: nodes, podSubnets: [], serviceSubnets: [])
        inventory.vrf = vrf ?? inventory.vrf
        if !podSubnets.isEmpty { inventory.podSubnets = podSubnets }
        if !serviceSubnets.isEmpty { inventory.serviceSubnets = serviceSubnets }
        return inventory
    }

    private mutating func readFacts(_ fields: DocumentFields, with reader: inout DocumentReader) {
        vrf = fields["vrf"].flatMap { value in
            reader.text(value, "vrf").flatMap { text in
                let parts = text.split(separator: ":", omittingEmptySubsequences: false)
                let isWord = text.utf8.allSatisfy { byte in
                    (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
                        || "_.:-".utf8.contains(byte)
                }
                guard parts.count == 2, parts.allSatisfy({ !$0.isEmpty }), isWord, text.first != "-" else {
                    reader.error(
                        at: value.mark,
                        "vrf is written as tenant:vrf, such as common:calico, not '\(reader.shown(text))'")
                    return nil
                }
                return text
            }
        }
        podSubnets = fields["pod_subnets"].flatMap { reader.prefixes($0, "pod_subnets") } ?? []
        serviceSubnets = fields["service_subnets"].flatMap { reader.prefixes($0, "service_subnets") } ?? []
        release = fields["release"].flatMap { reader.release($0) }
        multipathRelax = fields["multipath_relax"].flatMap { reader.boolean($0, "multipath_relax") }
        ecmpLimit = fields["ecmp_limit"].flatMap { reader.integer($0, "ecmp_limit", in: 1...64) }
    }
}

extension InventoryDocument {
    private mutating func readRacks(_ value: DocumentValue, with reader: inout DocumentReader) {
        for item in reader.list(value, "racks") ?? [] {
            guard let fields = reader.fields(of: item, "a rack", known: ["name", "as", "leaves"]),
                let name = reader.required("name", of: fields, in: "a rack").flatMap({
                    reader.text($0, "a rack's name")
                })
            else { continue }
            if racks.contains(where: { $0.name == name }) {
                reader.error(at: fields.mark(of: "name"), "rack \(reader.shown(name)) stands here twice")
                continue
            }
            let asn = fields["as"].flatMap { reader.asn($0, "as of rack \(reader.shown(name))") }
            var ids: [LeafID] = []
            if let list = reader.required("leaves", of: fields, in: "rack \(reader.shown(name))") {
                for leaf in reader.list(list, "leaves of rack \(reader.shown(name))") ?? [] {
                    if let id = readLeaf(leaf, rack: name, with: &reader) { ids.append(id) }
                }
            }
            racks.append(Rack(name: name, asn: asn, leaves: ids, origin: .configured))
        }
    }

    private mutating func readLeaf(
        _ value: DocumentValue, rack: String, with reader: inout DocumentReader
    ) -> LeafID? {
        guard let leaf = PlannedLeaf.read(value, with: &reader) else { return nil }
        if let other = self.leaves.first(where: { $0.id == leaf.id }) {
            reader.error(at: value.mark, "leaf \(leaf.id) already stands in rack \(reader.shown(other.rack ?? "?"))")
            return nil
        }
        leaves.append(Leaf(id: leaf.id, name: leaf.name, rack: rack, origin: .configured))
        leafHosts[leaf.id] = leaf.host
        return leaf.id
    }

    private mutating func readNodes(_ value: DocumentValue, with reader: inout DocumentReader) {
        let known = ["name", "address", "as", "rack", "host"]
        let rackNames = Set(racks.map(\.name))
        var names: Set<NodeName> = []
        var owners: [IPAddress: NodeName] = [:]
        for item in reader.list(value, "nodes") ?? [] {
            guard let fields = reader.fields(of: item, "a node", known: known),
                let name = reader.required("name", of: fields, in: "a node").flatMap({
                    reader.nodeName($0, "a node's name")
                })
            else { continue }
            guard names.insert(name).inserted else {
                reader.error(at: fields.mark(of: "name"), "node \(name) stands here twice")
                continue
            }
            var node = Node(name: name, address: nil, asn: nil, rack: nil, origin: .configured)
            readAddress(fields["address"], of: &node, owners: &owners, with: &reader)
            node.asn = fields["as"].flatMap { reader.asn($0, "as of node \(name)") }
            node.host = fields["host"].flatMap { reader.host($0, "host of node \(name)") }
            node.rack = fields["rack"].flatMap { readRackName($0, of: name, among: rackNames, with: &reader) }
            nodes.append(node)
        }
    }

    private func readAddress(
        _ value: DocumentValue?, of node: inout Node, owners: inout [IPAddress: NodeName],
        with reader: inout DocumentReader
    ) {
        guard let value, let text = reader.text(value, "address of node \(node.name)") else { return }
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let address = parts.first.flatMap({ IPAddress($0) }), parts.count == 1 || IPPrefix(text) != nil else {
            reader.error(
                at: value.mark,
                "address of node \(node.name) is an address such as 192.168.2.1 or 192.168.2.1/29, "
                    + "not '\(reader.shown(text))'")
            return
        }
        if let other = owners[address] {
            reader.error(at: value.mark, "address \(address) already belongs to node \(other)")
            return
        }
        owners[address] = node.name
        node.address = address
        node.subnetLength = parts.count == 2 ? IPPrefix(text).map { Int($0.length) } : nil
    }

    private func readRackName(
        _ value: DocumentValue, of node: NodeName, among racks: Set<String>, with reader: inout DocumentReader
    ) -> String? {
        guard let name = reader.text(value, "rack of node \(node)") else { return nil }
        guard racks.contains(name) else {
            let hint = reader.nearest(to: name, in: racks).map { "; did you mean '\($0)'?" } ?? ""
            reader.error(at: value.mark, "rack '\(reader.shown(name))' of node \(node) is not among racks\(hint)")
            return nil
        }
        return name
    }
}

extension DocumentReader {
    /// The value of a key that must be there.
    public mutating func required(_ key: String, of fields: DocumentFields, in what: String) -> DocumentValue? {
        if let value = fields[key] { return value }
        error(at: fields.mark(of: key), "\(what) needs '\(key)'")
        return nil
    }
}
