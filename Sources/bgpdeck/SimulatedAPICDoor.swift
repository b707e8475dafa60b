import APICClient
import Fabric
import Foundation
import SimulatorServer

/// The simulated fabric's controller over HTTPS, for this program's own console.
///
/// The fabric's process opens it and writes a note beside its socket, in the run's private folder; the console reads
/// there which port to call and which certificate to expect.
struct SimulatedAPICDoor {
    private let server: APICServer
    private let looking: Task<Void, Never>

    private struct Note: Codable {
        var port: Int
        /// SHA-256 of the certificate, in hexadecimal digits.
        var pin: String
        var password: String
    }

    private static let user = "bgpdeck"
    private static func path(_ socket: String) -> String { socket + ".apic" }

    /// Begins to serve a fabric; what comes after finds the note.
    ///
    /// - Throws: what the sockets, the certificate or the file system throw.
    static func open(_ shared: SharedFabric, beside socket: String) async throws -> SimulatedAPICDoor {
        let password = UUID().uuidString
        let controllers = try await SimulatedControllers(
            shared.state, ControllerSettings(user: user, password: password, controllers: 1))
        let identity = try TLSIdentity.made(names: ["localhost"], addresses: [[127, 0, 0, 1]])
        let server = try APICServer(controllers, APICServer.Listening(identity: identity))
        guard let port = try await server.start().first else { throw RunFailure(message: "no port") }
        let note = try JSONEncoder().encode(Note(port: port, pin: identity.pin, password: password))
        guard
            FileManager.default.createFile(
                atPath: path(socket), contents: note, attributes: [.posixPermissions: 0o600])
        else { throw RunFailure(message: "cannot write \(path(socket))") }
        return SimulatedAPICDoor(server: server, looking: Task { await controllers.run() })
    }

    func close() async {
        looking.cancel()
        await server.stop()
    }

    /// How a console reaches the door that was opened beside a socket.
    ///
    /// - Throws: a ``RunFailure`` where there is none.
    static func configuration(beside socket: String, vrf: String?) throws -> RESTConfiguration {
        guard let bytes = FileManager.default.contents(atPath: path(socket)),
            let note = try? JSONDecoder().decode(Note.self, from: bytes)
        else { throw RunFailure(message: "bgpdeck: the simulated fabric serves no REST interface") }
        let password = Secret(note.password)
        return RESTConfiguration(
            controllers: [RESTController(host: "127.0.0.1", port: note.port)], user: user,
            credential: .password { () throws(SourceError) in password }, trust: .pins([note.pin]), vrf: vrf,
            requestsPerSecond: 100, subscribes: true)
    }
}
