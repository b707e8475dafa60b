public import Fabric

extension SimulatedFabric {
    /// Answers one line of BIRD's control-socket protocol on a node, with the bytes as on the socket; nil where no
    /// BIRD runs there. `isRestricted` is the connection's state: `restrict` sets it for good.
    ///
    /// Read are `show status|protocols|route` with their variants, `restrict`, `enable|disable|restart|reload` and
    /// `configure`; everything else is a syntax error.
    public mutating func birdReply(_ line: String, on node: NodeName, isRestricted: inout Bool) -> String? {
        guard runsBIRD(node) else { return nil }
        return reply(words(line), on: node, isRestricted: &isRestricted).wire
    }

    /// The greeting of BIRD's control socket.
    public static var birdGreeting: String { "0001 BIRD \(birdVersion) ready.\n" }

    /// Whether a BIRD answers on a node.
    public func runsBIRD(_ node: NodeName) -> Bool { daemons[node]?.isRunning == true && conditions.runsBIRD(node) }

    /// `birdcl [-r] [-v] [-s PATH] WORDS…` on a node.
    mutating func birdcl(_ arguments: [String], on node: NodeName) -> CommandReply {
        var rest = arguments[...]
        var isRestricted = false
        var isVerbose = false
        var path = "/var/run/calico/bird.ctl"
        while let option = rest.first, option.hasPrefix("-") {
            rest = rest.dropFirst()
            switch option {
            case "-r": isRestricted = true
            case "-v": isVerbose = true
            case "-s": path = rest.popFirst() ?? path
            default: return CommandReply(errors: "birdcl: invalid option -- '\(option.dropFirst())'\n", status: 1)
            }
        }
        guard runsBIRD(node), path.hasSuffix("/bird.ctl") else {
            let cause = path.hasSuffix("/bird.ctl") ? "Connection refused" : "No such file or directory"
            return CommandReply(errors: "Unable to connect to server control socket (\(path)): \(cause)", status: 1)
        }
        var text = (isVerbose ? "0001 " : "") + "BIRD \(SimulatedFabric.birdVersion) ready.\n"
        if isRestricted { text += (isVerbose ? "0016 " : "") + "Access restricted\n" }
        let known = ["show", "enable", "disable", "restart", "reload", "configure", "restrict"]
        guard let first = rest.first, known.contains(first) else {
            return CommandReply(output: text + "No such command. Press `?' for help.\n")
        }
        let reply = reply(Array(rest), on: node, isRestricted: &isRestricted)
        return CommandReply(output: text + (isVerbose ? reply.verbose : reply.plain))
    }

    private mutating func reply(_ words: [String], on node: NodeName, isRestricted: inout Bool) -> BIRDReply {
        switch words.first {
        case "restrict":
            isRestricted = true
            return BIRDReply(16, "Access restricted")
        case "show": return show(Array(words.dropFirst()), on: node)
        case "enable", "disable", "restart", "reload", "configure":
            return isRestricted ? BIRDReply(8007, "Access denied") : change(words, on: node)
        default: return BIRDReply(9001, "syntax error")
        }
    }

    private func show(_ words: [String], on node: NodeName) -> BIRDReply {
        switch words.first {
        case "status": return birdStatus(node)
        case "protocols":
            let all = words.dropFirst().first == "all"
            return birdProtocols(node, name: words.dropFirst(all ? 2 : 1).first, all: all)
        case "route": return birdRoute(node, Array(words.dropFirst()))
        default: return BIRDReply(9001, "syntax error")
        }
    }

    private mutating func change(_ words: [String], on node: NodeName) -> BIRDReply {
        if words[0] == "configure" {
            let moment = now
            daemons[node]?.reconfiguredAt = moment
            for key in keys(of: node) { enable(key) }
            return BIRDReply([
                BIRDReply.Line(code: 2, text: "Reading configuration from /etc/calico/confd/config/bird.cfg"),
                BIRDReply.Line(code: 3, text: "Reconfigured"),
            ])
        }
        let name = words.last ?? ""
        guard let key = protocolRows(node).first(where: { $0.name == name })?.key else {
            return BIRDReply(9002, "\(name) is not a protocol")
        }
        let (code, answer) = change(words[0], key)
        return BIRDReply([
            BIRDReply.Line(code: code, text: "\(name): \(answer)"), BIRDReply.Line(code: 0, text: ""),
        ])
    }

    private mutating func change(_ verb: String, _ key: SessionKey) -> (Int, String) {
        let isDisabled = sessions[key]?.node.isDisabled == true
        switch verb {
        case "disable":
            disable(key)
            return isDisabled ? (8, "already disabled") : (9, "disabled")
        case "enable":
            enable(key)
            return isDisabled ? (11, "enabled") : (10, "already enabled")
        case "restart":
            if var session = sessions[key], session.isEstablished {
                lose(key, &session, .restarting)
                sessions[key] = session
            }
            return (12, "restarted")
        default: return (15, "reloading")
        }
    }

    func words(_ line: String) -> [String] {
        line.split { $0 == " " || $0 == "\t" || $0 == "\n" || $0 == "\r" }.map(String.init)
    }
}
