import Fabric
import FoundationEssentials
import Simulator

/// The answer to `routes`: distinct hops, and for each prefix in order its hops' places with the moments in
/// milliseconds since 1970.
struct RoutesAnswer: Decodable, Sendable {
    struct Hop: Decodable, Sendable {
        var address: Text<IPAddress>, vrf: String, interface: String?, origin: String
        var preference: Int, metric: Int, tag: UInt32

        var hop: LeafRoutes.Hop {
            LeafRoutes.Hop(
                address: address.value, vrf: vrf, interface: interface, origin: RoutesAnswer.origins[origin] ?? .fixed,
                preference: preference, metric: metric, tag: tag)
        }
    }

    struct Route: Decodable, Sendable {
        var prefix: IPPrefix
        var hops: [[Int64]]

        init(from decoder: any Decoder) throws {
            var container = try decoder.unkeyedContainer()
            prefix = try container.decode(Text<IPPrefix>.self).value
            hops = try container.decode([[Int64]].self)
        }
    }

    static let origins: [String: LeafRoutes.Hop.Origin] = [
        "external": .external, "internal": .internalBGP, "local": .local, "direct": .direct,
    ]

    var hops: [Hop]
    var routes: [Route]

    /// The table.
    ///
    /// - Throws: a ``RemoteFabric/Failure`` where a route names a hop that is not there.
    func table() throws(RemoteFabric.Failure) -> LeafRoutes {
        let known = hops.map(\.hop)
        var table = LeafRoutes()
        for route in routes {
            var next: [(hop: LeafRoutes.Hop, createdAt: Int64)] = []
            for pair in route.hops {
                guard pair.count == 2, known.indices.contains(Int(pair[0])) else {
                    throw .unintelligible(question: "routes", cause: "\(route.prefix) names a hop that is not there")
                }
                next.append((hop: known[Int(pair[0])], createdAt: pair[1]))
            }
            table.append(route.prefix, next)
        }
        return table
    }
}

/// The answer to `paths`: each prefix in order with its paths, the best first.
struct PathsAnswer: Decodable, Sendable {
    struct Path: Decodable, Sendable {
        var peer: Text<IPAddress>, nextHop: Text<IPAddress>, asPath: [UInt32]
        var isInternal: Bool, isStale: Bool, isBest: Bool, isMultipath: Bool

        var path: LeafPaths.Path {
            LeafPaths.Path(
                peer: peer.value, nextHop: nextHop.value, asPath: asPath.map { ASN($0) }, isInternal: isInternal,
                isStale: isStale, isBest: isBest, isMultipath: isMultipath)
        }
    }

    struct Row: Decodable, Sendable {
        var prefix: IPPrefix
        var paths: [Path]

        init(from decoder: any Decoder) throws {
            var container = try decoder.unkeyedContainer()
            prefix = try container.decode(Text<IPPrefix>.self).value
            paths = try container.decode([Path].self)
        }
    }

    var paths: [Row]

    var table: LeafPaths {
        var table = LeafPaths()
        for row in paths { table.append(row.prefix, row.paths.map(\.path)) }
        return table
    }
}
