import Fabric
import Simulator

/// Everything that can be asked for at one moment: the picture's objects, the configuration, records, and where tables
/// come from.
struct ObjectWorld: Sendable {
    var picture: FabricPicture
    /// `uni` with everything below it.
    var configuration: ManagedObject
    /// The controllers' own objects: `topology/pod-1/node-1` and on.
    var controllers: [ManagedObject]
    /// Faults by the name of the object that they are of.
    var faults: [String: [ManagedObject]] = [:]
    /// Audit and event records, the newest first.
    var records: [ManagedObject] = []
    /// How far the leaves' clocks are from the controllers', in seconds.
    var clockSkew = 0.0
    /// More objects than this in one answer are refused (aci.md 2.4).
    var objectLimit = 100_000
    /// Renders or finds the rows of a table.
    var table: @Sendable (TableKey) async throws -> any TableSection

    /// The trees that may hold objects of some classes, those below a name only where one is given.
    func trees(_ wanted: Set<String>?, below dn: String?) -> [ManagedObject] {
        var trees: [ManagedObject] = []
        if dn.map({ $0.hasPrefix("topology") }) ?? true {
            trees = nodes(wanted, leaf: dn.flatMap(DistinguishedName.leaf))
        }
        if dn.map({ $0.hasPrefix("uni") }) ?? true { trees.append(configuration) }
        if dn.map({ $0.hasPrefix("subj-") }) ?? true { trees.append(contentsOf: records) }
        return trees
    }

    private func nodes(_ wanted: Set<String>?, leaf number: Int?) -> [ManagedObject] {
        let chosen = controllers.filter { object in number == nil || DistinguishedName.leaf(object.dn) == number }
        let leaves = picture.leaves.filter { number == nil || $0.id.number == number }
        return chosen
            + leaves.compactMap { leaf in
                var objects = LeafObjects(picture: picture, leaf: leaf, wanted: wanted)
                objects.clockSkew = clockSkew
                objects.faults = faults
                return objects.tree()
            }
    }

    /// The object with a name; nil where there is none.
    func object(_ dn: String, wanted: Set<String>?) -> ManagedObject? {
        switch dn {
        case "topology", "topology/pod-1":
            let isPod = dn != "topology"
            guard let schema = ClassTable.named(isPod ? "fabricPod" : "fabricTopology") else { return nil }
            var object = ManagedObject(schema, under: isPod ? "topology" : "", rn: isPod ? "pod-1" : "topology")
            object.children = nodes(wanted, leaf: nil)
            return object
        default:
            for tree in trees(wanted, below: dn) {
                if let found = tree.find(dn) { return found }
            }
            return nil
        }
    }
}
