import Fabric
import FoundationEssentials
import Simulator

/// One controller of the cluster.
struct ControllerState: Sendable {
    let number: Int
    var sessions: LoginSessions
    var subscriptions = Subscriptions()
    var throttle = TokenBucket()
    /// Whether it is switched off.
    var isDead = false
}

/// A limit of requests per second with a burst of one second's worth.
struct TokenBucket: Sendable {
    private var level: Double?
    private var at = 0.0

    /// Takes one request; false where none is left.
    mutating func take(rate: Double, at now: Double) -> Bool {
        let before = level ?? max(1, rate)
        var present = min(max(1, rate), before + (now - at) * rate)
        at = now
        let isAllowed = present >= 1
        if isAllowed { present -= 1 }
        level = present
        return isAllowed
    }
}

/// Everything that the controllers of a cluster know.
struct ClusterState: Sendable {
    var picture: FabricPicture
    var configuration: ConfigurationTree
    var faults = FaultBook()
    var records = RecordBook()
    var controllers: [ControllerState]
    var injected: [ServerFault] = []
    var counters = ControllerCounters()
    /// Tables that were asked for, with the version that they are of.
    var tables: [TableKey: (version: Int, section: any TableSection)] = [:]

    /// What is asked for is looked up in this.
    func world(_ settings: ControllerSettings) -> ObjectWorld {
        var picture = shown
        for index in picture.leaves.indices where picture.leaves[index].prefixEntries.used == 0 {
            let number = picture.leaves[index].id.number
            let known = tables.first { $0.key.leaf == number && $0.key.kind == .routes }
            picture.leaves[index].prefixEntries.used = known?.value.section.count ?? 0
        }
        if let profile = configuration.scaleProfile {
            for index in picture.leaves.indices { picture.leaves[index].prefixEntries.limit = profile }
        }
        var world = ObjectWorld(
            picture: picture, configuration: configuration.root, controllers: controllerObjects,
            table: { _ in throw APICError.resolveTimeout })
        world.faults = faults.objects(at: self.picture.now)
        world.records = records.objects
        world.objectLimit = settings.objectLimit
        for case .clockSkew(let skew) in injected { world.clockSkew = skew }
        for case .objectLimit(let limit) in injected { world.objectLimit = limit }
        return world
    }

    /// The picture as the injected scenarios have it.
    var shown: FabricPicture { injected.reduce(picture) { $1.applied(to: $0) } }

    /// `topology/pod-1/node-1` and on, with what tells of the cluster's health.
    private var controllerObjects: [ManagedObject] {
        let release = picture.release
        return controllers.compactMap { controller in
            guard let node = ClassTable.named("fabricNode"), let system = ClassTable.named("topSystem"),
                let member = ClassTable.named("infraWiNode"), let holder = ClassTable.named("topRoot")
            else { return nil }
            let number = "\(controller.number)"
            var object = ManagedObject(
                node, under: "topology/pod-1", rn: "node-\(number)",
                [
                    "address": "10.0.0.\(number)", "id": number, "name": "apic\(number)", "role": "controller",
                    "model": "APIC-SERVER-M3", "serial": "FCH0000A\(number)", "version": release,
                    "fabricSt": controller.isDead ? "inactive" : "commissioned",
                ])
            var sys = ManagedObject(
                system, under: object.dn, rn: "sys",
                [
                    "address": "10.0.0.\(number)", "currentTime": Moments.text(picture.now), "id": number,
                    "name": "apic\(number)", "role": "controller", "oobMgmtAddr": "172.16.0.\(number)",
                    "version": release, "systemUpTime": "100:00:00:00.000",
                ])
            if let firmware = ClassTable.named("firmwareCtrlrRunning") {
                sys.children.append(
                    ManagedObject(
                        firmware, under: sys.dn, rn: "ctrlrfwstatuscont/ctrlrrunning",
                        ["version": release, "intVersion": release]))
            }
            object.children.append(sys)
            var view = ManagedObject(holder, under: object.dn, rn: "av")
            view.children = controllers.map { other in
                ManagedObject(
                    member, under: view.dn, rn: "node-\(other.number)",
                    [
                        "id": "\(other.number)", "nodeName": "apic\(other.number)", "addr": "10.0.0.\(other.number)",
                        "health": other.isDead ? "data-layer-partially-diverged" : "fully-fit",
                        "operSt": other.isDead ? "unavailable" : "available",
                    ])
            }
            object.children.append(view)
            return object
        }
    }
}
