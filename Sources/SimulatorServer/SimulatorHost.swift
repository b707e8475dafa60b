import FoundationEssentials
import Glibc
public import Simulator

/// Runs a simulated fabric in a process of its own: real time drives virtual time, and stand-ins for ssh, kubectl,
/// calicoctl and birdcl ask it through a Unix socket.
///
/// One thread, one loop: no request waits for another, and a host that hangs costs nothing.
public enum SimulatorHost {
    /// How the process runs.
    public struct Settings: Sendable {
        /// Where it listens. The folder is made with mode 0700 where it is missing; the socket has 0600.
        public var socketPath: String
        /// Virtual seconds in a real one.
        public var factor: Double
        /// Whether it ends when its parent process does.
        public var endsWithParent: Bool
        /// Reads the documents that `calicoctl apply -f -` gets; the default reads JSON only, so that a caller with a
        /// YAML library hands it in.
        public var readDocuments: @Sendable (String) throws -> [CalicoDocument]
        /// Faults beside the fabric's own that the control door takes, nil: none.
        public var otherFaults: OtherFaults?

        /// Settings; by default in real time, ending with the parent.
        public init(
            socketPath: String, factor: Double = 1, endsWithParent: Bool = true,
            readDocuments: @escaping @Sendable (String) throws -> [CalicoDocument] = SimulatorHost.readJSON
        ) {
            self.socketPath = socketPath
            self.factor = factor
            self.endsWithParent = endsWithParent
            self.readDocuments = readDocuments
        }
    }

    /// Faults that are not the fabric's: those of the simulated controllers.
    public struct OtherFaults: Sendable {
        /// Brings the fault with some words; false where none has them.
        public var inject: @Sendable (String) -> Bool
        /// Ends a fault, or all where no words are given; false where none has them.
        public var clear: @Sendable (String?) -> Bool
        /// The faults in force.
        public var active: @Sendable () -> [String]

        /// Faults from what handles them.
        public init(
            inject: @escaping @Sendable (String) -> Bool, clear: @escaping @Sendable (String?) -> Bool,
            active: @escaping @Sendable () -> [String]
        ) {
            self.inject = inject
            self.clear = clear
            self.active = active
        }
    }

    /// Reads one JSON object or an array of them.
    ///
    /// - Throws: the decoder's error.
    @Sendable public static func readJSON(_ text: String) throws -> [CalicoDocument] {
        let data = Data(text.utf8)
        if let list = try? JSONDecoder().decode([CalicoDocument].self, from: data) { return list }
        return [try JSONDecoder().decode(CalicoDocument.self, from: data)]
    }

    /// Serves until the parent ends or `shouldStop`, asked at least four times a second, says so; then the socket is
    /// removed. Blocks its thread.
    ///
    /// - Throws: a ``SocketError`` where the socket cannot be made.
    public static func run(
        _ fabric: SimulatedFabric, _ settings: Settings, shouldStop: () -> Bool = { false }
    ) throws(SocketError) {
        try run(SharedFabric(fabric), settings, shouldStop: shouldStop)
    }

    /// Serves a fabric that other doors share: only this one lets its time pass.
    ///
    /// - Throws: a ``SocketError`` where the socket cannot be made.
    public static func run(
        _ shared: SharedFabric, _ settings: Settings, shouldStop: () -> Bool = { false }
    ) throws(SocketError) {
        let folder = settings.socketPath.split(separator: "/", omittingEmptySubsequences: false).dropLast()
        if !folder.isEmpty { mkdir(folder.joined(separator: "/"), 0o700) }
        let listener = try Sockets.listen(at: settings.socketPath)
        var loop = HostLoop(shared, settings, listener)
        let parent = getppid()
        while !shouldStop(), !settings.endsWithParent || getppid() == parent { loop.turn() }
        loop.close()
        unlink(settings.socketPath)
    }
}

/// The state of the loop.
struct HostLoop {
    /// The fabric while a turn works on it, a former state of it between turns.
    var fabric: SimulatedFabric
    private let shared: SharedFabric
    let settings: SimulatorHost.Settings
    var connections: [Int32: Connection] = [:]
    /// The cluster's API, as far as it is read through kubectl's proxy.
    var api = SimulatedAPIServer()
    var factor: Double
    private let listener: Int32
    private var lastTurn = Sockets.monotonicSeconds()
    private var virtual = 0.0

    /// More stand-ins at once than this wait until others have gone.
    private static let connectionLimit = 512

    init(_ shared: SharedFabric, _ settings: SimulatorHost.Settings, _ listener: Int32) {
        self.shared = shared
        fabric = shared.with { $0 }
        self.settings = settings
        self.listener = listener
        factor = settings.factor
        let parts = fabric.now.components
        virtual = Double(parts.seconds) + Double(parts.attoseconds) / 1e18
    }

    /// Waits for something to do, does it, and lets time pass.
    mutating func turn() {
        var watched = connections.map { (descriptor: $0.key, writes: $0.value.isFull) }
        if connections.count < HostLoop.connectionLimit { watched.append((listener, false)) }
        let isDraining = connections.values.contains { if case .drain = $0.job { true } else { false } }
        let ready = Sockets.wait(for: watched, milliseconds: isDraining ? 50 : 250)
        shared.with { held in
            swap(&fabric, &held)
            work(ready)
            swap(&fabric, &held)
        }
    }

    private mutating func work(_ ready: Set<Int32>) {
        passTime()
        if ready.contains(listener) {
            while let descriptor = Sockets.accept(listener) { connections[descriptor] = Connection() }
        }
        for descriptor in ready where descriptor != listener { receive(descriptor) }
        for descriptor in Array(connections.keys) {
            stepDrain(descriptor)
            stepWatch(descriptor)
            flush(descriptor)
        }
    }

    /// A process that was stopped for long catches up in pieces of ten minutes.
    private mutating func passTime() {
        let moment = Sockets.monotonicSeconds()
        virtual += min((moment - lastTurn) * factor, 600)
        lastTurn = moment
        fabric.advance(to: .milliseconds(Int64(virtual * 1000)))
    }

    private mutating func receive(_ descriptor: Int32) {
        guard var connection = connections[descriptor] else { return }
        guard let bytes = Sockets.read(descriptor) else {
            drop(descriptor)
            return
        }
        connection.reader.append(bytes)
        while let frame = connection.reader.next() { handle(frame.kind, frame.payload, &connection) }
        connections[descriptor] = connection
        if connection.reader.isBroken { drop(descriptor) }
    }

    private mutating func flush(_ descriptor: Int32) {
        // In place, so that a large answer is not copied with every piece of it that goes.
        guard let isThere = connections[descriptor]?.flush(descriptor) else { return }
        if !isThere || connections[descriptor].map({ $0.isEnding && !$0.isFull }) ?? false { drop(descriptor) }
    }

    private mutating func drop(_ descriptor: Int32) {
        connections[descriptor] = nil
        Glibc.close(descriptor)
    }

    mutating func close() {
        for descriptor in connections.keys { Glibc.close(descriptor) }
        connections = [:]
        Glibc.close(listener)
    }

    private mutating func stepDrain(_ descriptor: Int32) {
        guard var connection = connections[descriptor], case .drain(var drain) = connection.job else { return }
        let outputs = drain.step(&fabric)
        connection.job = .drain(drain)
        for output in outputs {
            switch output {
            case .output(let line): connection.send(.output, line + "\n")
            case .errors(let line): connection.send(.errors, line + "\n")
            case .exit(let status): connection.end(status)
            }
        }
        connections[descriptor] = connection
    }
}
