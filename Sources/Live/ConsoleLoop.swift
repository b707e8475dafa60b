public import Console
import Correlation
import Fabric
import FoundationEssentials
import Operations
import Polling
public import Terminal
import Timeline

/// The loop of the full-screen console: messages in, frames out, effects performed.
///
/// The main actor owns the state and the terminal. A frame is drawn at most thirty times a second and only after a
/// message; a tick comes once a second for the ages on screen, none while the screen is frozen.
@MainActor
public final class ConsoleLoop {
    private let world: World
    private let backend: any TerminalBackend
    private let engine: Engine
    private let desk: OperationDesk
    private let loadTheme: (String) -> Result<Theme, ThemeError>?
    private var state: AppState
    private let inbox: AsyncStream<Message>
    private let send: AsyncStream<Message>.Continuation
    private var lastFrame: ContinuousClock.Instant?
    private var frameTask: Task<Void, Never>?
    private var tasks: [Task<Void, Never>] = []
    private var isEnding = false
    private var signal: Int32?

    /// A console over a world.
    ///
    /// - Parameters:
    ///   - configure: changes the state before the first frame, such as keys and theme from the configuration.
    ///   - loadTheme: a theme by name; nil where there is none.
    public init(
        _ world: World, backend: any TerminalBackend, configure: (inout AppState) -> Void,
        loadTheme: @escaping (String) -> Result<Theme, ThemeError>?
    ) {
        self.world = world
        self.backend = backend
        self.loadTheme = loadTheme
        engine = Engine(world)
        (inbox, send) = AsyncStream.makeStream(bufferingPolicy: .unbounded)
        desk = OperationDesk(world) { [engine] looks in Task { await engine.poll(looks) } }
        state = AppState(label: world.label, size: backend.size, now: world.now())
        state.faults = world.faults?.names ?? []
        configure(&state)
    }

    /// Runs until the user leaves; the terminal is given back by the caller.
    ///
    /// Answers the signal that ended it, nil where the user did.
    @discardableResult
    public func run() async -> Int32? {
        state.access = access()
        tellUnfinishedOperations()
        start()
        draw()
        for await message in inbox {
            if case .input(.interrupted(let number)) = message { signal = number }
            perform(update(&state, message))
            if isEnding { break }
            requestFrame()
        }
        for task in tasks { task.cancel() }
        frameTask?.cancel()
        await engine.stop()
        return signal
    }

    private func start() {
        if let playback = world.playback {
            startInput()
            return show(playback, playback.moments.count - 1)
        }
        let send = send
        let engine = engine
        let desk = desk
        let now = world.now
        startInput()
        tasks.append(Task { await engine.run() })
        tasks.append(
            Task {
                for await event in await engine.events() {
                    switch event {
                    case .facts(let snapshot, let picture, let changes):
                        let lines = changes.map { LogLine(at: picture.at, level: $0.level, text: $0.text) }
                        if !lines.isEmpty { send.yield(.logged(lines)) }
                        send.yield(.facts(snapshot, picture))
                        desk.take(OperationFacts(snapshot: snapshot, picture: picture, now: now()))
                    case .diagnostics(let lines):
                        send.yield(.logged(lines.prefix(5).map { LogLine(at: now(), level: .warning, text: $0) }))
                    case .notice(let words):
                        send.yield(.logged([LogLine(at: now(), level: .info, text: words)]))
                    }
                }
            })
        tasks.append(
            Task {
                while !Task.isCancelled {
                    try? await Task.sleep(for: .seconds(1))
                    send.yield(.tick(now()))
                    desk.tick(now())
                }
            })
    }

    private func startInput() {
        let send = send
        let events = backend.events
        tasks.append(Task { for await event in events { send.yield(.input(event)) } })
    }

    /// Shows a moment of a history, with what changed since the one before.
    private func show(_ playback: Playback, _ index: Int) {
        guard playback.moments.indices.contains(index) else { return }
        let moment = playback.moments[index]
        send.yield(.logged(moment.lines.map { LogLine(at: moment.picture.at, level: .info, text: $0) }))
        send.yield(.facts(moment.snapshot, moment.picture))
        send.yield(.history(HistoryPlace(index: index + 1, count: playback.moments.count)))
    }

    /// Draws now, or as soon as a thirtieth of a second has passed since the last frame.
    private func requestFrame() {
        guard frameTask == nil else { return }
        let since = lastFrame.map { ContinuousClock.now - $0 } ?? .seconds(1)
        guard since < .milliseconds(33) else { return draw() }
        frameTask = Task {
            try? await Task.sleep(for: .milliseconds(33) - since)
            self.frameTask = nil
            if !Task.isCancelled, !self.isEnding { self.draw() }
        }
    }

    private func draw() {
        lastFrame = ContinuousClock.now
        let frame = render(state, glyphs: backend.glyphs)
        backend.present(frame.buffer, cursor: frame.cursor)
    }

