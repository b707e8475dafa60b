import Fabric
import Foundation
import Simulator
import SimulatorServer

/// A simulated fabric in a process of its own, so that its processor time and memory are told apart: its controller over
/// REST, its nodes and cluster over a socket.
final class ServedFabric {
    let port: Int
    let pin: String
    /// Where nodes and the cluster are read.
    let facts: SimulatorFacts
    private let process: Process
    private let orders = Pipe()
    private let said = Pipe()

    /// Starts `bgpdeck-bench serve SOCKET FABRIC` and waits until it listens.
    ///
    /// - Parameter folder: a short path where its socket has its place.
    /// - Throws: what the system says where it cannot be started.
    init(_ fabric: String, in folder: String) throws {
        let socket = folder + "/fabric"
        facts = SimulatorFacts(socketPath: socket, timeout: .seconds(120))
        process = Process()
        process.executableURL = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
        process.arguments = ["serve", socket, fabric]
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
    static func serve(_ name: String, at socket: String) async throws {
        guard let topology = Topology.named(name) else { return print("no fabric \(name)") }
        let shared = SharedFabric(SimulatedFabric(topology: topology, seed: 1, epoch: Date()))
        let controllers = try await SimulatedControllers(shared.state, ControllerSettings())
        let identity = try TLSIdentity.made(names: ["localhost"], addresses: [[127, 0, 0, 1]])
        let server = try APICServer(controllers, APICServer.Listening(identity: identity), threads: 1)
        let ports = try await server.start()
        // The host lets the fabric's time pass.
        Thread.detachNewThread { try? SimulatorHost.run(shared, SimulatorHost.Settings(socketPath: socket)) }
        let clock = Task {
            while !Task.isCancelled {
                try? await Task.sleep(for: .seconds(1))
                await controllers.look()
            }
        }
        while !FileManager.default.fileExists(atPath: socket) { try await Task.sleep(for: .milliseconds(20)) }
        say("\(ports[0]) \(identity.pin)")
        while let order = readLine() { if order == "cpu" { say("\(processorTime())") } }
        clock.cancel()
        await server.stop()
    }

    /// At once, also into a pipe.
    private static func say(_ line: String) { FileHandle.standardOutput.write(Data((line + "\n").utf8)) }
}
