public import Console
import Correlation
import Fabric
import Operations
public import Terminal
import Timeline

/// The loop of the full-screen console: messages in, frames out, effects performed.
///
/// The main actor owns the state and the terminal. A frame is drawn at most thirty times a second and only after a
/// message; a tick comes once a second for the ages on screen, none while the screen is frozen.
@MainActor
public final class ConsoleLoop {
    /// A message, and the world that it tells of; nil: it is the user's and holds in any.
    private struct Letter: Sendable {
        var world: Int?
        var message: Message
    }

    var world: World
    let backend: any TerminalBackend
    let services: ConsoleServices
    let loadTheme: (String) -> Result<Theme, ThemeError>?
    let themeNews: () -> ThemeNews?
    var engine: Engine
    var desk: OperationDesk
    var state: AppState
    var isEnding = false
    private let inbox: AsyncStream<Letter>
    private let feed: AsyncStream<Letter>.Continuation
    private var lastFrame: ContinuousClock.Instant?
    private var frameTask: Task<Void, Never>?
    private var inputTask: Task<Void, Never>?
    private var worldTasks: [Task<Void, Never>] = []
    private var attended = DetailSubject.nothing
    private var signal: Int32?
    /// Counts the worlds, so that what the one before still tells is not taken for this one's.
    private var worldNumber = 0
    private var endWorld: (@Sendable () -> Void)?

    /// A console over a world.
    ///
    /// - Parameters:
    ///   - services: what is kept, run and opened outside.
    ///   - configure: changes the state before the first frame, such as keys and theme from the configuration.
    ///   - loadTheme: a theme by name; nil where there is none.
    ///   - themeNews: what became of the theme's file since the last call; nil: nothing.
    public init(
        _ world: World, backend: any TerminalBackend, services: ConsoleServices = ConsoleServices(),
        configure: (inout AppState) -> Void, loadTheme: @escaping (String) -> Result<Theme, ThemeError>?,
        themeNews: @escaping () -> ThemeNews? = { nil }
    ) {
        self.world = world
        self.backend = backend
        self.services = services
        self.loadTheme = loadTheme
        self.themeNews = themeNews
        let engine = Engine(world)
        self.engine = engine
        (inbox, feed) = AsyncStream.makeStream(bufferingPolicy: .unbounded)
        desk = OperationDesk(world) { looks in Task { await engine.poll(looks) } }
        state = AppState(label: world.label, size: backend.size, now: world.now())
        state.faults = world.faults?.names ?? []
        configure(&state)
    }

    /// Sends a message that tells of the present world.
    var send: @Sendable (Message) -> Void {
        let feed = feed
        let number = worldNumber
        return { feed.yield(Letter(world: number, message: $0)) }
    }

    /// Runs until the user leaves; the terminal is given back by the caller.
    ///
    /// Answers the signal that ended it, nil where the user did.
    @discardableResult
    public func run() async -> Int32? {
        state.access = access()
        if state.hasMouse { backend.setMouse(true) }
        tellUnfinishedOperations()
        startInput()
        startWorld()
        draw()
        for await letter in inbox where letter.world == nil || letter.world == worldNumber {
            if case .input(.interrupted(let number)) = letter.message { signal = number }
            perform(update(&state, letter.message))
            if isEnding { break }
            if case .tick = letter.message { takeThemeNews() }
            attend()
            requestFrame()
        }
        inputTask?.cancel()
        frameTask?.cancel()
        await stopWorld()
        return signal
    }

    /// Leaves the present world for another; keys go on all the while.
    func enter(_ opened: OpenedWorld) async {
        await stopWorld()
        worldNumber += 1
        world = opened.world
        endWorld = opened.end
        let engine = Engine(world)
        self.engine = engine
        desk = OperationDesk(world) { looks in Task { await engine.poll(looks) } }
        perform(update(&state, .world(world.label, faults: world.faults?.names ?? [])))
        state.access = access()
        tellUnfinishedOperations()
        startWorld()
        requestFrame()
    }

    private func stopWorld() async {
        for task in worldTasks { task.cancel() }
        worldTasks = []
        await engine.stop()
        endWorld?()
        endWorld = nil
    }

    private func startWorld() {
        if let playback = world.playback { return show(playback, playback.moments.count - 1) }
        let send = send
        let engine = engine
        let desk = desk
        let now = world.now
        worldTasks.append(Task { await engine.run() })
        worldTasks.append(
            Task {
                for await event in await engine.events() {
                    switch event {
                    case .facts(let snapshot, let picture, let changes):
                        let lines = changes.map { LogLine(at: picture.at, level: $0.level, text: $0.text) }
                        if !lines.isEmpty { send(.logged(lines)) }
                        send(.facts(snapshot, picture))
                        desk.take(OperationFacts(snapshot: snapshot, picture: picture, now: now()))
                    case .diagnostics(let lines):
                        send(.logged(lines.prefix(5).map { LogLine(at: now(), level: .warning, text: $0) }))
                    case .notice(let words):
                        send(.logged([LogLine(at: now(), level: .info, text: words)]))
                    }
                }
            })
        worldTasks.append(
            Task {
                while !Task.isCancelled {
                    await engine.beat()
                    desk.tick(now())
                    // A frozen screen shows no ages that grow.
                    if self.state.frozen != nil { continue }
                    send(.tick(now()))
                }
            })
    }

    /// Tells the engine what the detail shows, when that changes.
    private func attend() {
        guard world.playback == nil, state.subject != attended else { return }
        attended = state.subject
        var leaf: LeafID?
        var node: NodeName?
        switch state.subject {
        case .leaf(let id): leaf = id
        case .node(let name): node = name
        default: break
        }
        let engine = engine
        Task { await engine.attend(to: leaf, node) }
    }

    private func startInput() {
        let feed = feed
        let events = backend.events
        inputTask = Task { for await event in events { feed.yield(Letter(world: nil, message: .input(event))) } }
    }

    /// Shows a moment of a history, with what changed since the one before.
    func show(_ playback: Playback, _ index: Int) {
        guard playback.moments.indices.contains(index) else { return }
        let moment = playback.moments[index]
        send(.logged(moment.lines.map { LogLine(at: moment.picture.at, level: .info, text: $0) }))
        send(.facts(moment.snapshot, moment.picture))
        send(.history(HistoryPlace(index: index + 1, count: playback.moments.count)))
    }

    /// Draws now, or as soon as a thirtieth of a second has passed since the last frame.
    func requestFrame() {
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
}
