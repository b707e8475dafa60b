import Fabric
import Foundation
import Simulator
import SimulatorServer
import Synchronization
import Testing

/// Facts that another process tells over a Unix socket, one line for one question.
@Suite struct RemoteFabricTests {
    private static let configuration = """
        {"vrf": "common:calico", "l3out": "calico", "release": "4.1(2)", "fabricAS": 65002,
         "permitted": ["10.244.0.0/16"], "maximumASPath": 2, "ecmpLimit": 1, "relaxesMultipath": false,
         "racks": [{"name": "rack-1", "localAS": 64500, "leaves": [{"id": 204, "routerID": "192.168.255.204"}],
           "nodes": [{"name": "calico-node-2", "address": "192.168.2.17", "asn": 64503,
             "leafAddresses": ["192.168.2.20", "192.168.2.21"], "gateway": "192.168.2.22", "subnetLength": 29,
             "vlan": 312}]}]}
        """
    private static let picture = """
        {"now": 1768039200.5, "release": "4.1(2)", "fabricAS": 65002, "leaves": [
          {"id": 204, "name": "Leaf204", "tep": "10.0.32.88", "management": "172.16.0.204", "isInService": true,
           "bootedAt": 1768039000, "pair": 203, "isPairUp": false, "entries": 9, "entryLimit": 20480, "vrfs": [
            {"name": "common:calico", "routerID": "192.168.255.204", "tableVersion": 12, "ecmpLimit": 1,
             "maximumASPath": 2, "peers": [
              {"address": "192.168.2.17", "asn": 64503, "localAddress": "192.168.2.21", "interface": "vlan312",
               "state": "open-sent", "shutdown": "exceeded-pfxlimit", "changedAt": 1768039100, "established": 3,
               "drops": 3, "acceptedPaths": 0, "sentPrefixes": 0, "stalePaths": 4, "holdTime": 60, "keepalive": 20,
               "prefixLimit": 1, "error": ["cease-err", "max-pfx-count-err"], "received": 90, "sent": 80,
               "notificationsReceived": 1, "notificationsSent": 2}]}]}]}
        """
    private static let routes = """
        {"hops": [{"address": "192.168.2.17", "vrf": "common:calico", "interface": null, "origin": "external",
          "preference": 20, "metric": 0, "tag": 64500}], "routes": [["10.244.8.0/26", [[0, 1768039100000]]]]}
        """
    private static let paths = """
        {"paths": [["10.244.8.0/26", [{"peer": "192.168.2.17", "nextHop": "192.168.2.17", "asPath": [64500, 64503],
          "isInternal": false, "isStale": true, "isBest": true, "isMultipath": false}]]]}
        """

    @Test func allFactsComeOver() async throws {
        let door = try AnsweringSocket { question in
            switch question["ask"] as? String {
            case "configuration": Self.configuration
            case "picture": Self.picture
            case "routes": Self.routes
            default: Self.paths
            }
        }
        let state = try await RemoteFabric(socketPath: door.path).state()
        #expect(state.configuration.racks.first?.nodes.first?.leafAddresses.last == IPAddress("192.168.2.21"))
        #expect(state.configuration.racks.first?.leaves.first?.id == LeafID(204))
        let picture = try await state.picture()
        #expect(picture.now == Date(timeIntervalSince1970: 1_768_039_200.5))
        let leaf = try #require(picture.leaves.first)
        #expect(leaf.isInService && !leaf.isPairUp && leaf.pair == LeafID(203) && leaf.prefixEntries.used == 9)
        let peer = try #require(leaf.vrfs.first?.peers.first)
        #expect(peer.state == .openSent && peer.shutdown == .prefixLimit && peer.error.minor == "max-pfx-count-err")
        #expect(peer.holdTime == 60 && peer.stalePaths == 4 && peer.prefixLimit == 1)
        #expect(peer.messages.notificationsSent == 2 && peer.messages.received == 90)
        let routes = try await state.routes(LeafID(204))
        let prefix = try #require(IPPrefix("10.244.8.0/26"))
        #expect(routes.prefixes == [prefix])
        #expect(routes.hops.first?.tag == 64500 && routes.createdAt == [1_768_039_100_000])
        let paths = try await state.paths(LeafID(204))
        #expect(paths.paths.first?.isStale == true && paths.paths.first?.asPath == [ASN(64500), ASN(64503)])
    }

