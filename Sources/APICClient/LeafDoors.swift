import Children
import Fabric

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

    /// The channel that a host is known to answer over; nil: not known yet.
    func channel(of target: SSHTarget) -> Channel? {
        switch configuration.channel {
        case .exec: .exec
        case .session: .session
        case .automatic: channels[target]
        }
    }
}
