import Foundation
import Testing

/// `bgpdeck simulate` on a free port, and the configuration of a console that reaches it over REST.
///
/// The configuration names the nodes, so that sessions have names, and gives tools that fail at once: these tests are
/// about the controllers.
final class ServedControllers {
    let folder: URL
    private let process = Process()
    private var said: [String: [String]] = [:]
    private var watching: [Process] = []

    /// Starts the controllers of figure 1 and waits until they listen.
    init(_ arguments: [String] = []) throws {
        folder = URL(filePath: "/tmp/bgpdeck-served-\(UUID().uuidString.prefix(8))")
        try FileManager.default.createDirectory(
            at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        let output = folder.appending(path: "said")
        _ = FileManager.default.createFile(atPath: output.path, contents: nil)
        process.executableURL = URL(filePath: Program.path)
        process.arguments =
            ["simulate", "--listen", "127.0.0.1:0", "--tls-folder", folder.path, "--control", control] + arguments
        process.environment = Program.environment(["XDG_RUNTIME_DIR": folder.path])
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = try FileHandle(forWritingTo: output)
        process.standardError = FileHandle.nullDevice
        try process.run()
        #expect(waits(60) { self.text(of: output).contains("\nready") })
        for line in text(of: output).split(separator: "\n") {
            let words = line.split(separator: " ").map(String.init)
            if let first = words.first { said[first] = Array(words.dropFirst()) }
        }
    }

    deinit {
        for process in watching + [process] where process.isRunning {
            process.terminate()
            process.waitUntilExit()
        }
        try? FileManager.default.removeItem(at: folder)
    }

    private func text(of file: URL) -> String { (try? String(contentsOf: file, encoding: .utf8)) ?? "" }

    private var control: String { folder.appending(path: "control").path }

    /// `127.0.0.1:PORT` of each controller.
    private var addresses: [String] {
        (1...16).compactMap { said["apic\($0)"]?.first?.replacing("https://", with: "") }
    }

    /// The stand-in for kubectl of the same fabric.
    var kubectl: [String] { [Program.path, "stand-in", "kubectl", control] }

    /// The SHA-256 of the certificate.
    var pin: String { said["sha256"]?.first ?? "" }

    /// Brings a fault, or ends it.
    func fault(_ name: String, ends: Bool = false) throws {
        let run = try Program.run(["simulate", "fault", name, "--control", control] + (ends ? ["--clear"] : []))
        #expect(run.status == 0, "\(name): \(run.errors)")
    }

    /// Ends the controllers; what they counted, `N logins` say.
    func counts() -> String {
        process.terminate()
        process.waitUntilExit()
        return text(of: folder.appending(path: "said")).split(separator: "\n").last.map(String.init) ?? ""
    }

    /// A configuration; `apic` holds what stands beside the controllers' addresses, the context's name is `served`.
    func configuration(
        password: String = "cisco", pin: String? = nil, apic: [String] = [], kubectl: [String] = ["/bin/false"]
    ) throws -> String {
        let file = folder.appending(path: "password-\(UUID().uuidString.prefix(4))")
        #expect(
            FileManager.default.createFile(
                atPath: file.path, contents: Data((password + "\n").utf8), attributes: [.posixPermissions: 0o600]))
        let access = [
            "controllers: [\(addresses.map { "\"\($0)\"" }.joined(separator: ", "))]", "reach: rest", "user: admin",
            "password_file: \(file.path)", "pin: \(pin ?? self.pin)",
        ]
        let nodes = (1...6).map { number in
            let address = "192.168.2.\(1 + (number - 1) * 8)"
            return "  - {name: node-\(number), address: \(address), rack: rack-\(number < 4 ? 1 : 2)}"
        }
        let text = """
            contexts:
            - name: served
              apic: {\((access + apic).joined(separator: ", "))}
              vrf: prod:k8s
              pod_subnets: [10.244.0.0/16]
              service_subnets: [10.96.0.0/12]
              racks:
              - {name: rack-1, as: 65101, leaves: [{id: 101, name: leaf-101}, {id: 102, name: leaf-102}]}
              - {name: rack-2, as: 65201, leaves: [{id: 103, name: leaf-103}, {id: 104, name: leaf-104}]}
              nodes:
            \(nodes.joined(separator: "\n"))
              tools: {kubectl: [\(kubectl.map { "\"\($0)\"" }.joined(separator: ", "))], ssh: ["/bin/false"], calicoctl: ["/bin/false"]}
              intervals: {apic: 2s}

            """
        let place = folder.appending(path: "config-\(UUID().uuidString.prefix(4)).yaml")
        try text.write(to: place, atomically: true, encoding: .utf8)
        return place.path
    }

    /// What `watch --plain` prints until the test ends.
    func watch(_ configuration: String) throws -> () -> String {
        let file = folder.appending(path: "watched-\(UUID().uuidString.prefix(4))")
        _ = FileManager.default.createFile(atPath: file.path, contents: nil)
        let process = Process()
        process.executableURL = URL(filePath: Program.path)
        process.arguments = ["watch", "--plain", "--config", configuration]
        process.environment = Program.environment(["XDG_RUNTIME_DIR": folder.path])
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = try FileHandle(forWritingTo: file)
        process.standardError = FileHandle.nullDevice
        try process.run()
        watching.append(process)
        return { (try? String(contentsOf: file, encoding: .utf8)) ?? "" }
    }
}