    @Test func aChangeGoesOver() async throws {
        let asked = Mutex<[String: String]>([:])
        let door = try AnsweringSocket { question in
            guard let settings = question["configure"] as? [String: Any] else { return Self.configuration }
            let told = settings.mapValues { "\($0)" }.merging(
                ["address": "\(question["address"] ?? "")", "leaf": "\(question["leaf"] ?? "")"]) { $1 }
            asked.withLock { $0 = told }
            return "{}"
        }
        let state = try await RemoteFabric(socketPath: door.path).state()
        var settings = PeerSettings(isEnabled: false, asn: ASN(64503), localAS: ASN(64500))
        settings.prefixLimit = 7
        try await state.configure(settings, try #require(IPAddress("192.168.2.17")), LeafID(204))
        let told = asked.withLock { $0 }
        #expect(told["address"] == "192.168.2.17" && told["leaf"] == "204" && told["prefixLimit"] == "7")
        #expect(told["asn"] == "64503" && told["localAS"] == "64500" && told["holdTime"] == "3")
    }

    @Test(
        arguments: [
            ("{\"error\": \"no such leaf\"}\n", "no such leaf"), ("{\"now\": \"late\"}\n", "answers picture"),
            ("no JSON\n", "answers picture"),
        ])
    func whatIsNoAnswerIsToldAsSuch(_ answer: String, _ words: String) async throws {
        let door = try AnsweringSocket { $0["ask"] as? String == "configuration" ? Self.configuration : answer }
        let state = try await RemoteFabric(socketPath: door.path).state()
        do {
            _ = try await state.picture()
            Issue.record("a picture out of \(answer)")
        } catch {
            #expect("\(error)".contains(words), "\(error)")
        }
    }

    @Test func aRouteThroughAnUnknownHopIsRefused() async throws {
        let door = try AnsweringSocket { question in
            question["ask"] as? String == "configuration"
                ? Self.configuration : "{\"hops\": [], \"routes\": [[\"10.0.0.0/8\", [[0, 1]]]]}"
        }
        let state = try await RemoteFabric(socketPath: door.path).state()
        await #expect(throws: RemoteFabric.Failure.self) { try await state.routes(LeafID(204)) }
    }

    @Test func nobodyAtTheSocketIsTold() async {
        await #expect(throws: RemoteFabric.Failure.self) {
            try await RemoteFabric(socketPath: "/nonexistent/fabric.sock").state()
        }
    }
}

/// A Unix socket that answers each connection's line with one line.
private final class AnsweringSocket: Sendable {
    let path: String
    private let listener: Int32

    init(_ answer: @escaping @Sendable ([String: Any]) -> String) throws {
        let name = "fabric-\(UUID().uuidString.prefix(8)).sock"
        let path = FileManager.default.temporaryDirectory.appending(path: name).path
        self.path = path
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: Array(path.utf8)) }
        let listener = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        self.listener = listener
        let bound = withUnsafePointer(to: address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        let isOpen = bound == 0 && listen(listener, 8) == 0
        try #require(isOpen)
        // A thread of its own: a blocked one would be missing from those that the tests share.
        Thread.detachNewThread {
            while case let peer = accept(listener, nil, nil), peer >= 0 {
                let stream = FileHandle(fileDescriptor: peer, closeOnDealloc: true)
                let line = stream.availableData
                let question = (try? JSONSerialization.jsonObject(with: line)) as? [String: Any] ?? [:]
                let text = answer(question).split(separator: "\n").joined() + "\n"
                try? stream.write(contentsOf: Data(text.utf8))
            }
        }
    }

    deinit {
        shutdown(listener, Int32(SHUT_RDWR))
        close(listener)
        unlink(path)
    }
}
