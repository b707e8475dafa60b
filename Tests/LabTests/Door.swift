import Fabric
import Foundation
import Simulator

/// The controllers as curl reaches them.
struct Door {
    private let address: String
    private let folder = Lab.folder.appending(path: "controller")
    private let cookies = Lab.folder.appending(path: "controller/cookies").path

    /// Logs in.
    init() throws {
        let ports = Lab.state["ports"] as? [String: Int] ?? [:]
        address = "https://127.0.0.1:\(ports["controller"] ?? 0)/api"
        let password = try String(contentsOf: folder.appending(path: "password"), encoding: .utf8)
        let body: [String: Any] = ["aaaUser": ["attributes": ["name": "admin", "pwd": String(password.dropLast())]]]
        try send(["-c", cookies], "aaaLogin.json", body)
    }

    /// The name of the object that configures a node's sessions.
    func peer(of node: Topology.NodePlan?) throws -> String? {
        let query = "class/bgpPeerP.json?query-target-filter=eq(bgpPeerP.addr,\"\(node?.address.description ?? "")\")"
        let answer = try curl(["-b", cookies, "--globoff", "\(address)/\(query)"])
        let objects = (answer as? [String: Any])?["imdata"] as? [[String: [String: [String: String]]]]
        return objects?.first?["bgpPeerP"]?["attributes"]?["dn"]
    }

    /// Posts attributes of it, and the AS that the leaves are to expect.
    func post(_ name: String, _ attributes: [String: String], asn: String? = nil) throws {
        var body: [String: Any] = ["attributes": attributes]
        if let asn { body["children"] = [["bgpAsP": ["attributes": ["asn": asn]]]] }
        try send(["-b", cookies], "mo/\(name).json", ["bgpPeerP": body])
    }

    @discardableResult
    private func send(_ options: [String], _ path: String, _ body: [String: Any]) throws -> Any {
        let data = try JSONSerialization.data(withJSONObject: body)
        return try curl(options + ["--globoff", "-d", String(decoding: data, as: UTF8.self), "\(address)/\(path)"])
    }

    private func curl(_ arguments: [String]) throws -> Any {
        let authority = folder.appending(path: "ca.pem").path
        let child = try Child.run("/usr/bin/curl", ["-sS", "--fail", "--cacert", authority] + arguments, limit: 20)
        if child.status != 0 { throw LabFailure(text: child.errors) }
        return child.json
    }
}
