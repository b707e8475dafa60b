public import Fabric

/// A leaf as a plan or configuration writes it: `{id: 203, name: Leaf203}`, or the bare number.
struct PlannedLeaf: Hashable, Sendable {
    var id: LeafID
    var name: String
    var host: String?

    static func read(_ value: DocumentValue, with reader: inout DocumentReader) -> PlannedLeaf? {
        if case .scalar = value.content {
            return reader.leafID(value, "a leaf's number").map { PlannedLeaf(id: $0, name: "leaf-\($0)", host: nil) }
        }
        guard let fields = reader.fields(of: value, "a leaf", known: ["id", "name", "host"]),
            let id = reader.required("id", of: fields, in: "a leaf").flatMap({ reader.leafID($0, "a leaf's id") })
        else { return nil }
        let name = fields["name"].flatMap { reader.host($0, "name of leaf \(id)") }
        let host = fields["host"].flatMap { reader.host($0, "host of leaf \(id)") }
        return PlannedLeaf(id: id, name: name ?? "leaf-\(id)", host: host)
    }
}

/// A plan file: the few choices from which the white paper's rules derive every address and AS number.
public struct FabricPlan: Hashable, Sendable {
    /// The tenant.
    public var tenant: String
    /// The VRF inside the tenant.
    public var vrf: String
    /// The L3Out's name, nil where the plan does not name it.
    public var l3out: String?
    /// The subnet that the nodes' subnets are cut from.
    public var supernet: IPPrefix?
    /// Where ``supernet`` stands, for refusals.
    public var supernetMark: DocumentMark
    /// Subnets that pods live in.
    public var podSubnets: [IPPrefix]
    /// Service subnets.
    public var serviceSubnets: [IPPrefix]
    /// Racks in order.
    public var racks: [PlannedRack]

    /// A rack of the plan.
    public struct PlannedRack: Hashable, Sendable {
        /// The name.
        public var name: String
        /// The AS of the rack's leaves as nodes see it.
        public var asn: ASN
        /// Leaf A, leaf B: number and name.
        public var leaves: [Leaf]
        /// Nodes in order.
        public var nodes: [PlannedNode]
        /// Where the rack stands.
        public var mark: DocumentMark
    }

    /// A node of the plan.
    public struct PlannedNode: Hashable, Sendable {
        /// The name.
        public var name: NodeName
        /// The address, nil: the next free subnet's first usable.
        public var address: IPAddress?
        /// The AS, nil: the next free number after the rack's.
        public var asn: ASN?
        /// Where the node stands.
        public var mark: DocumentMark
    }

    /// A plan and what was found wrong in its file.
    public struct Loaded: Sendable {
        /// The plan; nil where the file cannot be used.
        public var plan: FabricPlan?
        /// The inventory that the plan expands to; nil where it cannot.
        public var inventory: Inventory?
        /// What is wrong, in the order of the file.
        public var diagnostics: [DocumentDiagnostic]
    }

    /// Reads a plan and expands it.
    public static func load(text: String, file: String) -> Loaded {
        var reader = DocumentReader(file: file)
        guard let value = reader.parse(text), let plan = FabricPlan.read(value, with: &reader),
            !reader.diagnostics.hasErrors
        else { return Loaded(plan: nil, inventory: nil, diagnostics: reader.diagnostics) }
        let expansion = plan.expanded()
        for problem in expansion.refusals { reader.error(at: problem.mark, problem.message) }
        return Loaded(plan: plan, inventory: expansion.inventory, diagnostics: reader.diagnostics)
    }
}

