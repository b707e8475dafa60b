import ArgumentParser

/// What `bgpdeck simulate` serves, and how.
public struct SimulationChoice: Sendable, Hashable {
    /// The address and port of the first controller.
    public var listen: String
    /// The simulated fabric's name and seed.
    public var fabric: String, seed: UInt64
    /// The socket of another process that tells the fabric's facts (Tests/Lab), in place of a simulated fabric.
    public var state: String?
    /// Faults of the fabric, `NAME[:TARGET][@SECONDS]`, and of the controllers, `NAME[:VALUE]`.
    public var faults: [String]
    /// The user who may log in, and the file that holds the password; nil: `cisco`.
    public var user: String, passwordFile: String?
    /// The number of controllers, each on a port of its own.
    public var controllers: Int
    /// Where the authority's certificate is written; nil: a folder of this run.
    public var tlsFolder: String?
    /// A certificate chain and its key in PEM files, in place of made ones.
    public var certificate: String?, key: String?
    /// Certificates of the user in PEM, `NAME=FILE`, for signed requests.
    public var userCertificates: [String]
    /// The socket of the control door; nil: in a folder of this run.
    public var control: String?
    /// Seconds that tokens, sessions and subscriptions live.
    public var tokenLifetime: Double, sessionLifetime: Double, subscriptionLifetime: Double
    /// Objects in one answer at most.
    public var objectLimit: Int
    /// `plain`, `owner` or `both`.
    public var nextHopNames: String
}

struct Simulate: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "A simulated fabric's controllers over HTTPS, for any APIC client.",
        subcommands: [SimulateServe.self, SimulateFault.self], defaultSubcommand: SimulateServe.self)
}

struct SimulateServe: RequestCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve", abstract: "Serve until interrupted (default).")

    @Option(name: .long, help: "ADDRESS[:PORT] of the first controller; the others take the ports after it.")
    var listen = "127.0.0.1:8443"

    @Option(name: .long, help: "figure-1, figure-2 or design-max.")
    var fabric = "figure-1"

    @Option(name: .long, help: "Socket that tells the facts of real routers, as the lab's does, in place of --fabric.")
    var state: String?

    @Option(name: .long, help: "Seed of the simulated fabric.")
    var seed: UInt64 = 1

    @Option(
        name: .customLong("fault"),
        help: "Fault of the fabric, NAME[:TARGET][@SECONDS], or of the controllers, NAME[:VALUE]; repeatable.")
    var faults: [String] = []

    @Option(name: .long, help: "The user who may log in.")
    var user = "admin"

    @Option(name: .long, help: "File that holds the password (default: the password is cisco).")
    var passwordFile: String?

    @Option(name: .long, help: "Number of controllers.")
    var controllers = 1

    @Option(name: .long, help: "Folder to write the CA's certificate ca.pem to (default: a folder of this run).")
    var tlsFolder: String?

    @Option(name: .long, help: "Certificate chain in PEM, in place of a made one; with --tls-key.")
    var tlsCertificate: String?

    @Option(name: .long, help: "Private key in PEM.")
    var tlsKey: String?

    @Option(name: .customLong("user-certificate"), help: "NAME=FILE: a certificate of the user, for signed requests.")
    var userCertificates: [String] = []

    @Option(name: .long, help: "Socket of the control door (default: in a folder of this run).")
    var control: String?

    @Option(name: .long, help: "Life of a token.")
    var tokenLifetime = Seconds(value: 600)

    @Option(name: .long, help: "Life of a session.")
    var sessionLifetime = Seconds(value: 86_400)

    @Option(name: .long, help: "Life of a subscription without refresh.")
    var subscriptionLifetime = Seconds(value: 60)

    @Option(name: .long, help: "Objects in one answer at most.")
    var objectLimit = 100_000

    @Option(name: .long, help: "Names of next hops: plain, owner or both.")
    var nextHopNames = "plain"

    func validate() throws {
        guard (tlsCertificate == nil) == (tlsKey == nil) else {
            throw ValidationError("--tls-certificate and --tls-key go together")
        }
        guard (1...16).contains(controllers) else { throw ValidationError("--controllers takes 1 to 16") }
        guard objectLimit > 0 else { throw ValidationError("--object-limit takes a positive number") }
    }

    var request: Request {
        .simulate(
            SimulationChoice(
                listen: listen, fabric: fabric, seed: seed, state: state,
                faults: faults, user: user, passwordFile: passwordFile,
                controllers: controllers, tlsFolder: tlsFolder, certificate: tlsCertificate, key: tlsKey,
                userCertificates: userCertificates, control: control, tokenLifetime: tokenLifetime.value,
                sessionLifetime: sessionLifetime.value, subscriptionLifetime: subscriptionLifetime.value,
                objectLimit: objectLimit, nextHopNames: nextHopNames))
    }
}

struct SimulateFault: RequestCommand {
    static let configuration = CommandConfiguration(
        commandName: "fault",
        abstract: "Bring or end a fault of running simulated controllers; without a name, list them.")

    @Argument(help: "NAME[:TARGET] of the fabric, or NAME[:VALUE] of the controllers.")
    var name: String?

    @Option(name: .long, help: "Socket of the control door, as `bgpdeck simulate` prints it.")
    var control: String

    @Flag(name: .long, help: "End it; without a name, all.")
    var clear = false

    var request: Request { .simulationFault(control: control, name, clears: clear) }
}
