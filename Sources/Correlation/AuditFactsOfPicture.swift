public import Design
public import Fabric

extension AuditFacts {
    /// The facts of an audit from what was read and concluded.
    ///
    /// - Parameters:
    ///   - snapshot: everything observed.
    ///   - picture: what is concluded from it; its findings are referred to, not judged again.
    ///   - layout: the intent; nil without a plan.
    ///   - release: the ACI release; nil: unknown.
    ///   - profile: the leaves' forwarding scale profile where a leaf does not tell its own figure.
    public init(
        _ snapshot: Snapshot, _ picture: Picture, layout: FabricLayout?, release: String?,
        profile: ForwardingProfile = .dualStack
    ) {
        let problems = picture.findings.filter { $0.severity > .note }.map { finding in
            DiagnosedProblem(
                rule: finding.rule.text, subject: AuditFacts.words(finding.subject),
                words: finding.summary, remedy: finding.remedy)
        }
        self.init(
            layout: layout, inventory: picture.inventory, snapshot: snapshot, release: release,
            capacity: Capacity(
                limits: .of(release: release, profile: profile),
                use: CapacityUse(snapshot, picture, supernet: layout?.supernet),
                trends: picture.uses.trends(at: picture.at)),
            problems: problems, diagnosed: Set(RuleCatalog.all.map { $0.id.text }))
    }

    private static func words(_ subject: Subject) -> String {
        if let node = subject.node { return node.text }
        if let leaf = subject.leaf { return "leaf \(leaf)" }
        return subject.rack ?? subject.service?.description ?? subject.prefix?.description ?? "fabric"
    }
}

extension CapacityUse {
    /// The use of a fabric as read: peers and routes of the context's VRF, and what the APIC tells beyond it.
    public init(_ snapshot: Snapshot, _ picture: Picture, ecmpLimit: Int? = nil, supernet: IPPrefix? = nil) {
        let configuration = snapshot.configuration?.value
        let leaves = picture.leaves.map { row in
            let own = snapshot.leaves[row.leaf.id]?.capacity?.value
            return CapacityUse.Leaf(
                id: row.leaf.id, name: row.leaf.name, rack: row.leaf.rack, peers: row.peersTotal,
                l3outs: configuration?.l3outsOfLeaf?[row.leaf.id],
                lpm: own?.lpmInUse(routes: row.routesInstalled) ?? row.routesInstalled,
                ownLPMLimit: own?.lpmLimit)
        }
        var l3outs = (configuration?.l3outs ?? []).map {
            CapacityUse.L3Out(
                name: "\($0.tenant):\($0.name)", borderLeaves: $0.borderLeaves.count,
                externalEPGs: $0.externalEPGs.count)
        }
        if configuration == nil, !picture.inventory.leaves.isEmpty {
            // Without the APIC's configuration the cluster's leaves are those of one L3Out, as the design has it.
            let border = Set(picture.inventory.racks.flatMap(\.leaves))
            l3outs = [CapacityUse.L3Out(name: "the cluster's L3Out", borderLeaves: border.count)]
        }
        let nodes = picture.inventory.nodes.count
        let basis = picture.basis
        let blocks = basis.map(\.facts.confirmedBlocks) ?? snapshot.cluster.blocks?.value.count(where: \.isConfirmed)
        let perNode = blocks.map { Double($0) / Double(max(nodes, 1)) } ?? 1
        self.init(
            leaves: leaves, l3outs: l3outs,
            widestRoute: basis.map(\.measures.widestRoute)
                ?? picture.services.lazy.map { $0.expectedNodes.count }.max(),
            ecmpLimit: ecmpLimit, blocksPerNode: perNode, nodes: nodes, supernet: supernet)
    }
}
