import Simulator
import Synchronization

extension SimulatedControllers {
    /// The server faults in force.
    public var serverFaults: [ServerFault] { cluster.withLock { $0.injected } }

    /// Brings a fault; one of the same name and value that is in force stays.
    public func inject(_ fault: ServerFault) async {
        let outlets: [Subscriptions.Outlet] = cluster.withLock { state in
            switch fault {
            case .expireTokens:
                for index in state.controllers.indices { state.controllers[index].sessions.expireAll() }
            case .dropSockets:
                return state.controllers.indices.flatMap { state.controllers[$0].subscriptions.removeAll() }
            case .killController(let number):
                guard state.controllers.indices.contains(number - 1) else { return [] }
                state.controllers[number - 1].isDead = true
                state.controllers[number - 1].sessions.expireAll()
                if !state.injected.contains(fault) { state.injected.append(fault) }
                return state.controllers[number - 1].subscriptions.removeAll()
            default:
                if !state.injected.contains(fault) { state.injected.append(fault) }
            }
            return []
        }
        for outlet in outlets { outlet.close() }
        let make = reachability.withLock { $0 }
        make?(fault, true)
        await look()
    }

    /// Ends the faults of a name; every fault where no name is given.
    public func clear(_ name: String? = nil) async {
        let ended = cluster.withLock { state in
            let ended = state.injected.filter { name == nil || $0.name == name || $0.description == name }
            state.injected.removeAll { ended.contains($0) }
            for case .killController(let number) in ended where state.controllers.indices.contains(number - 1) {
                state.controllers[number - 1].isDead = false
            }
            return ended
        }
        let make = reachability.withLock { $0 }
        for fault in ended { make?(fault, false) }
        await look()
    }
}
