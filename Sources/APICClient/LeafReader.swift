import Children
import Fabric
import FoundationEssentials
import Polling
import Synchronization

/// Performs looks at leaves.
struct LeafReader: Sendable {
    let configuration: APICConfiguration
    let children: ChildRunner
    let doors: LeafDoors
    let now: @Sendable () -> Date

    /// Gives a look's commands one after the other; the first that fails ends the look.
    func perform(_ look: Look) async -> LookResult {
        guard case .leaf(let leaf) = look.source else {
            return LookResult(look: look, answers: [], error: foreign(look))
        }
        var answers: [Answer] = []
        do throws(SourceError) {
            for command in try LeafCommand.lines(for: look, vrf: configuration.vrf) {
                answers.append(try await ask(command, of: leaf))
            }
        } catch {
            return LookResult(look: look, answers: answers, error: error)
        }
        var result = LookResult(look: look, answers: answers)
        if case .leafRoutes(let leaf, .all) = look { await addPaths(of: leaf, to: &result) }
        return result
    }

    /// What the leaf accepted from its neighbors, where its table is not too large for text. A leaf that does not tell it
    /// loses nothing else, and that is said once.
    private func addPaths(of leaf: LeafID, to result: inout LookResult) async {
        let size = result.answers.reduce(0) { $0 + $1.bytes.count }
        guard size <= configuration.pathTextLimit, await doors.offersPaths(leaf, now()) else { return }
        do throws(SourceError) {
            result.answers.append(try await ask(try LeafCommand.paths(of: leaf, vrf: configuration.vrf), of: leaf))
        } catch {
            guard await doors.lacksPaths(leaf, now()) else { return }
            let words = "\(error.cause): accepted prefixes are concluded from counts and routes alone"
            let provenance = Provenance(source: .leaf(leaf), command: error.operation, at: now())
            result.facts.append(Decoded(observations: [], provenance: provenance, diagnostics: [words]))
        }
    }

    /// Asks through each way until one answers; what the last said is the error.
    private func ask(_ command: String, of leaf: LeafID) async throws(SourceError) -> Answer {
        var failures: [SourceError] = []
        for door in await doors.ways(to: leaf) {
            do throws(SourceError) {
                return try await ask(command, of: leaf, through: door)
            } catch {
                failures.append(error)
                if error.kind == .unsafe || error.kind == .unreadable || Task.isCancelled { break }
            }
        }
        guard var error = failures.last else { throw unconfigured(leaf, command) }
        if failures.count > 1 {
            error.cause = failures.map(\.cause).reduce(into: [String]()) { causes, cause in
                if !causes.contains(cause) { causes.append(cause) }
            }.joined(separator: "; ")
        }
        throw error
    }

    private func ask(_ command: String, of leaf: LeafID, through door: LeafDoor) async throws(SourceError) -> Answer {
        let line = door.line(command)
        let source = SourceID.leaf(leaf)
        let known = await doors.channel(of: door.target)
        if known != .session {
            let child = try SSH.command(
                door.target, configuration.ssh, remote: line, timeout: configuration.timeout,
                outputLimit: configuration.routeTextLimit, source: source)
            let result = await children.run(child)
            let error = judge(result, line, door, source)
            let refusesCommands = known == nil && configuration.channel == .automatic && Self.refusesCommands(result)
            if !refusesCommands {
                if let error { throw error }
                await doors.answered(door, over: .exec)
                return Answer(source: source, command: line, at: now(), bytes: result.output)
            }
        }
        let bytes = try await converse(line, door, source)
        await doors.answered(door, over: .session)
        return Answer(source: source, command: line, at: now(), bytes: bytes)
    }

    /// Opens a session with a prompt for one command.
    private func converse(_ line: String, _ door: LeafDoor, _ source: SourceID) async throws(SourceError) -> [UInt8] {
        let child = try SSH.session(
            door.target, configuration.ssh, timeout: configuration.timeout, outputLimit: configuration.routeTextLimit,
            source: source)
        let talk = LeafTalk(command: line)
        var result = await children.converse(child) { stream, bytes in
            stream == .output ? talk.received(bytes) : []
        }
        if let output = talk.output { return output }
        // Whatever status the device's shell left behind, the command was not answered to its end.
        if case .exited(let code) = result.termination, code != 255 {
            let said = Sanitised.summary(result.errors.isEmpty ? result.output.suffix(400) : result.errors)
            throw SourceError(
                kind: .unreachable, source: source, operation: line,
                cause: "\(door.target.host): the session ended before the prompt came back: \(said)",
                hint: "try the same ssh command by hand")
        }
        if result.termination == .timedOut, !talk.wasAsked { result.output = [] }
        guard let error = judge(result, line, door, source) else { return [] }
        throw error
    }

    private func judge(_ result: ChildResult, _ line: String, _ door: LeafDoor, _ source: SourceID) -> SourceError? {
        var error = ChildFailure.judge(
            result, source: source, operation: line, tool: configuration.ssh.tool.first ?? "ssh")
        if error == nil, result.output.allSatisfy({ $0 <= 0x20 }) {
            error = SourceError(
                kind: .unreadable, source: source, operation: line, cause: "the answer is empty",
                hint: "see whether the leaf is in the fabric and runs BGP in this VRF")
        }
        if let cause = error?.cause { error?.cause = "\(door.target.host): \(cause)" }
        return error
    }

    /// Whether a device seems to take no commands, only sessions: nothing came, it said so, it hung without a word,
    /// or its commands are only known to the shell that a session starts (`fabric: command not found`).
    static func refusesCommands(_ result: ChildResult) -> Bool {
        let isBlank = result.output.allSatisfy { $0 <= 0x20 }
        switch result.termination {
        case .exited(0): if isBlank { return true }
        case .timedOut: return isBlank && result.errors.isEmpty
        case .exited(127): return true
        default: break
        }
        let text = String(decoding: (result.errors + result.output.prefix(400)).prefix(2000), as: UTF8.self)
            .lowercased()
        return ["exec not supported", "exec request failed", "command execution is not", "commands are not allowed"]
            .contains { text.contains($0) }
    }

    private func unconfigured(_ leaf: LeafID, _ command: String) -> SourceError {
        SourceError(
            kind: .notFound, source: .leaf(leaf), operation: command, cause: "no controller is configured",
            hint: "name the controllers, or this leaf's own address, in the configuration")
    }

    private func foreign(_ look: Look) -> SourceError {
        SourceError(
            kind: .notFound, source: look.source, operation: "read", cause: "the fabric's port reads leaves only",
            hint: "")
    }
}

/// A session's state between the two tasks that hear a child.
private final class LeafTalk: Sendable {
    private struct State {
        var conversation: PromptConversation
        var output: [UInt8]?
    }

    private let state: Mutex<State>

    init(command: String) { state = Mutex(State(conversation: PromptConversation(command: command))) }

    var output: [UInt8]? { state.withLock { $0.output } }
    var wasAsked: Bool { state.withLock { $0.conversation.wasAsked } }

    func received(_ bytes: [UInt8]) -> [ChildReaction] {
        state.withLock { state in
            var reactions: [ChildReaction] = []
            for action in state.conversation.received(bytes) {
                switch action {
                case .send(let bytes): reactions.append(.send(bytes))
                case .finished(let output):
                    state.output = output
                    reactions += [.send(Array("exit\n".utf8)), .closeInput]
                }
            }
            return reactions
        }
    }
}
