import Fabric
import Simulator

extension KubernetesNode: FactCodable {
    func write(to writer: inout FactWriter) {
        writer.put(name)
        writer.put(isCordoned)
        writer.put(isReady)
        writer.put(internalIP)
        writer.put(calicoAddress)
        writer.put(calicoPrefixLength)
        writer.put(calicoAS)
        writer.put(labels)
        writer.put(operationMark)
    }
    init(from reader: inout FactReader) throws(FactError) {
        self.init(
            name: try reader.get(), isCordoned: try reader.get(), isReady: try reader.get(),
            internalIP: try reader.get(), calicoAddress: try reader.get(), calicoPrefixLength: try reader.get(),
            calicoAS: try reader.get(), labels: try reader.get(), operationMark: try reader.get())
    }
}

extension Service: FactCodable {
    func write(to writer: inout FactWriter) {
        writer.put(name)
        writer.put(type)
        writer.put(isLocal)
        writer.put(clusterIPs)
        writer.put(externalIPs)
        writer.put(loadBalancerIPs)
    }
    init(from reader: inout FactReader) throws(FactError) {
        self.init(
            name: try reader.get(), type: try reader.get(), isLocal: try reader.get(), clusterIPs: try reader.get(),
            externalIPs: try reader.get(), loadBalancerIPs: try reader.get())
    }
}

extension ServiceEndpoint: FactCodable {
    func write(to writer: inout FactWriter) {
        writer.put(address)
        writer.put(node)
        writer.put(isReady)
    }
    init(from reader: inout FactReader) throws(FactError) {
        self.init(address: try reader.get(), node: try reader.get(), isReady: try reader.get())
    }
}

extension DisruptionBudget: FactCodable {
    func write(to writer: inout FactWriter) {
        writer.put(name)
        writer.put(matchLabels)
        writer.put(disruptionsAllowed)
        writer.put(desiredHealthy)
        writer.put(currentHealthy)
    }
    init(from reader: inout FactReader) throws(FactError) {
        self.init(
            name: try reader.get(), matchLabels: try reader.get(), disruptionsAllowed: try reader.get(),
            desiredHealthy: try reader.get(), currentHealthy: try reader.get())
    }
}

extension CalicoPeer: FactCodable {
    func write(to writer: inout FactWriter) {
        writer.put(name)
        writer.put(node)
        writer.put(nodeSelector)
        writer.put(peerIP)
        writer.put(port)
        writer.put(asn)
        writer.put(filters)
        writer.put(version)
    }
    init(from reader: inout FactReader) throws(FactError) {
        self.init(
            name: try reader.get(), node: try reader.get(), nodeSelector: try reader.get(), peerIP: try reader.get(),
            port: try reader.get(), asn: try reader.get(), filters: try reader.get(), version: try reader.get())
    }
}

extension CalicoBGPConfiguration: FactCodable {
    func write(to writer: inout FactWriter) {
        writer.put(isMeshEnabled)
        writer.put(asn)
        writer.put(serviceClusterIPs)
        writer.put(serviceExternalIPs)
        writer.put(serviceLoadBalancerIPs)
    }
    init(from reader: inout FactReader) throws(FactError) {
        self.init(
            isMeshEnabled: try reader.get(), asn: try reader.get(), serviceClusterIPs: try reader.get(),
            serviceExternalIPs: try reader.get(), serviceLoadBalancerIPs: try reader.get())
    }
}

extension CalicoNodeVariables: FactCodable {
    func write(to writer: inout FactWriter) {
        writer.put(daemonSet)
        writer.put(advertisedClusterIPs)
        writer.put(asn)
        writer.put(routerID)
    }
    init(from reader: inout FactReader) throws(FactError) {
        self.init(
            daemonSet: try reader.get(), advertisedClusterIPs: try reader.get(), asn: try reader.get(),
            routerID: try reader.get())
    }
}

extension BlockAffinity: FactCodable {
    func write(to writer: inout FactWriter) {
        writer.put(block)
        writer.put(node)
        writer.put(isConfirmed)
        writer.put(isPending)
    }
    init(from reader: inout FactReader) throws(FactError) {
        self.init(
            block: try reader.get(), node: try reader.get(), isConfirmed: try reader.get(),
            isPending: try reader.get())
    }
}

