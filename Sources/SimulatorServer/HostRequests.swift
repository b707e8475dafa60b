import Fabric
import FoundationEssentials
import Simulator

extension HostLoop {
    /// Takes one frame of a stand-in.
    mutating func handle(_ kind: Frame.Kind, _ payload: [UInt8], _ connection: inout Connection) {
        switch kind {
        case .request:
            guard connection.job == nil, !connection.isEnding,
                let request = try? JSONDecoder().decode(Request.self, from: Data(payload))
            else { return connection.end(with: CommandReply(errors: "not a request\n", status: 255)) }
            begin(request, &connection)
        case .input: input(payload, &connection)
        case .inputEnd: inputEnded(&connection)
        case .output, .errors, .exit, .length: connection.isEnding = true
        }
    }

    private mutating func begin(_ request: Request, _ connection: inout Connection) {
        switch request.role {
        case "ssh": ssh(SSHArguments(request.arguments), &connection)
        case "kubectl" where ["create", "replace"].contains(request.arguments.first(where: { !$0.hasPrefix("-") })):
            let verb = request.arguments.first { !$0.hasPrefix("-") } ?? ""
            connection.job = .gathering(role: "kubectl \(verb)", [])
        case "kubectl" where request.arguments.first(where: { !$0.hasPrefix("-") }) == "proxy":
            connection.job = .idle
            connection.send(.output, "Starting to serve on \(ProxyFilter.socket(request.arguments) ?? "")\n")
        case "kubeapi": connection.job = .api(APIExchange(ProxyFilter(request.arguments)))
        case "kubectl":
            switch fabric.kubectl(request.arguments) {
            case .reply(let reply): connection.end(with: reply)
            case .drain(let drain): connection.job = .drain(drain)
            }
        case "calicoctl":
            if ["apply", "create", "replace"].contains(request.arguments.first) {
                connection.job = .gathering(role: "calicoctl", [])
            } else {
                connection.end(with: fabric.calicoctl(request.arguments))
            }
        case "birdcl":
            let line = (["birdcl"] + request.arguments).joined(separator: " ")
            let node = fabric.topology.nodes.first?.name ?? NodeName("")
            connection.end(with: fabric.run(line, on: .node(node)))
        case "bird": openBIRD(request.arguments, &connection)
        case "facts":
            if let bytes = facts(request.arguments) {
                bytes.withUnsafeBufferPointer { connection.outbox += Frame.bytes(.output, all: $0) }
                connection.end(0)
            } else {
                connection.end(with: CommandReply(errors: "not a question for facts\n", status: 255))
            }
        case "control": control(request.arguments.first ?? "{}", &connection)
        default: connection.end(with: CommandReply(errors: "no stand-in is named \(request.role)\n", status: 255))
        }
    }

    private mutating func ssh(_ call: SSHArguments, _ connection: inout Connection) {
        if let control = call.control {
            return connection.end(
                with: control == "check"
                    ? CommandReply(errors: "Control socket connect: No such file or directory\n", status: 255)
                    : CommandReply(errors: "Exit request sent.\n"))
        }
        if let problem = call.problem { return connection.end(with: CommandReply(errors: problem + "\n", status: 255)) }
        guard let host = fabric.host(named: call.host) else {
            let text = "ssh: Could not resolve hostname \(call.host): Name or service not known\n"
            return connection.end(with: CommandReply(errors: text, status: 255))
        }
        if let fault = sourceFault(call) { return fail(call.host, fault, &connection) }
        guard fabric.isReachable(host) else {
            let text = "ssh: connect to host \(call.host) port 22: No route to host\n"
            return connection.end(with: CommandReply(errors: text, status: 255))
        }
        if call.isForwardOnly {
            connection.job = .idle
            // An empty frame tells the stand-in that the connection stands and forwards may be opened.
            connection.outbox += Frame.bytes(.output, [])
        } else if let command = call.command {
            connection.end(with: fabric.run(command, on: host))
        } else {
            let prompt = host == .controller ? "\(call.host)# " : "\(call.host)# "
            connection.job = .session(host, prompt: prompt, [])
            connection.send(.output, prompt)
        }
    }

    /// The fault on the way to a host; a leaf's also meets what a controller asks of that leaf.
    private func sourceFault(_ call: SSHArguments) -> FaultKind? {
        if let fault = fabric.sourceFault(of: call.host) { return fault }
        let words = call.command?.split(separator: " ") ?? []
        guard words.first == "fabric", words.count > 1 else { return nil }
        let leaf = fabric.topology.leaves.first { $0.id.description == words[1] }
        return leaf.flatMap { fabric.sourceFault(of: $0.name) }
    }

    private func fail(_ host: String, _ fault: FaultKind, _ connection: inout Connection) {
        switch fault {
        case .sourceSSHRefused:
            let text = "ssh: connect to host \(host) port 22: Connection refused\n"
            connection.end(with: CommandReply(errors: text, status: 255))
        case .sourceGarbage:
            let noise = "\u{1b}[2J\u{7}\u{0}%$#@! 192.168.2 \u{fffd} | ubest/mbest: via\r\n"
            connection.end(with: CommandReply(output: String(repeating: noise, count: 40)))
        case .sourcePasswordPrompt:
            connection.send(.errors, "admin@\(host)'s password: ")
            connection.job = .idle
        default: connection.job = .idle
        }
    }

