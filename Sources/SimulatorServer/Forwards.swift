import FoundationEssentials
import Glibc

/// The `-L` forwards of an ssh stand-in, and the socket of kubectl's proxy: local Unix sockets whose connections go to the
/// fabric's process.
struct Forwards {
    private let host: String
    private let wanted: [(local: String, remote: String)]
    /// The words of kubectl's proxy; nil: the forwards are ssh's.
    private let proxy: [String]?
    private let socketPath: String
    private var listeners: [Int32: (local: String, remote: String)] = [:]
    /// Each local connection with its counterpart, and the counterpart's frames.
    private var tunnels: [Int32: (remote: Int32, reader: FrameReader)] = [:]
    private var isOpen = false

    init(_ request: Request, _ socketPath: String) {
        let call = SSHArguments(request.role == "ssh" ? request.arguments : ["--", ""])
        host = call.host
        let socket = request.role == "kubectl" ? ProxyFilter.socket(request.arguments) : nil
        proxy = socket.map { _ in request.arguments }
        wanted = socket.map { [(local: $0, remote: "")] } ?? call.forwards
        self.socketPath = socketPath
    }

    var watched: [(descriptor: Int32, writes: Bool)] {
        (Array(listeners.keys) + tunnels.flatMap { [$0.key, $0.value.remote] }).map { ($0, false) }
    }

    /// Opens the local sockets once the connection stands; OpenSSH's words where that fails.
    mutating func open() -> String? {
        guard !isOpen else { return nil }
        isOpen = true
        for forward in wanted {
            do {
                listeners[try Sockets.listen(at: forward.local)] = forward
            } catch {
                if proxy != nil { return "error: listen unix \(forward.local): bind: \(error.cause)" }
                return "unix_listener: cannot bind to path \(forward.local): \(error.cause)\n"
                    + "Could not request local forwarding."
            }
        }
        return nil
    }

    /// Accepts new local connections and carries bytes both ways.
    mutating func serve(_ ready: Set<Int32>) {
        for (listener, forward) in listeners where ready.contains(listener) {
            while let local = Sockets.accept(listener) { connect(local, forward.remote) }
        }
        for (local, tunnel) in tunnels {
            if ready.contains(local) { carryOut(local, tunnel.remote) }
            if ready.contains(tunnel.remote) { carryIn(local) }
        }
    }

    private mutating func connect(_ local: Int32, _ remotePath: String) {
        let request =
            proxy.map { Request(role: "kubeapi", arguments: $0) }
            ?? Request(role: "bird", arguments: [host, remotePath])
        guard let remote = try? Sockets.connect(to: socketPath), let body = try? JSONEncoder().encode(request),
            Sockets.sendAll(remote, Frame.bytes(.request, body))
        else {
            Glibc.close(local)
            return
        }
        tunnels[local] = (remote, FrameReader())
    }

    private mutating func carryOut(_ local: Int32, _ remote: Int32) {
        guard let bytes = Sockets.read(local) else { return end(local) }
        if !bytes.isEmpty, !Sockets.sendAll(remote, Frame.bytes(.input, bytes)) { end(local) }
    }

    private mutating func carryIn(_ local: Int32) {
        guard var tunnel = tunnels[local] else { return }
        guard let bytes = Sockets.read(tunnel.remote) else { return end(local) }
        tunnel.reader.append(bytes)
        while let frame = tunnel.reader.next() {
            guard frame.kind == .output, Sockets.sendAll(local, frame.payload) else { return end(local) }
        }
        tunnels[local] = tunnel
    }

    private mutating func end(_ local: Int32) {
        guard let tunnel = tunnels.removeValue(forKey: local) else { return }
        Glibc.close(local)
        Glibc.close(tunnel.remote)
    }

    mutating func close() {
        for local in Array(tunnels.keys) { end(local) }
        for (listener, forward) in listeners {
            Glibc.close(listener)
            unlink(forward.local)
        }
        listeners = [:]
    }
}