extension CalicoIPPool: FactCodable {
    func write(to writer: inout FactWriter) {
        writer.put(name)
        writer.put(cidr)
        writer.put(ipipMode)
        writer.put(vxlanMode)
        writer.put(isNATOutgoing)
        writer.put(blockSize)
        writer.put(isDisabled)
        writer.put(nodeSelector)
        writer.put(isExportDisabled)
    }
    init(from reader: inout FactReader) throws(FactError) {
        self.init(
            name: try reader.get(), cidr: try reader.get(), ipipMode: try reader.get(), vxlanMode: try reader.get(),
            isNATOutgoing: try reader.get(), blockSize: try reader.get(), isDisabled: try reader.get(),
            nodeSelector: try reader.get(), isExportDisabled: try reader.get())
    }
}

extension Pod: FactCodable {
    func write(to writer: inout FactWriter) {
        writer.put(name)
        writer.put(node)
        writer.put(ownerKind)
        writer.put(labels)
        writer.put(hasEmptyDir)
        writer.put(phase)
    }
    init(from reader: inout FactReader) throws(FactError) {
        self.init(
            name: try reader.get(), node: try reader.get(), ownerKind: try reader.get(), labels: try reader.get(),
            hasEmptyDir: try reader.get(), phase: try reader.get())
    }
}

extension SimulatedClusterFacts.Slice: FactCodable {
    func write(to writer: inout FactWriter) {
        writer.put(service)
        writer.put(list)
    }
    init(from reader: inout FactReader) throws(FactError) {
        self.init(service: try reader.get(), list: try reader.get())
    }
}

extension SimulatedClusterFacts: FactCodable {
    func write(to writer: inout FactWriter) {
        writer.put(nodes)
        writer.put(services)
        writer.put(endpointLists)
        writer.put(slices)
        writer.put(budgets)
        writer.put(peers)
        writer.put(configuration)
        writer.put(variables)
        writer.put(blocks)
        writer.put(pools)
        writer.put(calicoVersion)
        writer.put(silence)
    }
    init(from reader: inout FactReader) throws(FactError) {
        self.init()
        nodes = try reader.get()
        services = try reader.get()
        endpointLists = try reader.get()
        slices = try reader.get()
        budgets = try reader.get()
        peers = try reader.get()
        configuration = try reader.get()
        variables = try reader.get()
        blocks = try reader.get()
        pools = try reader.get()
        calicoVersion = try reader.get()
        silence = try reader.get()
    }
}

extension SimulatedNodeFacts.Exports: FactCodable {
    /// Routes that differ in nothing but their prefix are written as one and the other prefixes.
    func write(to writer: inout FactWriter) {
        writer.put(protocolNames)
        var groups: [(first: NodeRoute, prefixes: [IPPrefix])] = []
        for route in routes {
            if let last = groups.indices.last, groups[last].first.isLike(route) {
                groups[last].prefixes.append(route.prefix)
            } else {
                groups.append((route, []))
            }
        }
        writer.number(UInt64(groups.count))
        for group in groups {
            writer.put(group.first)
            writer.put(group.prefixes)
        }
    }
    init(from reader: inout FactReader) throws(FactError) {
        let names = try reader.get([String].self)
        var routes: [NodeRoute] = []
        for _ in 0..<(try reader.count()) {
            let first = try reader.get(NodeRoute.self)
            routes.append(first)
            for prefix in try reader.get([IPPrefix].self) { routes.append(NodeRoute(prefix: prefix, like: first)) }
        }
        self.init(protocolNames: names, routes: routes)
    }
}

extension SimulatedNodeFacts: FactCodable {
    func write(to writer: inout FactWriter) {
        writer.put(silence)
        writer.put(fault?.rawValue)
        writer.put(calico)
        writer.put(peers)
        writer.put(bird)
        writer.put(exports)
        writer.put(routes)
    }
    init(from reader: inout FactReader) throws(FactError) {
        self.init(silence: try reader.get(), fault: try reader.get(String?.self).flatMap(FaultKind.init))
        calico = try reader.get()
        peers = try reader.get()
        bird = try reader.get()
        exports = try reader.get()
        routes = try reader.get()
    }
}
