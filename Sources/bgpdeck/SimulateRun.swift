import Commands
import Fabric
import Foundation
import Simulator
import SimulatorServer
import Yams

/// `bgpdeck simulate`: a simulated fabric whose controllers any client reaches by REST.
enum SimulateRun {
    static func serve(_ choice: SimulationChoice) async throws -> Int32 {
        let run = try RunFolder.make()
        defer { run.remove() }
        let (schedule, serverFaults) = try faults(choice.faults)
        let shared = try choice.state == nil ? fabric(choice, schedule) : nil
        if shared == nil, let fault = schedule.first {
            throw RunFailure(
                message: "bgpdeck: --fault \(fault.fault.kind.rawValue) is of a simulated fabric; with --state only "
                    + ServerFault.names.joined(separator: ", "))
        }
        do {
            let controllers = try await controllers(choice, shared)
            let identity = try identity(choice)
            let (address, port) = try place(choice.listen)
            let server = try APICServer(
                controllers, APICServer.Listening(address: address, port: port, identity: identity))
            let ports = try await server.start()
            for fault in serverFaults { await controllers.inject(fault) }
            let control = choice.control ?? run.path + "/control"
            if let shared { host(shared, controllers, control) }
            try announce(choice, address, ports, identity, control, run)
            let looking = Task { await controllers.run() }
            await interruption()
            looking.cancel()
            await server.stop()
            unlink(control)
            let counted = controllers.counters
            Standard.output(
                "served \(counted.requests) requests, \(counted.logins) logins, \(counted.failedLogins) refused logins, "
                    + "\(counted.refusedTokens) requests without a good token\n")
            return 0
        } catch let failure as RunFailure {
            throw failure
        } catch {
            throw RunFailure(message: "bgpdeck: the simulated controllers cannot serve: \(error)")
        }
    }

    /// Brings or ends a fault through the control door.
    static func fault(_ path: String, _ name: String?, clears: Bool) async throws -> Int32 {
        let control = SimulatorControl(socketPath: path)
        do {
            if clears { try await control.clear(name ?? "") } else if let name { try await control.inject(name) }
            for fault in try await control.faults() { Standard.output(fault + "\n") }
            return 0
        } catch SimulatorControl.ControlError.refused(let why) {
            throw RunFailure(
                message: "bgpdeck: \(why); those of the controllers are " + ServerFault.names.joined(separator: ", ")
                    + "; those of the cluster's API are "
                    + APIFault.allCases.map(\.rawValue).joined(separator: ", "))
        } catch {
            throw RunFailure(message: "bgpdeck: \(error)")
        }
    }

    // MARK: Parts

    private static func fabric(_ choice: SimulationChoice, _ schedule: [ScheduledFault]) throws -> SharedFabric {
        guard let topology = Topology.named(choice.fabric) else {
            throw RunFailure(
                message: "bgpdeck: there is no simulated fabric '\(choice.fabric)'; there are "
                    + Topology.names.joined(separator: ", "))
        }
        return SharedFabric(SimulatedFabric(topology: topology, seed: choice.seed, epoch: Date(), schedule: schedule))
    }

    /// Controllers over the simulated fabric, or over the facts that another process tells.
    private static func controllers(
        _ choice: SimulationChoice, _ shared: SharedFabric?
    ) async throws -> SimulatedControllers {
        var settings = try settings(choice)
        if let shared { return try await SimulatedControllers(shared.state, settings) }
        // Each look asks daemons: more often than this they would have less to say than to answer.
        settings.interval = 0.5
        return try await SimulatedControllers(RemoteFabric(socketPath: choice.state ?? "").state(), settings)
    }

    /// The fabric's faults and the controllers' own.
    private static func faults(_ texts: [String]) throws -> ([ScheduledFault], [ServerFault]) {
        var scheduled: [ScheduledFault] = []
        var own: [ServerFault] = []
        for text in texts {
            if let fault = ServerFault(text: text) {
                own.append(fault)
                continue
            }
            do {
                scheduled.append(try ScheduledFault(text: text))
            } catch {
                throw RunFailure(
                    message: "bgpdeck: --fault \(text): \(error); those of the controllers are "
                        + ServerFault.names.joined(separator: ", "))
            }
        }
        return (scheduled, own)
    }

    private static func settings(_ choice: SimulationChoice) throws -> ControllerSettings {
        var password = "cisco"
        if let file = choice.passwordFile {
            password = try text(file).trimmingCharacters(in: .newlines)
            guard !password.isEmpty else { throw RunFailure(message: "bgpdeck: \(file) holds no password") }
        }
        var settings = ControllerSettings(user: choice.user, password: password, controllers: choice.controllers)
        settings.tokenLifetime = choice.tokenLifetime
        settings.sessionLifetime = choice.sessionLifetime
        settings.subscriptionLifetime = choice.subscriptionLifetime
        settings.objectLimit = choice.objectLimit
        guard let names = NextHopNames(rawValue: choice.nextHopNames) else {
            throw RunFailure(message: "bgpdeck: --next-hop-names takes plain, owner or both")
        }
        settings.nextHopNames = names
        for item in choice.userCertificates {
            let parts = item.split(separator: "=", maxSplits: 1).map(String.init)
            guard parts.count == 2 else {
                throw RunFailure(message: "bgpdeck: --user-certificate takes NAME=FILE, not '\(item)'")
            }
            settings.userCertificates["\(choice.user)/\(parts[0])"] = try text(parts[1])
        }
        return settings
    }

