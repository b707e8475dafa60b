import Fabric
import Formats
import FoundationEssentials
import Polling

/// Performs what the subscription machine wants, and hands over what the socket tells.
actor EventSubscriber {
    private let connection: RESTConnection
    private let configuration: RESTConfiguration
    private let looks: [Look]
    private let now: @Sendable () -> Date
    private let clock: RESTClock
    private let output: AsyncStream<PushedNews>.Continuation
    private var machine: SubscriptionMachine
    private var session: SessionMachine.Session?
    private var socket: EventSocket?
    private var listening: Task<Void, Never>?
    private var opening = 0

    /// Classes that change seldom enough to be told as they change (aci.md 2.7).
    static let classes = ["bgpPeerEntry"]

    init(
        _ connection: RESTConnection, looks: [Look], now: @escaping @Sendable () -> Date, clock: RESTClock,
        output: AsyncStream<PushedNews>.Continuation
    ) {
        self.connection = connection
        configuration = connection.configuration
        self.looks = looks
        self.now = now
        self.clock = clock
        self.output = output
        machine = SubscriptionMachine(classes: EventSubscriber.classes)
    }

    /// Runs until the task is cancelled.
    func run() async {
        await withDiscardingTaskGroup { group in
            group.addTask {
                // Who signs needs no login; a session for the socket is asked for each time that one is opened.
                if self.connection.signs { return await self.handle(.session(0)) }
                for await session in await self.connection.sessions() { await self.adopt(session) }
            }
            group.addTask {
                while !Task.isCancelled, (try? await self.clock.sleep(.seconds(1))) != nil { await self.handle(.tick) }
            }
        }
        socket?.close()
        listening?.cancel()
    }

    private func adopt(_ new: SessionMachine.Session?) {
        session = new
        handle(.session(new?.generation))
    }

    private func handle(_ event: SubscriptionMachine.Event) {
        for action in machine.handle(event, at: clock.now()) { perform(action) }
    }

    private func perform(_ action: SubscriptionMachine.Action) {
        switch action {
        case .open:
            opening += 1
            let number = opening
            Task { [weak self] in await self?.open(number) }
        case .close:
            opening += 1
            listening?.cancel()
            socket?.close()
            socket = nil
        case .subscribe(let name): Task { [weak self] in await self?.subscribe(to: name) }
        case .refresh(let id): Task { [weak self] in await self?.refresh(id) }
        case .ping: socket?.ping()
        case .askAnew: output.yield(.lookAgain(looks))
        case .notice(let words): output.yield(.notice("apic: \(words)"))
        }
    }

    /// What a socket is opened with.
    private struct Ticket {
        var controller: Int
        var token: Secret
        var cookies: String
    }

    private func ticket() async throws(SourceError) -> Ticket? {
        guard connection.signs else {
            return session.map {
                Ticket(controller: $0.controller, token: $0.token, cookies: "APIC-cookie=\($0.token.text)")
            }
        }
        let opened = try await connection.openWebToken()
        return Ticket(controller: opened.controller, token: opened.token, cookies: opened.cookie)
    }

    private func open(_ number: Int) async {
        do throws(SourceError) {
            guard let ticket = try await ticket(), number == opening else { return }
            await open(number, ticket)
        } catch {
            guard number == opening else { return }
            let isRefused = error.kind == .notFound || error.kind == .refused
            handle(
                isRefused
                    ? .unavailable("the APIC gives signed requests no web-token session (\(error.cause))")
                    : .closed(error.cause))
        }
    }

    private func open(_ number: Int, _ ticket: Ticket) async {
        let controller = configuration.controllers[ticket.controller]
        do throws(RESTBroken) {
            let tls = try await TLSTrust.configuration(configuration, for: controller)
            var pins: [String]?
            if case .pins(let known) = configuration.trust { pins = known }
            let opened = try await EventSocket.open(
                controller, token: ticket.token, tls: tls, pins: pins, cookies: ticket.cookies)
            guard number == opening else { return opened.close() }
            socket = opened
            listening = Task { [weak self] in
                for await heard in opened.heard { await self?.take(heard, number) }
            }
            handle(.opened)
        } catch {
            if number == opening { handle(.closed(error.cause)) }
        }
    }

    private func take(_ heard: EventSocket.Heard, _ number: Int) {
        guard number == opening else { return }
        switch heard {
        case .life: handle(.heard)
        case .closed(let why): handle(.closed(why))
        case .message(let bytes):
            handle(.heard)
            let at = now()
            output.yield(
                .answers([
                    Answer(source: .apic, command: "SUBSCRIBE /api/class/bgpPeerEntry.json", at: at, bytes: bytes)
                ]))
        }
    }

    private func subscribe(to name: String) async {
        do throws(SourceError) {
            let bytes = try await opening(
                APICQuery.objects(of: name).with("subscription", "yes").with("page-size", "1"))
            guard let id = APIC.envelope(bytes).value.envelope.subscriptions.first else {
                return handle(.subscribeFailed(name: name, "the answer holds no subscriptionId"))
            }
            handle(.subscribed(name: name, id: id))
        } catch {
            handle(.subscribeFailed(name: name, error.cause))
        }
    }

    /// Asks for a subscription. A controller may have answered the socket and not know of it yet, so that is said to be
    /// missing twice before it is believed.
    private func opening(_ query: APICQuery) async throws(SourceError) -> [UInt8] {
        var tries = 0
        while true {
            do throws(SourceError) {
                return try await connection.get(query, for: .apic)
            } catch {
                guard tries < 2, error.cause.contains("locate opened web socket"),
                    (try? await clock.sleep(.milliseconds(200))) != nil
                else { throw error }
                tries += 1
            }
        }
    }

    private func refresh(_ id: String) async {
        let query = APICQuery(.other("subscriptionRefresh")).with("id", id)
        do throws(SourceError) {
            _ = try await connection.get(query, for: .apic)
            handle(.refreshed(id: id))
        } catch {
            handle(.refreshFailed(id: id, error.cause))
        }
    }
}
