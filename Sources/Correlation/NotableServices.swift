import Fabric

/// The measured services that rules have a word on, found in one pass over all of them.
struct NotableServices: Sendable {
    /// Those that a single node draws although several should.
    private(set) var singles: [ServiceView] = []
    /// Those of which the leaf installs fewer next hops than there are nodes.
    private(set) var clipped: [ServiceView] = []
    /// Those that are not clipped, and whose traffic spreads more unevenly than is well.
    private(set) var skewed: [ServiceView] = []

    init(_ services: [ServiceView]) {
        for place in services.indices {
            if services[place].verdict == .single { singles.append(services[place]) }
            if services[place].isClipped {
                clipped.append(services[place])
            } else if services[place].skew.map({ $0 > ServiceMeasure.threshold }) == true {
                skewed.append(services[place])
            }
        }
    }
}