    private static func text(_ file: String) throws -> String {
        do {
            return try String(contentsOfFile: file, encoding: .utf8)
        } catch {
            throw RunFailure(message: "bgpdeck: \(file) cannot be read: \(error.localizedDescription)")
        }
    }

    private static func identity(_ choice: SimulationChoice) throws -> TLSIdentity {
        if let certificate = choice.certificate, let key = choice.key {
            return try TLSIdentity(chain: try text(certificate), key: try text(key))
        }
        var addresses: [[UInt8]] = [[127, 0, 0, 1], [UInt8](repeating: 0, count: 15) + [1]]
        if let v4 = IPAddress(try place(choice.listen).address)?.v4, v4 != 0x7f00_0001, v4 != 0 {
            addresses.append((0..<4).map { UInt8(truncatingIfNeeded: v4 >> (24 - 8 * $0)) })
        }
        let names = ["localhost"] + (1...choice.controllers).map { "apic\($0)" }
        return try TLSIdentity.made(names: names, addresses: addresses)
    }

    /// `ADDRESS`, `ADDRESS:PORT` or `[ADDRESS]:PORT`.
    private static func place(_ text: String) throws -> (address: String, port: Int) {
        if IPAddress(text) != nil { return (text, 8443) }
        guard let colon = text.lastIndex(of: ":"), let port = Int(text[text.index(after: colon)...]),
            (0...65_535).contains(port)
        else { throw RunFailure(message: "bgpdeck: --listen takes ADDRESS[:PORT], not '\(text)'") }
        var address = String(text[..<colon])
        if address.hasPrefix("["), address.hasSuffix("]") { address = String(address.dropFirst().dropLast()) }
        return (address.isEmpty ? "127.0.0.1" : address, port)
    }

    /// Lets time pass and opens the door for faults and command lines.
    private static func host(_ shared: SharedFabric, _ controllers: SimulatedControllers, _ control: String) {
        var settings = SimulatorHost.Settings(
            socketPath: control, endsWithParent: false,
            readDocuments: { text in
                try Yams.compose_all(yaml: text).map {
                    try YAMLDecoder().decode(Simulator.CalicoDocument.self, from: $0)
                }
            })
        settings.otherFaults = SimulatorHost.OtherFaults(
            inject: { words in
                guard let fault = ServerFault(text: words) else { return false }
                controllers.bring(fault)
                return true
            },
            clear: { words in
                let isOwn = words.map { words in ServerFault.names.contains { $0.hasPrefix(words.prefix { $0 != ":" }) }
                }
                guard isOwn ?? true else { return false }
                controllers.end(words)
                return true
            }, active: { controllers.serverFaults.map(\.description) })
        let hosting = settings
        Thread.detachNewThread {
            do { try SimulatorHost.run(shared, hosting) } catch {
                Standard.error("bgpdeck: no control door: \(error)")
            }
        }
    }

    private static func announce(
        _ choice: SimulationChoice, _ address: String, _ ports: [Int], _ identity: TLSIdentity, _ control: String,
        _ run: RunFolder
    ) throws {
        let host = address.contains(":") ? "[\(address)]" : address
        for (index, port) in ports.enumerated() { Standard.output("apic\(index + 1)     https://\(host):\(port)\n") }
        if let authority = identity.authority {
            let folder = choice.tlsFolder ?? run.path
            let path = folder + "/ca.pem"
            do {
                try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
                try authority.write(toFile: path, atomically: true, encoding: .utf8)
            } catch {
                throw RunFailure(message: "bgpdeck: \(path) cannot be written: \(error.localizedDescription)")
            }
            Standard.output("ca        \(path)\n")
        }
        Standard.output("sha256    \(identity.pin)\n")
        Standard.output("user      \(choice.user)\n")
        if let state = choice.state {
            Standard.output("ready     \(state); ctrl-c ends it\n")
            return
        }
        Standard.output("control   \(control)\n")
        Standard.output("ready     \(choice.fabric), seed \(choice.seed); ctrl-c ends it\n")
    }

    /// Returns when the process is asked to end.
    private static func interruption() async {
        let signals = [SIGINT, SIGTERM]
        for number in signals { signal(number, SIG_IGN) }
        let (stream, continuation) = AsyncStream.makeStream(of: Void.self)
        let sources = signals.map { number in
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler { continuation.yield() }
            source.resume()
            return source
        }
        for await _ in stream { break }
        for source in sources { source.cancel() }
    }
}
