import Fabric
import Formats
import FoundationEssentials
import Polling

/// Asks the controllers: holds the session, keeps to the budget, asks again where that helps, moves to the next
/// controller where it does not.
actor RESTConnection {
    let configuration: RESTConfiguration
    nonisolated let transport: RESTTransport
    private let clock: RESTClock
    private let signature: Result<RequestSignature, SourceError>?

    private var machine: SessionMachine
    private var loginTask: Task<Void, Never>?
    private var upkeep: Task<Void, Never>?
    private var lastFailure: SourceError?
    private var refusedPassword: Secret?
    private var passwordCheckAt = Duration.zero
    private var signingController = 0
    /// The session for web sockets that a controller gave a client that signs its requests.
    private var webToken: WebToken?
    /// Queries that a good session was refused: asking them again costs no login.
    private var forbidden: Set<String> = []

    private var throttle: RequestThrottle
    private var tally = RequestTally()
    private var costs = PollCosts()
    private var underWay = 0
    private var waiters: [CheckedContinuation<Void, Never>] = []
    private var listeners: [AsyncStream<SessionMachine.Session?>.Continuation] = []

    init(
        _ configuration: RESTConfiguration, transport: RESTTransport, clock: RESTClock = .continuous(),
        random: any RandomNumberGenerator & Sendable = SystemRandomNumberGenerator()
    ) {
        self.configuration = configuration
        self.transport = transport
        self.clock = clock
        machine = SessionMachine(controllers: configuration.controllers.count)
        throttle = RequestThrottle(requestsPerSecond: configuration.requestsPerSecond, random: random)
        if case .certificate(let name, let key) = configuration.credential {
            signature = Result { () throws(SourceError) in
                try RequestSignature(user: configuration.user, certificate: name, keyPEM: key)
            }
        } else {
            signature = nil
        }
    }

    deinit {
        upkeep?.cancel()
        loginTask?.cancel()
        for listener in listeners { listener.finish() }
    }

    /// A token for web sockets, and whose.
    struct WebToken: Sendable {
        var controller: Int
        var token: Secret

        /// What the requests about subscriptions carry beside their signature.
        var cookie: String { "APIC-WebSocket-Session=\(token.text)" }
    }

    /// Asks for a session for web sockets (aci.md 2.2): a signed request has no token, and without one there is no
    /// subscription. Requests that are signed later belong to it.
    ///
    /// - Throws: a ``SourceError``; of kind `notFound` or `refused` where the controller gives none.
    func openWebToken() async throws(SourceError) -> WebToken {
        webToken = nil
        let query = APICQuery(.other("webtokenSession"))
        let bytes = try await get(query, for: .apic)
        guard let login = LoginMessages.login(bytes) else {
            throw failure(.notFound, .apic, RESTRequest(query), "the answer holds no token", "")
        }
        let opened = WebToken(controller: signingController, token: login.token)
        webToken = opened
        return opened
    }

    /// Whether requests are signed: there is then no login.
    nonisolated var signs: Bool { signature != nil }

    /// Sessions as they begin and end; nil: there is none.
    func sessions() -> AsyncStream<SessionMachine.Session?> {
        let (stream, continuation) = AsyncStream.makeStream(
            of: SessionMachine.Session?.self, bufferingPolicy: .bufferingNewest(4))
        continuation.yield(machine.session)
        listeners.append(continuation)
        return stream
    }

    /// Requests, bytes and pace.
    func traffic() -> SourceTraffic {
        let now = clock.now()
        let (requests, bytes) = tally.lastMinute(at: now)
        return SourceTraffic(
            requestsPerMinute: requests, bytesPerMinute: bytes, requests: tally.requests, bytes: tally.bytes,
            requestsPerSecondAllowed: throttle.rate, secondsPerPoll: Double(costs.requests) / throttle.rate)
    }

    /// Notes how many requests a look took.
    func note(_ requests: Int, for look: Look) { costs.note(requests, for: look) }

    /// Takes in what `commHttps` allows.
    func allow(_ limit: Double?) { throttle.allow(limit) }

    /// Ends the session at the controller.
    func close() async {
        upkeep?.cancel()
        if let session = machine.session { await logOut(session) }
    }

    // MARK: Requests

    /// The bytes of the answer to a query, already known to be an answer.
    ///
    /// - Throws: a ``SourceError`` in the name of `source`: what failed at the last controller.
    func get(_ query: APICQuery, for source: SourceID) async throws(SourceError) -> [UInt8] {
        try await perform(RESTRequest(query), for: source)
    }

    /// Changes the object of a name: posts a body, which the APIC takes whole or not at all (aci.md 4.2).
    ///
    /// A change is sent again only where the controller said that it did not take it.
    /// - Throws: a ``SourceError``; where the connection broke after the sending, it says that the outcome is not known.
    func post(_ body: [UInt8], to name: String) async throws(SourceError) -> [UInt8] {
        try await perform(RESTRequest(posting: body, to: name), for: .apic)
    }

    private func perform(_ query: RESTRequest, for source: SourceID) async throws(SourceError) -> [UInt8] {
        let subject = query.subject
        var attempt = Attempt(
            controllers: configuration.controllers.count, wasForbidden: forbidden.contains(subject))
        while true {
            if Task.isCancelled { throw failure(.timedOut, source, query, "it was called off", "") }
            let ticket = try await ticket(query, source)
            let call = RESTCall(
                method: query.method, path: query.path, headers: query.headers(cookies: ticket.cookies),
                body: query.body, timeout: configuration.timeout)
            let reply: RESTReply
            do throws(RESTBroken) {
                reply = try await send(call, to: ticket.controller)
            } catch {
                if !query.isChange, attempt.mayAskAgain(after: error) { continue }
                await transport.forget(ticket.controller)
                lastFailure = failure(error, source, query)
                leave(ticket)
                if query.isChange {
                    throw failure(
                        error.sourceKind, source, query, "\(error.cause); whether the change was made is not known",
                        "read the object again before anything else")
                }
                if error.kind == .cancelled || error.kind == .tooLarge || !attempt.mayMove() {
                    throw failure(error, source, query)
                }
                continue
            }
            let verdict = RESTVerdict.judge(status: reply.status, bytes: reply.bytes)
            if case .overloaded = verdict { throttle.overloaded(at: clock.now()) } else { throttle.answered() }
            if verdict == .fine {
                forbidden.remove(subject)
                return reply.bytes
            }
            let step = attempt.next(after: verdict, signs: signs)
            if case .giveUp = step, case .forbidden = verdict { forbidden.insert(subject) }
            if let error = follow(step, ticket, query, source) { throw error }
        }
    }

    private func follow(
        _ step: Attempt.Step, _ ticket: Ticket, _ query: RESTRequest, _ source: SourceID
    ) -> SourceError? {
        switch step {
        case .again: return nil
        case .logInAgain:
            act(machine.handle(.rejected(generation: ticket.generation), at: clock.now()))
            return nil
        case .move:
            leave(ticket)
            return nil
        case .giveUp(let kind, let cause, let hint): return failure(kind, source, query, cause, hint)
        }
    }

    private func leave(_ ticket: Ticket) {
        if signs {
            if signingController == ticket.controller {
                signingController = (signingController + 1) % configuration.controllers.count
            }
        } else {
            act(machine.handle(.lost(generation: ticket.generation), at: clock.now()))
        }
    }

    private func send(_ call: RESTCall, to controller: Int) async throws(RESTBroken) -> RESTReply {
        await enter()
        defer { leaveQueue() }
        while true {
            let wait = throttle.take(at: clock.now())
            if wait == .zero { break }
            do { try await clock.sleep(wait) } catch {
                throw RESTBroken(kind: .cancelled, cause: "it was called off")
            }
        }
        do throws(RESTBroken) {
            let reply = try await transport.send(controller, call)
            tally.note(bytes: reply.bytes.count, at: clock.now())
            return reply
        } catch {
            tally.note(bytes: 0, at: clock.now())
            throw error
        }
    }

    private func enter() async {
        if underWay < configuration.inFlight {
            underWay += 1
            return
        }
        await withCheckedContinuation { waiters.append($0) }
    }

    private func leaveQueue() {
        if waiters.isEmpty { underWay -= 1 } else { waiters.removeFirst().resume() }
    }

    // MARK: Sessions

    /// What a request is sent with.
    private struct Ticket {
        var controller: Int
        var generation: Int
        var cookies: String
    }

    private func ticket(_ query: RESTRequest, _ source: SourceID) async throws(SourceError) -> Ticket {
        if let signature {
            let key = try signature.get()
            guard var cookies = try? key.cookies(method: query.method, path: query.plainPath, body: query.body) else {
                throw failure(.refused, source, query, "the request could not be signed", "check the key")
            }
            if let webToken, webToken.controller == signingController { cookies += "; " + webToken.cookie }
            return Ticket(controller: signingController, generation: 0, cookies: cookies)
        }
        await reconsiderRefusal()
        act(machine.handle(.wanted, at: clock.now()))
        while machine.session == nil, machine.isLoggingIn, let loginTask { await loginTask.value }
        guard let session = machine.session else {
            var error =
                lastFailure
                ?? failure(
                    .unreachable, source, query, "no controller gave a session", "see the controllers' addresses")
            error.source = source
            throw error
        }
        return Ticket(
            controller: session.controller, generation: session.generation, cookies: "APIC-cookie=\(session.token.text)"
        )
    }

    private func act(_ actions: [SessionMachine.Action]) {
        for action in actions {
            switch action {
            case .logIn(let controller):
                loginTask = Task { [weak self] in await self?.logIn(at: controller) }
            case .refresh(let session):
                Task { [weak self] in await self?.refresh(session) }
            case .logOut(let session):
                Task { [weak self] in await self?.logOut(session) }
            }
        }
        for listener in listeners { listener.yield(machine.session) }
        if machine.session != nil, upkeep == nil { upkeep = Task { [weak self] in await self?.keepUp() } }
    }

    private func keepUp() async {
        while !Task.isCancelled {
            let now = clock.now()
            let wake = machine.wake ?? now + .seconds(5)
            guard (try? await clock.sleep(max(.milliseconds(200), wake - now))) != nil else { return }
            act(machine.handle(.tick, at: clock.now()))
        }
    }

    private func logIn(at controller: Int) async {
        guard case .password(let fetch) = configuration.credential else { return }
        let secret: Secret
        do throws(SourceError) {
            secret = try await fetch()
        } catch {
            lastFailure = error
            return act(machine.handle(.loginFailed(.unreachable), at: clock.now()))
        }
        let name = configuration.controllers[controller].description
        let call = RESTCall(
            method: "POST", path: "/api/aaaLogin.json", headers: [("Content-Type", "application/json")],
            body: LoginMessages.body(name: configuration.loginName, password: secret), timeout: .seconds(20))
        do throws(RESTBroken) {
            var verdict = RESTVerdict.fine
            // A controller that is overloaded for a moment is not one that gives no session.
            for _ in 0..<3 {
                let reply = try await send(call, to: controller)
                if let login = LoginMessages.login(reply.bytes), reply.status == 200 {
                    throttle.answered()
                    lastFailure = nil
                    return act(machine.handle(.loggedIn(login), at: clock.now()))
                }
                verdict = RESTVerdict.judge(status: reply.status, bytes: reply.bytes)
                guard case .overloaded = verdict else { break }
                throttle.overloaded(at: clock.now())
            }
            loginRefused(verdict, secret, name)
        } catch {
            await transport.forget(controller)
            lastFailure = SourceError(
                kind: error.sourceKind, source: .apic, operation: "log in at \(name)", cause: error.cause,
                hint: error.hint)
            act(machine.handle(.loginFailed(.unreachable), at: clock.now()))
        }
    }

    private func loginRefused(_ verdict: RESTVerdict, _ secret: Secret, _ controller: String) {
        var isPassword = false
        var cause = "the answer holds no token"
        switch verdict {
        case .unauthorised(let text), .forbidden(let text):
            isPassword = true
            cause = text
        case .overloaded(let text), .refused(let text), .unreadable(let text), .tooLong(let text): cause = text
        case .fine, .tooBig: break
        }
        lastFailure = SourceError(
            kind: isPassword ? .refused : .unreachable, source: .apic, operation: "log in at \(controller)",
            cause: cause,
            hint: isPassword
                ? "check user, login domain and password; it is not tried again until the password is another one" : "")
        if isPassword {
            refusedPassword = secret
            passwordCheckAt = clock.now() + .seconds(60)
        }
        act(machine.handle(.loginFailed(isPassword ? .credentials : .unreachable), at: clock.now()))
    }

    /// After a refusal the password is fetched again once a minute, and tried only if it is another one.
    private func reconsiderRefusal() async {
        guard machine.isRefused, clock.now() >= passwordCheckAt,
            case .password(let fetch) = configuration.credential
        else { return }
        passwordCheckAt = clock.now() + .seconds(60)
        guard let secret = try? await fetch(), secret != refusedPassword else { return }
        act(machine.handle(.forgiven, at: clock.now()))
    }

    private func refresh(_ session: SessionMachine.Session) async {
        let call = RESTCall(
            method: "GET", path: "/api/aaaRefresh.json",
            headers: [("Cookie", "APIC-cookie=\(session.token.text)")], body: [], timeout: .seconds(20))
        let reply = try? await send(call, to: session.controller)
        if let reply, reply.status == 200, let login = LoginMessages.login(reply.bytes) {
            act(machine.handle(.refreshed(login), at: clock.now()))
        } else {
            act(machine.handle(.refreshFailed, at: clock.now()))
        }
    }

    private func logOut(_ session: SessionMachine.Session) async {
        let call = RESTCall(
            method: "POST", path: "/api/aaaLogout.json",
            headers: [("Cookie", "APIC-cookie=\(session.token.text)"), ("Content-Type", "application/json")],
            body: LoginMessages.body(name: configuration.loginName, password: nil), timeout: .seconds(5))
        _ = try? await send(call, to: session.controller)
    }

    // MARK: Words

    private func failure(
        _ kind: SourceError.Kind, _ source: SourceID, _ query: RESTRequest, _ cause: String, _ hint: String
    ) -> SourceError {
        SourceError(kind: kind, source: source, operation: query.command, cause: cause, hint: hint)
    }

    private func failure(_ broken: RESTBroken, _ source: SourceID, _ query: RESTRequest) -> SourceError {
        failure(broken.sourceKind, source, query, broken.cause, broken.hint)
    }
}
