import Fabric
import Formats
import Testing

@Suite struct CalicoNodeStatusTests {
    typealias Document = Calico.NodeStatusTables

    static func peer(_ cells: String) -> Document.Peer {
        let parts = cells.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        return Document.Peer(address: parts[0], type: parts[1], state: parts[2], since: parts[3], info: parts[4])
    }

    static let mixed = Document(
        running: true,
        families: [
            .init(
                family: "ipv4",
                peers: [
                    peer("192.168.2.4,node specific,up,19:39:29,Established"),
                    peer("192.168.2.5,node specific,up,19:44:16,Established"),
                    peer("192.168.2.3,node-to-node mesh,start,19:44:16,Passive"),
                    peer("192.168.2.2,node-to-node mesh,start,19:44:16,Connect Socket: No route to host"),
                    peer("192.168.2.6.port.1790,global,start,19:44:16,Connect Socket: No route to host"),
                ]),
            .init(
                family: "ipv6",
                peers: [
                    peer("fd00:2::4,node specific,start,19:44:16,Active Socket: Network is unreachable"),
                    peer("fd80:24e2:f998:72d7::2,node-to-node mesh,start,19:44:16,Passive"),
                ]),
        ])

    @Test(arguments: ["mixed-peers-tablewriter.txt", "mixed-peers-go-pretty.txt"])
    func readsBothTableStyles(_ file: String) throws {
        let parsed = Calico.nodeStatusTables(try Capture("calico/" + file).bytes)
        #expect(parsed.value == CalicoNodeStatusTests.mixed)
        #expect(parsed.diagnostics.isEmpty)
        let status = Calico.nodeStatus(try Capture("calico/" + file).bytes)
        #expect(status.value.isRunning && status.diagnostics.isEmpty && status.value.remarks.isEmpty)
        #expect(
            status.value.peers.map(\.address.description) == [
                "192.168.2.4", "192.168.2.5", "192.168.2.3", "192.168.2.2", "192.168.2.6", "fd00:2::4",
                "fd80:24e2:f998:72d7::2",
            ])
        #expect(status.value.peers.map(\.port) == [nil, nil, nil, nil, 1790, nil, nil])
        #expect(status.value.peers.map(\.kind) == [.node, .node, .mesh, .mesh, .global, .node, .mesh])
        #expect(status.value.peers[3].lastError == "Socket: No route to host")
        #expect(status.value.peers[3].state?.phase == .connect)
    }

    @Test func readsEveryFaultScenario() throws {
        let expected = try Capture("calico/fault-scenarios.expected").table
        let scenarios = try Capture("calico/fault-scenarios.txt").scenarios
        #expect(scenarios.count == expected.count)
        for (scenario, row) in zip(scenarios, expected) {
            let parsed = Calico.nodeStatusTables(scenario.text.octets)
            let peers = row.dropFirst().filter { !$0.isEmpty }.map(CalicoNodeStatusTests.peer)
            #expect(scenario.title == row[0])
            #expect(parsed.value == Document(running: true, families: [.init(family: "ipv4", peers: peers)]))
            #expect(parsed.diagnostics.isEmpty)
            let status = Calico.nodeStatus(scenario.text.octets).value
            #expect(status.remarks == ["BIRDv6 process: 'bird6' is not running."])
            #expect(status.peers.map(\.info) == peers.map { $0.info ?? "" })
        }
    }

    @Test func readsSeveralNodesInOneOutput() throws {
        let parsed = Calico.nodeStatusTables(try Capture("calico/fault-scenarios.txt").bytes)
        #expect(parsed.value.families.count == 64)
        #expect(parsed.diagnostics.isEmpty)
        let two = Calico.nodeStatusTables(try Capture("calico/both-table-styles.txt").bytes)
        #expect(two.value.running == false, "Calico does not run in the first two")
        #expect(two.value.families.map { $0.peers?.count } == [2, 2])
    }

    @Test func readsTheFirstReleases() {
        let text = """
            calico-node container is running. Status: Up 25 hours
            Running felix version 1.4.0

            IPv4 BGP status
            IP: 172.17.8.101    AS Number: 64511 (inherited)
            +--------------+-------------------+-------+----------+-----------------------------------------+
            | Peer address |     Peer type     | State |  Since   |                   Info                  |
            +--------------+-------------------+-------+----------+-----------------------------------------+
            | 172.17.8.102 | node-to-node mesh |   up  | 22:10:28 |               Established               |
            | 172.17.8.103 |   Node specific   | start | 22:10:28 | Active        Socket: Connection refused |
            +--------------+-------------------+-------+----------+-----------------------------------------+

            IPv6 BGP status
            No IPv6 address configured.
            """
        let parsed = Calico.nodeStatusTables(text.octets)
        #expect(parsed.diagnostics.isEmpty)
        let peers = [
            CalicoNodeStatusTests.peer("172.17.8.102,node-to-node mesh,up,22:10:28,Established"),
            CalicoNodeStatusTests.peer("172.17.8.103,Node specific,start,22:10:28,Active Socket: Connection refused"),
        ]
        #expect(
            parsed.value
                == Document(
                    running: true, families: [.init(family: "ipv4", peers: peers), .init(family: "ipv6", peers: [])]))
        #expect(Calico.nodeStatus(text.octets).value.peers.map(\.kind) == [.mesh, .node])
    }

    @Test func readsGoBGPAndDates() {
        let text =
            "Calico process is running.\r\n\r\nIPv4 BGP status\r\n"
            + "+--------------+-----------+-------+------------+-------------+\r\n"
            + "| PEER ADDRESS | PEER TYPE | STATE |   SINCE    |    INFO     |\r\n"
            + "+--------------+-----------+-------+------------+-------------+\r\n"
            + "| 172.16.13.1  | global    | up    | 2023-03-15 | Established |\r\n"
            + "| 172.16.13.2  | global    | down  | never      | Idle        |\r\n"
            + "| 172.16.13.3  |           | up    | 2016-11-2  | Openconfirm |"
        let parsed = Calico.nodeStatus(text.octets)
        #expect(parsed.diagnostics.isEmpty)
        #expect(parsed.value.peers.map(\.since) == ["2023-03-15", "never", "2016-11-2"])
        #expect(parsed.value.peers.map { $0.state?.phase } == [.established, .idle, .openConfirm])
        #expect(parsed.value.peers.map(\.kind) == [.global, .global, nil])
        #expect(Calico.nodeStatusTables(text.octets).value.families.first?.peers?.last?.type == nil)
    }

    @Test func readsWhatIsNotATable() {
        let none = Calico.nodeStatusTables(
            """
            Calico process is running.

            IPv4 BGP status
            No IPv4 peers found.

            IPv6 BGP status
            No IPv6 peers found.

            """.octets)
        #expect(
            none.value
                == Document(
                    running: true, families: [.init(family: "ipv4", peers: []), .init(family: "ipv6", peers: [])]))
        #expect(none.diagnostics.isEmpty)
        let words =
            "Error querying BIRD: unable to connect to BIRDv4 socket: dial unix /var/run/bird/bird.ctl: connect: "
            + "no such file or directory"
        let failed =
            "Calico process is running.\n\nIPv4 BGP status\n\(words)\nINFO: BIRDv6 process: 'bird6' is not running.\n"
        let document = Calico.nodeStatusTables(failed.octets)
        #expect(document.value == Document(running: true, families: [.init(family: "ipv4", peers: nil)]))
        #expect(document.diagnostics.map(\.line) == [4])
        #expect(
            Calico.nodeStatus(failed.octets).value.remarks == [words, "BIRDv6 process: 'bird6' is not running."])
    }

    @Test(arguments: [
        "None of the BGP backend processes (BIRD or GoBGP) are running.",
        "The BGP backend process (BIRD) is not running.",
    ])
    func readsAMissingBackend(_ words: String) {
        let parsed = Calico.nodeStatus("Calico process is running.\n\n\(words)\n\n".octets)
        #expect(parsed.value == CalicoNodeStatus(isRunning: true, peers: [], remarks: [words]))
        #expect(parsed.diagnostics.isEmpty)
    }

    @Test func readsThatCalicoDoesNotRun() {
        let parsed = Calico.nodeStatusTables("Calico process is not running.\n".octets)
        #expect(parsed.value == Document(running: false, families: []))
        #expect(parsed.diagnostics.isEmpty)
        #expect(Calico.nodeStatus("Calico process is not running.\n".octets).value.isRunning == false)
        let rights = Calico.nodeStatus("Need super user privileges: Operation not permitted\n".octets)
        #expect(rights.isRefused && rights.value.isRunning == false)
        let format = Calico.nodeStatus(
            "Calico process is running.\n\nIPv4 BGP status\nerror executing command: unknown BIRD table output format\n"
                .octets)
        #expect(format.diagnostics.map(\.line) == [4] && !format.isComplete)
    }

    @Test func passesOverBannersAndPrompts() throws {
        let banner =
            "\nWe trust you have received the usual lecture.\n\n[sudo] password for ops: \n"
            + "ops@node-1:~$ sudo calicoctl node status\n"
        let text = try Capture("calico/mixed-peers-tablewriter.txt").text
        let parsed = Calico.nodeStatusTables((banner + text).octets)
        #expect(parsed.value == CalicoNodeStatusTests.mixed)
        #expect(parsed.isComplete)
        #expect(parsed.diagnostics.map(\.message) == ["2 lines before the status passed over"])
    }

    @Test func readsATableAlone() throws {
        let text = try Capture("calico/mixed-peers-go-pretty.txt").lines.dropFirst(3).prefix(9).joined(separator: "\n")
        let parsed = Calico.nodeStatusTables(text.octets)
        #expect(parsed.value == Document(running: nil, families: [CalicoNodeStatusTests.mixed.families[0]]))
        #expect(parsed.isComplete)
        #expect(Calico.nodeStatus(text.octets).value.isRunning)
    }

    @Test func placesOrReportsEveryLine() {
        let text = """
            Calico process is running.

            IPv4 BGP status
            something else
            |              |               |       |          | refused                        |
            | leaf-203     | node specific | up    | 19:17:37 | Established                    |
            """
        let parsed = Calico.nodeStatus(text.octets)
        #expect(parsed.value.peers.isEmpty)
        #expect(parsed.diagnostics.map(\.line).sorted() == [4, 5, 6])
        #expect(!parsed.isComplete && !parsed.isRefused)
    }

    @Test func readsEveryTruncation() throws {
        let bytes = try Capture("calico/mixed-peers-tablewriter.txt").bytes
        for length in 0..<bytes.count {
            let parsed = Calico.nodeStatus(Array(bytes.prefix(length)))
            #expect(parsed.value.peers.count <= 7)
        }
    }

    @Test func refusesOtherOutputs() {
        let parsed = Calico.nodeStatus(
            "BGP summary information for VRF common:calico, address family IPv4 Unicast\n".octets)
        #expect(
            parsed.diagnostics.map(\.message) == [
                "this is the output of \"show ip bgp summary\", not the output of \"calicoctl node status\""
            ])
    }

    @Test func writesTheDocument() {
        var writer = JSONWriter()
        let document = Document(
            running: true,
            families: [
                .init(
                    family: "ipv4",
                    peers: [.init(address: "192.168.2.4", type: "global", state: "up", since: "19:17:37", info: nil)]),
                .init(family: "ipv6", peers: nil),
            ])
        document.write(into: &writer)
        let expected = """
            {"running":true,"families":[{"family":"ipv4","peers":[{"address":"192.168.2.4","type":"global",\
            "state":"up","since":"19:17:37","info":null}]},{"family":"ipv6","peers":null}]}
            """
        #expect(String(decoding: writer.bytes, as: UTF8.self) == expected)
    }

    @Test func writesADocumentFromTheCapture() throws {
        let parsed = Calico.nodeStatusDocument(try Capture("calico/fault-scenarios.txt").scenarios[1].text.octets)
        let expected = """
            {"running":true,"families":[{"family":"ipv4","peers":[{"address":"192.168.2.4","type":"node specific",\
            "state":"up","since":"19:17:37","info":"Established"},{"address":"192.168.2.5","type":"node specific",\
            "state":"start","since":"19:19:46","info":"Active Received: Administrative shutdown"}]}]}

            """
        #expect(String(decoding: parsed.value, as: UTF8.self) == expected)
        #expect(parsed.diagnostics.isEmpty)
    }
}