    private func perform(_ effects: [Effect]) {
        for effect in effects {
            switch effect {
            case .quit: isEnding = true
            case .suspend:
                backend.suspend()
                requestFrame()
            case .poll(let looks):
                let engine = engine
                Task { await engine.poll(looks) }
            case .mouse(let isOn): backend.setMouse(isOn)
            case .copy(let text):
                backend.writeOutOfBand(Clipboard.sequence(for: text))
                notice(.info, "copied \(text.utf8.count) bytes (if the terminal allows it)")
            case .theme(let name): setTheme(name)
            case .readEvidence(let title, let pieces): readEvidence(title, pieces)
            case .dump(let text): dump(text)
            case .fault(let name, let isOn): setFault(name, isOn)
            case .step(let count):
                if let playback = world.playback, let place = state.history {
                    show(playback, min(max(0, place.index - 1 + count), playback.moments.count - 1))
                }
            case .start, .abort, .unlock, .lock: performChange(effect)
            }
        }
    }

    private func performChange(_ effect: Effect) {
        switch effect {
        case .start(let plan, let typed): start(plan, typed)
        case .abort: desk.abort()
        case .unlock(let duration):
            world.gate?.unlock(until: world.now().addingTimeInterval(duration.seconds))
            send.yield(.access(access()))
            notice(.info, "changes are allowed for \(Wording.age(duration.seconds)); :lock ends it")
        case .lock:
            world.gate?.lock()
            send.yield(.access(access()))
        default: break
        }
    }

    private func access() -> Access {
        switch world.gate?.access {
        case .open?: .changes(until: nil)
        case .openUntil(let moment)?: .changes(until: moment)
        default: .readOnly
        }
    }

    private func notice(_ level: Toast.Level, _ text: String) {
        send.yield(.notice(Toast(level, text), world.now()))
    }

    private func setTheme(_ name: String) {
        switch loadTheme(name) {
        case .success(let theme)?:
            backend.theme = theme
            send.yield(.themed(name))
            notice(.info, "theme \(name)")
        case .failure(let error)?: notice(.error, "theme \(name): \(error)")
        case nil: notice(.error, "there is no theme '\(name)'; there are \(state.themeNames.joined(separator: ", "))")
        }
    }

    private func setFault(_ name: String, _ isOn: Bool) {
        guard let door = world.faults else { return }
        Task {
            let answer = await door.set(name, isOn)
            notice(.info, answer)
        }
    }

    private func start(_ plan: Plan, _ typed: String) {
        let consent: Consent
        do throws(ConsentError) { consent = try Consent.check(typed: typed, for: plan) } catch {
            return notice(.error, "\(error)")
        }
        let send = send
        let desk = desk
        let now = world.now
        Task {
            do throws(ChangeRefusal) {
                _ = try await desk.run(plan, consent: consent) { send.yield(.operation($0)) }
                await self.engine.setMaintenance(self.maintenance())
            } catch {
                send.yield(.notice(Toast(.error, "\(plan.title): \(error)"), now()))
            }
        }
    }

    private func maintenance() -> Set<NodeName> {
        records().maintenance
    }

    /// Operations that a killed console left behind are told at once, and nodes in maintenance stay quiet.
    private func tellUnfinishedOperations() {
        let records = records()
        let quiet = records.maintenance
        let engine = engine
        Task { await engine.setMaintenance(quiet) }
        for line in records.unfinished.compactMap(\.interruption) { notice(.warning, line) }
    }

    /// What the journal tells; what cannot be read of it is said.
    private func records() -> [OperationRecord] {
        guard let folder = world.journalFolder else { return [] }
        do throws(JournalError) {
            let reading = try Journal.read(folder: folder)
            for problem in reading.diagnostics { notice(.warning, "journal: \(problem)") }
            return reading.records
        } catch {
            notice(.error, "journal: \(error)")
            return []
        }
    }

    private func readEvidence(_ title: String, _ pieces: [EvidenceLine]) {
        let store = world.evidence
        let send = send
        Task {
            var lines: [String] = []
            for piece in pieces {
                lines.append("=== \(piece.source)  \(piece.command)")
                if !piece.excerpt.isEmpty { lines.append("--- \(piece.excerpt)") }
                if let place = piece.evidence, let bytes = await store.read(place) {
                    let text = String(decoding: bytes.prefix(4 << 20), as: UTF8.self)
                    lines += text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
                } else {
                    lines.append(piece.evidence == nil ? "(nothing was read)" : "(the raw text is no longer kept)")
                }
                lines.append("")
            }
            send.yield(.evidence(title: title, lines: lines))
        }
    }

    private func dump(_ text: String) {
        let stamp = Wording.clock(world.now()).replacing(":", with: "")
        let path = "\(world.dumpFolder)/screen-\(stamp).txt"
        do {
            try FileManager.default.createDirectory(atPath: world.dumpFolder, withIntermediateDirectories: true)
            try Data(text.utf8).write(to: URL(filePath: path))
            notice(.info, "written to \(path)")
        } catch {
            notice(.error, "could not write \(path): \(error)")
        }
    }
}

extension PictureChange {
    /// The level of a log line.
    var level: Toast.Level {
        switch direction {
        case .better, .neutral: .info
        case .worse: .warning
        }
    }
}

/// The terminal's clipboard by OSC 52, which works over ssh too.
enum Clipboard {
    /// The most bytes that terminals take.
    static let limit = 74_994

    /// The sequence that hands a text to the terminal's clipboard; the text travels in base64.
    static func sequence(for text: String) -> [UInt8] {
        let data = Data(text.utf8.prefix(limit)).base64EncodedString()
        return Array("\u{1b}]52;c;\(data)\u{07}".utf8)
    }
}
