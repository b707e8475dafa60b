public import Console
import Correlation
import Dispatch
import Fabric
import FoundationEssentials
import Operations
public import Terminal
import Timeline

/// The loop of the full-screen console: messages in, frames out, effects performed.
///
/// The main actor owns the state and the terminal; what feeds it lives elsewhere. A frame is drawn at most thirty times
/// a second and only after a message; a tick comes once a second for the ages on screen, none while the screen is frozen
/// or out of sight.
@MainActor
public final class ConsoleLoop {
    var world: World
    let backend: any TerminalBackend
    let services: ConsoleServices
    let loadTheme: (String) -> Result<Theme, ThemeError>?
    let themeNews: () -> ThemeNews?
    var engine: Engine
    var desk: OperationDesk
    var state: AppState
    var isEnding = false
    private let inbox = Mailbox<Letter>(merge: Letter.merge)
    private var lastFrame: ContinuousClock.Instant?
    /// Whether a frame waits for its time.
    private var isFrameDue = false
    /// Whether the last frame came before its time.
    private var hasHurried = false
    private var worldTasks: [Task<Void, Never>] = []
    private var clock: (any DispatchSourceTimer)?
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
        desk = OperationDesk(world) { looks in Task { await engine.poll(looks) } }
        state = AppState(label: world.label, size: backend.size, now: world.now())
        state.faults = world.faults?.names ?? []
        configure(&state)
    }

    /// Sends a message that tells of the present world.
    var send: @Sendable (Message) -> Void {
        let inbox = inbox
        let number = worldNumber
        return { inbox.post(Letter(world: number, message: $0)) }
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
        for await letters in inbox {
            for letter in letters where !isEnding { take(letter) }
            if isEnding { break }
            attend()
            runClock()
            requestFrame(isForUser: letters.contains { $0.world == nil })
        }
        backend.input.listen(nil)
        await stopWorld()
        return signal
    }

    private func take(_ letter: Letter) {
        guard letter.world == nil || letter.world == worldNumber else { return }
        switch letter.message {
        case .input(.interrupted(let number)): signal = number
        case .tick: takeThemeNews()
        default: break
        }
        let before = (state.snapshot, state.picture)
        perform(update(&state, letter.message))
        if case .facts = letter.message { ConsoleLoop.discard(before) }
    }

    /// Lets go of what is no longer shown, away from the terminal: a large fabric's facts are a hundred thousand pieces.
    private nonisolated static func discard(_ facts: consuming (Snapshot?, Picture?)) {
        let facts = facts
        Task.detached(priority: .utility) { withExtendedLifetime(facts) {} }
    }

    /// Leaves the present world for another; keys go on all the while.
    func enter(_ opened: OpenedWorld) async {
        await stopWorld()
        // Sources that keep something running are left too; one that does not answer keeps nobody waiting.
        Task.detached { [leave = world.leave] in await leave() }
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
        stopClock()
        await engine.stop()
        endWorld?()
        endWorld = nil
    }

    private func startWorld() {
        if let playback = world.playback { return show(playback, playback.moments.count - 1) }
        let engine = engine
        // Below what the screen needs: tables are compared on other threads than those that keys and ticks may need.
        worldTasks.append(Task(priority: .utility) { await engine.run() })
        worldTasks.append(ConsoleLoop.forward(engine, to: send, desk, now: world.now))
        runClock()
    }

    /// Hands on what an engine tells, away from the main actor, which may stand still behind a slow terminal.
    private nonisolated static func forward(
        _ engine: Engine, to send: @escaping @Sendable (Message) -> Void, _ desk: OperationDesk,
        now: @escaping @Sendable () -> Date
    ) -> Task<Void, Never> {
        Task.detached {
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
        }
    }

    /// Lets the clock run while ages move on the screen or an operation waits for time, and stand still else.
    ///
    /// A timer of the main queue: a task's sleep would wake two threads of the pool for every second that passes.
    private func runClock() {
        let isShown = !state.isStill
        guard world.playback == nil, isShown || desk.isRunning else { return stopClock() }
        guard clock == nil else { return }
        if isShown { send(.tick(world.now())) }
        let timer = DispatchSource.makeTimerSource(queue: .main)
        let first = DispatchTimeInterval.nanoseconds(Int(engine.untilBeat / .nanoseconds(1)))
        timer.schedule(deadline: .now() + first, repeating: .seconds(1), leeway: .milliseconds(20))
        timer.setEventHandler { [weak self] in
            MainActor.assumeIsolated { self?.beat() }
        }
        timer.resume()
        clock = timer
    }

    private func beat() {
        guard clock != nil else { return }
        desk.tick(world.now())
        if !state.isStill { send(.tick(world.now())) }
    }

    private func stopClock() {
        clock?.cancel()
        clock = nil
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
        let inbox = inbox
        backend.input.listen { inbox.post(Letter(world: nil, message: .input($0))) }
    }

    /// Shows a moment of a history, with what changed since the one before.
    func show(_ playback: Playback, _ index: Int) {
        guard playback.moments.indices.contains(index) else { return }
        let moment = playback.moments[index]
        send(.logged(moment.lines.map { LogLine(at: moment.picture.at, level: .info, text: $0) }))
        send(.facts(moment.snapshot, moment.picture))
        send(.history(HistoryPlace(index: index + 1, count: playback.moments.count)))
    }

    /// Draws now, or as soon as a thirtieth of a second has passed since the last frame; what the user does may come one
    /// frame earlier, so that a key does not wait behind a frame that told of something else.
    func requestFrame(isForUser: Bool = false) {
        let since = lastFrame.map { ContinuousClock.now - $0 } ?? .seconds(1)
        let isDue = since >= ConsoleLoop.framePause || isForUser && !hasHurried
        guard !isDue else {
            hasHurried = since < ConsoleLoop.framePause
            return draw()
        }
        guard !isFrameDue else { return }
        isFrameDue = true
        // Not by a task: its sleep would end on the threads where tables are read just now.
        let wait = (ConsoleLoop.framePause - since) / .nanoseconds(1)
        DispatchQueue.main.asyncAfter(deadline: .now() + .nanoseconds(Int(wait))) { [weak self] in
            MainActor.assumeIsolated {
                guard let self, self.isFrameDue, !self.isEnding else { return }
                self.hasHurried = false
                self.draw()
            }
        }
    }

    private static let framePause: Duration = .milliseconds(33)

    private func draw() {
        isFrameDue = false
        lastFrame = ContinuousClock.now
        let frame = render(state, glyphs: backend.glyphs)
        backend.present(frame.buffer, cursor: frame.cursor)
    }
}
