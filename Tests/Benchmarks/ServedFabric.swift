import Fabric
import Foundation
import Simulator
import SimulatorServer

/// A simulated fabric's controller in a process of its own, so that its processor time is told apart.
final class ServedFabric {
    let port: Int
    let pin: String
    private let process: Process
    private let orders = Pipe()
    private let said = Pipe()

    /// Starts `bgpdeck-bench serve FABRIC` and waits until it listens.
    ///
    /// - Throws: what the system says where it cannot be started.
    init(_ fabric: String) throws {
        process = Process()
        process.executableURL = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
        process.arguments = ["serve", fabric]
        process.standardInput = orders
        process.standardOutput = said
        try process.run()
        let words = ServedFabric.line(said.fileHandleForReading).split(separator: " ").map(String.init)
        port = words.first.flatMap { Int($0) } ?? 0
        pin = words.last ?? ""
    }

    /// Seconds of processor time that it has used.
    var usedTime: Double {
        orders.fileHandleForWriting.write(Data("cpu\n".utf8))
        return Double(ServedFabric.line(said.fileHandleForReading)) ?? 0
    }

    /// Ends it.
    func stop() {
        try? orders.fileHandleForWriting.close()
        process.waitUntilExit()
    }

    private static func line(_ handle: FileHandle) -> String {
        var bytes: [UInt8] = []
        while let next = try? handle.read(upToCount: 1), let byte = next.first, byte != 10 { bytes.append(byte) }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// What the process does: serves, and tells its processor time when asked, until its input ends.
    static func serve(_ name: String) async throws {
        guard let topology = Topology.named(name) else { return print("no fabric \(name)") }
        let shared = SharedFabric(SimulatedFabric(topology: topology, seed: 1, epoch: Date()))
        let controllers = try await SimulatedControllers(shared.state, ControllerSettings())
        let identity = try TLSIdentity.made(names: ["localhost"], addresses: [[127, 0, 0, 1]])
        let server = try APICServer(controllers, APICServer.Listening(identity: identity), threads: 1)
        let ports = try await server.start()
        let clock = Task {
            let began = ContinuousClock.now
            while !Task.isCancelled {
                try? await Task.sleep(for: .seconds(1))
                shared.advance(to: ContinuousClock.now - began)
                await controllers.look()
            }
        }
        say("\(ports[0]) \(identity.pin)")
        while let order = readLine() { if order == "cpu" { say("\(processorTime())") } }
        clock.cancel()
        await server.stop()
    }

    /// At once, also into a pipe.
    private static func say(_ line: String) { FileHandle.standardOutput.write(Data((line + "\n").utf8)) }
}