extension FabricPlan {
    static func read(_ value: DocumentValue, with reader: inout DocumentReader) -> FabricPlan? {
        let known = ["tenant", "vrf", "l3out", "supernet", "pod_subnets", "service_subnets", "racks"]
        guard let fields = reader.fields(of: value, "a plan", known: known) else { return nil }
        let tenant = reader.required("tenant", of: fields, in: "a plan").flatMap { reader.policyName($0, "tenant") }
        let vrf = reader.required("vrf", of: fields, in: "a plan").flatMap { reader.policyName($0, "vrf") }
        let l3out = fields["l3out"].flatMap { reader.policyName($0, "l3out") }
        let supernet = fields["supernet"].flatMap { reader.prefix($0, "supernet") }
        let pods = fields["pod_subnets"].flatMap { reader.prefixes($0, "pod_subnets") } ?? []
        let services = fields["service_subnets"].flatMap { reader.prefixes($0, "service_subnets") } ?? []
        let list = reader.required("racks", of: fields, in: "a plan").flatMap { reader.list($0, "racks") } ?? []
        let racks = list.compactMap { PlannedRack.read($0, with: &reader) }
        guard let tenant, let vrf else { return nil }
        return FabricPlan(
            tenant: tenant, vrf: vrf, l3out: l3out, supernet: supernet, supernetMark: fields.mark(of: "supernet"),
            podSubnets: pods, serviceSubnets: services, racks: racks)
    }
}

extension FabricPlan.PlannedRack {
    static func read(_ value: DocumentValue, with reader: inout DocumentReader) -> FabricPlan.PlannedRack? {
        guard let fields = reader.fields(of: value, "a rack", known: ["name", "as", "leaves", "nodes"]) else {
            return nil
        }
        let name = reader.required("name", of: fields, in: "a rack").flatMap { reader.text($0, "a rack's name") }
        let asn = reader.required("as", of: fields, in: "a rack").flatMap { reader.asn($0, "a rack's as") }
        guard let name, let asn else { return nil }
        let leafList = reader.required("leaves", of: fields, in: "rack \(reader.shown(name))")
        let leafValues = leafList.flatMap { reader.list($0, "leaves of rack \(reader.shown(name))") } ?? []
        let leaves = leafValues.compactMap { PlannedLeaf.read($0, with: &reader) }.map {
            Leaf(id: $0.id, name: $0.name, rack: name, origin: .configured)
        }
        if !leafValues.isEmpty, leafValues.count != 2 {
            reader.error(
                at: fields.mark(of: "leaves"),
                "rack \(reader.shown(name)) names \(leafValues.count) leaves; the design gives each rack a pair")
        }
        let nodeValues = fields["nodes"].flatMap { reader.list($0, "nodes of rack \(reader.shown(name))") } ?? []
        let nodes = nodeValues.compactMap { FabricPlan.PlannedNode.read($0, with: &reader) }
        return FabricPlan.PlannedRack(name: name, asn: asn, leaves: leaves, nodes: nodes, mark: value.mark)
    }
}

extension FabricPlan.PlannedNode {
    static func read(_ value: DocumentValue, with reader: inout DocumentReader) -> FabricPlan.PlannedNode? {
        if case .scalar = value.content {
            return reader.nodeName(value, "a node's name").map {
                FabricPlan.PlannedNode(name: $0, address: nil, asn: nil, mark: value.mark)
            }
        }
        guard let fields = reader.fields(of: value, "a node", known: ["name", "address", "as"]),
            let name = reader.required("name", of: fields, in: "a node").flatMap({
                reader.nodeName($0, "a node's name")
            })
        else { return nil }
        return FabricPlan.PlannedNode(
            name: name, address: fields["address"].flatMap { reader.address($0, "address of node \(name)") },
            asn: fields["as"].flatMap { reader.asn($0, "as of node \(name)") }, mark: value.mark)
    }
}

extension DocumentReader {
    /// A name of an APIC object: letters, digits and `_.-`, at most 64 characters.
    mutating func policyName(_ value: DocumentValue, _ what: String) -> String? {
        guard let text = text(value, what) else { return nil }
        let isName = text.utf8.allSatisfy { byte in
            (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
                || "_.-".utf8.contains(byte)
        }
        guard isName, text.first != "-", text.utf8.count <= 64 else {
            error(
                at: value.mark,
                "\(what) is an APIC name of letters, digits, '_', '.' and '-' (64 at most), not '\(shown(text))'")
            return nil
        }
        return text
    }
}
