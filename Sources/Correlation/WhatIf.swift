public import Fabric

extension Picture {
    /// The service prefixes that a node has a part in, as they would be were it taken away: its endpoints and its paths
    /// gone, everything else as it is. Where the limit had hidden next hops, one of them takes its place.
    public func services(without node: NodeName) -> [ServiceView] {
        services.compactMap { view in
            view.shares.contains { $0.node == node } ? view.without(node, limit: settings.nextHopLimit) : nil
        }
    }
}

extension ServiceView {
    fileprivate func without(_ gone: NodeName, limit: Int) -> ServiceView {
        var view = self
        view.expectedNodes.removeAll { $0 == gone }
        let wasHop = nextHops.contains(gone.text)
        view.nextHops.removeAll { $0 == gone.text }
        if wasHop, isClipped, let next = view.expectedNodes.first(where: { !view.nextHops.contains($0.text) }) {
            view.nextHops.append(next.text)
        }
        let hops = Set(view.nextHops)
        view.shares = shares.filter { $0.node != gone }.map { share in
            var share = share
            share.share = hops.contains(share.node.text) ? 1 / Double(view.nextHops.count) : 0
            return share
        }
        let drawing = view.shares.count { $0.share > 0 }
        view.skew = drawing == 0 ? nil : ServiceMeasure.skew(view.shares, byEndpoints: isByEndpoints)
        view.isClipped = view.nextHops.count >= limit && view.shares.count > limit
        view.verdict = ServiceMeasure.verdict(view, drawing, isKnown: verdict != .unknown)
        return view
    }
}