    private mutating func openBIRD(_ arguments: [String], _ connection: inout Connection) {
        guard arguments.count == 2, case .node(let node) = fabric.host(named: arguments[0]),
            arguments[1].hasSuffix("/bird.ctl"), fabric.runsBIRD(node)
        else { return connection.end(1) }
        connection.job = .bird(node, isRestricted: false, [])
        connection.send(.output, SimulatedFabric.birdGreeting)
    }

    private mutating func input(_ bytes: [UInt8], _ connection: inout Connection) {
        switch connection.job {
        case .gathering(let role, let former):
            guard former.count + bytes.count <= Frame.limit else {
                return connection.end(with: CommandReply(errors: "the input is too long\n", status: 1))
            }
            connection.job = .gathering(role: role, former + bytes)
        case .bird(let node, let isRestricted, let former):
            birdLines(node, isRestricted, former + bytes, &connection)
        case .session(let host, let prompt, let former):
            sessionLines(host, prompt, former + bytes, &connection)
        case .api(let exchange): requests(exchange, bytes, &connection)
        case .idle, .drain, nil: break
        }
    }

    private mutating func birdLines(
        _ node: NodeName, _ restricted: Bool, _ bytes: [UInt8], _ connection: inout Connection
    ) {
        var left = bytes[...]
        var isRestricted = restricted
        while let end = left.firstIndex(of: UInt8(ascii: "\n")) {
            let line = String(decoding: left[..<end], as: UTF8.self)
            left = left[(end + 1)...]
            guard let reply = fabric.birdReply(line, on: node, isRestricted: &isRestricted) else {
                return connection.end(1)
            }
            connection.send(.output, reply)
        }
        guard left.count < 4096 else { return connection.end(1) }
        connection.job = .bird(node, isRestricted: isRestricted, Array(left))
    }

    private mutating func sessionLines(
        _ host: SimulatedHost, _ prompt: String, _ bytes: [UInt8], _ connection: inout Connection
    ) {
        var left = bytes[...]
        while let end = left.firstIndex(where: { $0 == 10 || $0 == 13 }) {
            let line = String(decoding: left[..<end], as: UTF8.self)
            left = left[(end + 1)...]
            if line == "exit" || line == "quit" { return connection.end(0) }
            var text = line + "\n"
            if !line.isEmpty, !line.hasPrefix("terminal ") {
                let reply = fabric.run(line, on: host)
                text += reply.output + reply.errors
            }
            connection.send(.output, (text + prompt).replacing("\n", with: "\r\n"))
        }
        guard left.count < 4096 else { return connection.end(255) }
        connection.job = .session(host, prompt: prompt, Array(left))
    }

    private mutating func inputEnded(_ connection: inout Connection) {
        switch connection.job {
        case .gathering(let role, let bytes) where role.hasPrefix("kubectl "):
            connection.end(with: fabric.kubectl(String(role.dropFirst(8)), input: bytes))
        case .gathering(_, let bytes):
            do {
                let documents = try settings.readDocuments(String(decoding: bytes, as: UTF8.self))
                connection.end(with: fabric.applyCalico(documents))
            } catch {
                let text = "Failed to execute command: error unmarshaling: \(error)\n"
                connection.end(with: CommandReply(errors: text, status: 1))
            }
        case .bird, .session, .api: connection.end(0)
        case .idle, .drain, nil: break
        }
    }

    private mutating func control(_ text: String, _ connection: inout Connection) {
        var answer = ControlAnswer(error: nil, active: [], seconds: 0)
        do {
            let request = try JSONDecoder().decode(ControlRequest.self, from: Data(text.utf8))
            if let words = request.inject {
                if settings.otherFaults?.inject(words) != true, !api.inject(words) {
                    guard let fault = Fault(text: words) else { throw FaultError.unknownName(words) }
                    try fabric.inject(fault)
                }
            }
            if let words = request.clear { try clear(words) }
            if let wanted = request.factor { factor = min(max(wanted, 0), 1000) }
        } catch {
            answer.error = "\(error)"
        }
        answer.active = fabric.faults.map(\.description) + api.activeFaults + (settings.otherFaults?.active() ?? [])
        answer.seconds = Double(fabric.now.components.seconds)
        let data = (try? JSONEncoder().encode(answer)) ?? Data()
        connection.end(with: CommandReply(output: String(decoding: data, as: UTF8.self)))
    }

    private mutating func clear(_ words: String) throws(FaultError) {
        let isOfAPI = api.clear(words.isEmpty ? nil : words)
        let isOther = settings.otherFaults?.clear(words.isEmpty ? nil : words) ?? isOfAPI
        guard !words.isEmpty else { return fabric.clearAll() }
        if isOther || isOfAPI { return }
        guard let fault = Fault(text: words) else { throw .unknownName(words) }
        fabric.clear(fault)
    }
}
