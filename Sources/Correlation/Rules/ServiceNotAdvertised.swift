import Fabric
import FoundationEssentials

/// No node advertises the address of a service that is meant to be reached from outside.
///
/// Detected for services that keep traffic local (externalTrafficPolicy: Local) and have no ready endpoint:
/// their host routes go, and what still arrives by the service range is dropped. And for external and load
/// balancer addresses that lie in no range that Calico was told to advertise. A change seen while watching
/// counts after 10 seconds.
///
/// What to do: bring an endpoint back (readiness probes, replicas, selectors), or add the address's range to
/// serviceExternalIPs or serviceLoadBalancerIPs of the BGPConfiguration and to the leaves' import route map.
enum ServiceNotAdvertised: FindingRule {
    static let id: RuleID = "service-not-advertised"
    static let explanation = """
        No node advertises the address of a service that is meant to be reached from outside.

        Detected for services that keep traffic local (externalTrafficPolicy: Local) and have no ready endpoint:
        their host routes go, and what still arrives by the service range is dropped. And for external and load
        balancer addresses that lie in no range that Calico was told to advertise. A change seen while watching
        counts after 10 seconds.

        What to do: bring an endpoint back (readiness probes, replicas, selectors), or add the address's range to
        serviceExternalIPs or serviceLoadBalancerIPs of the BGPConfiguration and to the leaves' import route map.
        """

    static let settling = LedgerStanding.settling

    static let grounds: Grounds? = .cluster

    static func findings(in context: RuleContext) -> [Finding] {
        let cluster = context.snapshot.cluster
        guard let services = cluster.services, let configuration = cluster.bgpConfiguration?.value else { return [] }
        let ready = context.plan.ready
        return services.value.filter { $0.type != "ExternalName" && !$0.clusterIPs.isEmpty }.flatMap {
            service -> [Finding] in
            var found: [Finding] = []
            if service.isLocal, let ready, !context.plan.hosts(of: service).isEmpty, !ready.hasAny(of: service.name) {
                found.append(silent(service, context))
            }
            let outside = outside(service, configuration)
            if !outside.isEmpty { found.append(unranged(service, outside, services, context)) }
            return found
        }
    }

    static func restsOn(_ finding: Finding, _ context: RuleContext) -> Date? { context.snapshot.cluster.endpoints?.at }

    private static func outside(_ service: Service, _ configuration: CalicoBGPConfiguration) -> [IPAddress] {
        let kinds = [
            (service.externalIPs, configuration.serviceExternalIPs),
            (service.loadBalancerIPs, configuration.serviceLoadBalancerIPs),
        ]
        return kinds.flatMap { addresses, ranges in
            addresses.filter { address in !ranges.contains { $0.contains(address) } }
        }
    }

    private static func silent(_ service: Service, _ context: RuleContext) -> Finding {
        let hosts = context.plan.hosts(of: service)
        var evidence: [EvidenceLine] = []
        if let endpoints = context.snapshot.cluster.endpoints {
            evidence.append(EvidenceLine(endpoints.provenance, excerpt: "\(service.name): no ready endpoint"))
        }
        return Finding(
            rule: id, severity: .warning,
            subject: Subject(prefix: hosts.count == 1 ? hosts[0] : nil, service: service.name), since: nil,
            summary: "\(service.name): no node advertises \(listed(hosts))",
            cause: "externalTrafficPolicy is Local and there is no ready endpoint, so no node advertises it",
            evidence: evidence, remedy: "bring an endpoint of \(service.name) back: kubectl get endpointslices, pods")
    }

    private static func unranged(
        _ service: Service, _ outside: [IPAddress], _ services: Observed<[Service]>, _ context: RuleContext
    ) -> Finding {
        let ranges = context.plan.ranges
        var evidence = [EvidenceLine(services.provenance, excerpt: "\(service.name) \(listed(outside))")]
        if let configuration = context.snapshot.cluster.bgpConfiguration {
            evidence.append(EvidenceLine(configuration.provenance, excerpt: "advertised ranges: \(listed(ranges))"))
        }
        return Finding(
            rule: id, severity: .warning, subject: Subject(service: service.name), since: nil,
            summary: "\(service.name): no node advertises \(listed(outside))",
            cause: "\(agreeing(outside.count, "the address lies", "the addresses lie")) outside the ranges that Calico "
                + "advertises (\(listed(ranges)))",
            evidence: evidence,
            remedy:
                "add the range to serviceExternalIPs or serviceLoadBalancerIPs of the default BGPConfiguration and to "
                + "default-import on the leaves")
    }
}
