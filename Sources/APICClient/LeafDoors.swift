import Children
import Fabric
import FoundationEssentials

/// A way to a leaf's command line.
struct LeafDoor: Hashable, Sendable {
    /// The host that ssh reaches.
    var target: SSHTarget
    /// The leaf's number where the host is a controller, which takes `fabric N` before the command.
    var fabricNode: LeafID?

    /// The command as typed on that host.
    func line(_ command: String) -> String { fabricNode.map { "fabric \($0) \(command)" } ?? command }
}

/// Which ways are tried in which order, and what was learned of each host.
actor LeafDoors {
    enum Channel: Hashable { case exec, session }

    private let configuration: APICConfiguration
    private var preferred = 0
    private var channels: [SSHTarget: Channel] = [:]
    /// Leaves that did not tell their paths: until when they are not asked again.
    private var withoutPaths: [LeafID: Date] = [:]

    init(_ configuration: APICConfiguration) { self.configuration = configuration }

    /// The leaf itself where it can be reached directly, then the controllers from the one that answered last.
    func ways(to leaf: LeafID) -> [LeafDoor] {
        var doors: [LeafDoor] = []
        if let target = configuration.leaves[leaf] { doors.append(LeafDoor(target: target)) }
        let controllers = configuration.controllers
        for step in controllers.indices {
            let target = controllers[(preferred + step) % controllers.count]
            doors.append(LeafDoor(target: target, fabricNode: leaf))
        }
        return doors
    }

    /// Remembers a host that answered, and over which channel.
    func answered(_ door: LeafDoor, over channel: Channel) {
        channels[door.target] = channel
        if door.fabricNode != nil, let index = configuration.controllers.firstIndex(of: door.target) {
            preferred = index
        }
    }

    /// Whether a leaf's paths are worth asking for: one that did not tell them is asked again after an hour.
    func offersPaths(_ leaf: LeafID, _ now: Date) -> Bool { withoutPaths[leaf].map { now >= $0 } ?? true }

    /// Notes that a leaf did not tell its paths; true where that is news.
    func lacksPaths(_ leaf: LeafID, _ now: Date) -> Bool {
        defer { withoutPaths[leaf] = now.addingTimeInterval(3600) }
        return withoutPaths[leaf] == nil
    }

    /// The channel that a host is known to answer over; nil: not known yet.
    func channel(of target: SSHTarget) -> Channel? {
        switch configuration.channel {
        case .exec: .exec
        case .session: .session
        case .automatic: channels[target]
        }
    }
}
