import FoundationEssentials
import Glibc
import Synchronization

/// What the hidden subcommands of the executable do: stand in for a tool by asking the simulated fabric's process.
public enum StandIn {
    /// The tool that is stood in for.
    public enum Role: String, Sendable, Hashable, CaseIterable {
        /// OpenSSH's client with its options, `-L` of Unix sockets included.
        case ssh
        /// `calicoctl` away from a node: `get`, `apply -f -`.
        case calicoctl
        /// `kubectl`: `get`, `exec`, `cordon`, `uncordon`, `drain`, `label`.
        case kubectl
        /// `birdcl` on the first node.
        case birdcl
    }

    /// Forwards a call to the fabric's process, hands on what it prints and returns its exit status; 255 with a line
    /// on `errors` where the process cannot be reached or goes away. Cancelling the task ends the call with 130.
    public static func run(
        socketPath: String, role: Role, arguments: [String], input: Int32 = 0, output: Int32 = 1, errors: Int32 = 2
    ) async -> Int32 {
        let call = StandInCall(
            socketPath: socketPath, role: role.rawValue, arguments: arguments, input: input, output: output,
            errors: errors)
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                OwnThread.run { continuation.resume(returning: call.perform()) }
            }
        } onCancel: {
            call.cancel()
        }
    }
}

/// One call, performed on a thread of its own.
final class StandInCall: Sendable {
    let socketPath: String
    private let request: Request
    private let input: Int32
    private let output: Int32
    private let errors: Int32
    private let isCancelled = Mutex(false)

    init(socketPath: String, role: String, arguments: [String], input: Int32, output: Int32, errors: Int32) {
        self.socketPath = socketPath
        request = Request(role: role, arguments: arguments)
        self.input = input
        self.output = output
        self.errors = errors
    }

    func cancel() { isCancelled.withLock { $0 = true } }

    private var mustStop: Bool { isCancelled.withLock { $0 } }

    /// The exit status.
    func perform() -> Int32 {
        let descriptor: Int32
        do {
            descriptor = try Sockets.connect(to: socketPath)
        } catch {
            _ = Sockets.writeAll(errors, Array("bgpdeck: the simulated fabric is gone: \(error)\n".utf8))
            return 255
        }
        defer { close(descriptor) }
        guard let body = try? JSONEncoder().encode(request),
            Sockets.sendAll(descriptor, Frame.bytes(.request, body))
        else { return lost() }
        var forwards = Forwards(request, socketPath)
        defer { forwards.close() }
        return relay(descriptor, &forwards)
    }

    /// Whether the tool reads its standard input for this call.
    private var readsInput: Bool {
        switch request.role {
        case "ssh":
            let call = SSHArguments(request.arguments)
            return call.command == nil && !call.isForwardOnly && call.control == nil
        case "kubectl": return ["create", "replace"].contains(request.arguments.first { !$0.hasPrefix("-") })
        case "calicoctl": return ["apply", "create", "replace"].contains(request.arguments.first)
        default: return false
        }
    }

    private func relay(_ descriptor: Int32, _ forwards: inout Forwards) -> Int32 {
        var reader = FrameReader()
        var isReading = readsInput
        while !mustStop {
            var watched = [(descriptor: descriptor, writes: false)] + forwards.watched
            if isReading { watched.append((input, false)) }
            let ready = Sockets.wait(for: watched, milliseconds: 100)
            if isReading, ready.contains(input) {
                let bytes = Sockets.read(input)
                isReading = bytes != nil
                let frame = bytes.map { Frame.bytes(.input, $0) } ?? Frame.bytes(.inputEnd, [])
                guard Sockets.sendAll(descriptor, frame) else { return lost() }
            }
            forwards.serve(ready)
            guard ready.contains(descriptor) else { continue }
            guard let bytes = Sockets.read(descriptor) else { return lost() }
            reader.append(bytes)
            while let frame = reader.next() {
                if let status = take(frame.kind, frame.payload, &forwards) { return status }
            }
        }
        return 130
    }

    /// Hands one frame on; the exit status where it is the last.
    private func take(_ kind: Frame.Kind, _ payload: [UInt8], _ forwards: inout Forwards) -> Int32? {
        switch kind {
        case .output:
            if let problem = forwards.open() {
                _ = Sockets.writeAll(errors, Array("\(problem)\n".utf8))
                return 255
            }
            return Sockets.writeAll(output, payload) ? nil : 141
        case .errors: return Sockets.writeAll(errors, payload) ? nil : 141
        case .exit: return FrameReader.status(payload)
        case .length: return nil
        default: return 255
        }
    }

    private func lost() -> Int32 {
        _ = Sockets.writeAll(errors, Array("bgpdeck: the simulated fabric has ended\n".utf8))
        return 255
    }
}
