import Fabric
import Glibc
import Subprocess
import Synchronization
import SystemPackage

/// One child while it runs: gathers what it writes, and remembers why it was ended.
final class ChildRun: Sendable {
    private struct State {
        var output = GatheredBytes()
        var errors: [UInt8] = []
        var stopped: ChildTermination?
        var prompts: [ChildStream: PasswordPrompt] = [:]
    }

    private let state = Mutex(State())
    private let command: ChildCommand
    private let stops: AsyncStream<Void>
    private let stopper: AsyncStream<Void>.Continuation
    private let inputs: AsyncStream<[UInt8]>
    private let input: AsyncStream<[UInt8]>.Continuation
    private let react: @Sendable (ChildStream, [UInt8]) -> [ChildReaction]

    init(_ command: ChildCommand, react: @escaping @Sendable (ChildStream, [UInt8]) -> [ChildReaction]) {
        self.command = command
        self.react = react
        (stops, stopper) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
        (inputs, input) = AsyncStream.makeStream()
        switch command.input {
        case .none: input.finish()
        case .bytes(let bytes):
            input.yield(bytes)
            input.finish()
        case .open: break
        }
    }

    /// Asks for the child's end; the first reason stays.
    func stop(_ reason: ChildTermination) {
        state.withLock { if $0.stopped == nil { $0.stopped = reason } }
        stopper.yield()
    }

    /// Starts the child and stays until it is gone.
    func perform() async -> ChildResult {
        let start = ContinuousClock.now
        var options = PlatformOptions()
        options.createSession = true
        let executable: Executable =
            command.executable.contains("/") ? .path(FilePath(command.executable)) : .name(command.executable)
        let additions = Dictionary(
            uniqueKeysWithValues: command.environment.map { (Environment.Key(stringLiteral: $0), Optional($1)) })
        var ended: ChildTermination
        do {
            let outcome = try await Subprocess.run(
                executable, arguments: Arguments(command.arguments), environment: .inherit.updating(additions),
                platformOptions: options, input: .inputWriter, output: .sequence, error: .sequence
            ) { execution in await self.attend(execution) }
            switch outcome.terminationStatus {
            case .exited(let code): ended = .exited(code)
            case .signaled(let signal): ended = .signalled(signal)
            }
        } catch let error as SubprocessError where error.code == .executableNotFound {
            let isThere = command.executable.contains("/") && access(command.executable, F_OK) == 0
            ended = isThere ? .notStarted("it is there, but may not be run") : .notFound
        } catch {
            ended = .notStarted(Sanitised.summary("\(error)".utf8, lines: 1))
        }
        return state.withLock {
            ChildResult(
                termination: $0.stopped ?? ended, output: $0.output.take(), errors: $0.errors,
                duration: ContinuousClock.now - start)
        }
    }

    private typealias Running = Execution<CustomWriteInput, SequenceOutput, SequenceOutput>

    private func attend(_ execution: Running) async {
        apply(react(.output, []))
        await withTaskGroup(of: Void.self) { tasks in
            tasks.addTask { await self.write(to: execution.standardInputWriter) }
            tasks.addTask { await self.endWhenAsked(execution) }
            tasks.addTask {
                try? await Task.sleep(for: self.command.timeout)
                if !Task.isCancelled { self.stop(.timedOut) }
            }
            async let output: Void = read(execution.standardOutput, as: .output)
            async let errors: Void = read(execution.standardError, as: .errors)
            _ = await (output, errors)
            await waitForExit(of: execution.processIdentifier.value)
            input.finish()
            tasks.cancelAll()
            stopper.finish()
        }
        let stopped = state.withLock { $0.stopped != nil }
        if stopped || !command.leavesDescendants { signalGroup(of: execution, SIGKILL) }
    }

    private func write(to writer: StandardInputWriter) async {
        for await bytes in inputs {
            guard (try? await writer.write(bytes)) != nil else { return }
        }
        try? await writer.finish()
    }

    private func read(_ sequence: SubprocessOutputSequence, as stream: ChildStream) async {
        var buffers = sequence.makeAsyncIterator()
        while let buffer = try? await buffers.next() {
            let bytes = buffer.withUnsafeBytes { Array($0) }
            if take(bytes, from: stream) { apply(react(stream, bytes)) }
        }
    }

    /// Keeps bytes up to the limit; false once the child is being ended.
    private func take(_ bytes: [UInt8], from stream: ChildStream) -> Bool {
        let (alive, reason) = state.withLock { state -> (Bool, ChildTermination?) in
            let room = max(0, command.outputLimit - state.output.count - state.errors.count)
            switch stream {
            case .output: state.output.append(bytes.prefix(room))
            case .errors: state.errors += bytes.prefix(room)
            }
            if bytes.count > room { return (false, .outputLimit) }
            if command.endsAtPasswordPrompt, state.prompts[stream, default: PasswordPrompt()].take(bytes) {
                return (false, .passwordPrompt)
            }
            return (state.stopped == nil, nil)
        }
        if let reason { stop(reason) }
        return alive
    }

    private func apply(_ reactions: [ChildReaction]) {
        for reaction in reactions {
            switch reaction {
            case .send(let bytes): input.yield(bytes)
            case .closeInput: input.finish()
            case .end: stop(.ended)
            }
        }
    }

    /// Once asked: the terminating signal to the whole group, and two seconds later the one that cannot be refused.
    private func endWhenAsked(_ execution: Running) async {
        for await _ in stops {
            signalGroup(of: execution, SIGTERM)
            try? await Task.sleep(for: .seconds(2))
            signalGroup(of: execution, SIGKILL)
            return
        }
    }

    /// The group's number stays the child's until the child is reaped, which happens after `attend` returned.
    private func signalGroup(of execution: Running, _ signal: Int32) {
        try? execution.send(signal: Signal(rawValue: signal), toProcessGroup: true)
    }

    /// A child may close its streams and run on; the time-out still holds then.
    private func waitForExit(of process: pid_t) async {
        var pause = Duration.microseconds(200)
        while true {
            var info = siginfo_t()
            let asked = waitid(P_PID, id_t(process), &info, WEXITED | WNOHANG | WNOWAIT)
            if asked == 0, info.si_signo == SIGCHLD { return }
            if asked != 0, errno != EINTR { return }
            do { try await Task.sleep(for: pause) } catch { return }
            pause = min(pause * 2, .milliseconds(50))
        }
    }
}
