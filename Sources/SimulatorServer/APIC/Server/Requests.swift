import FoundationEssentials
import NIOCore
import Simulator
import Synchronization

extension SimulatedControllers {
    /// Answers a request, as the controller that got it.
    func respond(to request: ServerRequest) async -> ServerResponse {
        let now = settings.clock()
        if let refusal = frontDoor(request, at: now) { return counted(refusal) }
        guard let target = RequestTarget(request.uri) else {
            return counted(.error(.bad(400, "Request failed, malformed url")))
        }
        var response: ServerResponse
        do throws(APICError) {
            response = try await route(request, target, at: now)
        } catch {
            response = .error(error)
        }
        apply(&response, request)
        return counted(response)
    }

    private func counted(_ response: ServerResponse) -> ServerResponse {
        cluster.withLock { state in
            state.counters.requests += 1
            state.counters.bytes += response.body.readableBytes
            if response.status == 403 { state.counters.refusedTokens += 1 }
        }
        return response
    }

    /// What nginx refuses before the controller sees it.
    private func frontDoor(_ request: ServerRequest, at now: Double) -> ServerResponse? {
        if request.uri.utf8.count > 8192 { return .nginx(414, "Request-URI Too Large") }
        if request.body.count > settings.bodyLimit { return .nginx(413, "Request Entity Too Large") }
        return cluster.withLock { state in
            for (index, fault) in state.injected.enumerated() {
                switch fault {
                case .tooLarge: return .nginx(413, "Request Entity Too Large")
                case .unavailable(nil): return .nginx(503, "Service Temporarily Unavailable")
                case .unavailable(let count?):
                    if count > 1 {
                        state.injected[index] = .unavailable(count - 1)
                    } else {
                        state.injected.remove(at: index)
                    }
                    return .nginx(503, "Service Temporarily Unavailable")
                default: break
                }
            }
            guard let rate = state.configuration.throttle, state.controllers.indices.contains(request.controller - 1)
            else { return nil }
            guard state.controllers[request.controller - 1].throttle.take(rate: rate, at: now) else {
                state.counters.throttled += 1
                return .nginx(503, "Service Temporarily Unavailable")
            }
            return nil
        }
    }

    /// What injected faults make of an answer.
    private func apply(_ response: inout ServerResponse, _ request: ServerRequest) {
        let body = response.body.readableBytes
        let isQuery = request.method == "GET" && response.status == 200 && !request.uri.hasPrefix("/api/aaa")
        cluster.withLock { state in
            for (index, fault) in state.injected.enumerated() {
                switch fault {
                case .slow(let seconds): response.delay = seconds
                case .expireTokensAfter(let count) where isQuery:
                    guard count == 1 else {
                        state.injected[index] = .expireTokensAfter(count - 1)
                        continue
                    }
                    state.injected.remove(at: index)
                    for place in state.controllers.indices { state.controllers[place].sessions.expireAll() }
                    return
                case .halfPage(let count) where isQuery && response.ending == .whole:
                    response.ending = .cut(body / 2)
                    if count > 1 {
                        state.injected[index] = .halfPage(count - 1)
                    } else {
                        state.injected.remove(at: index)
                    }
                    return
                default: break
                }
            }
        }
    }

    private func route(
        _ request: ServerRequest, _ target: RequestTarget, at now: Double
    ) async throws(APICError) -> ServerResponse {
        let name = target.path.split(separator: "/").last.map(String.init) ?? ""
        switch (request.method, name) {
        case ("POST", "aaaLogin.json"): return try login(request, at: now)
        case ("GET", "aaaListDomains.json"): return .json(LoginAnswer.domains(settings.loginDomains))
        case ("GET", "aaaRefresh.json"): return try refresh(request, at: now)
        case ("POST", "aaaLogout.json"): return logout(request)
        case ("GET", "webtokenSession.json"): return try webToken(request, target, at: now)
        case ("GET", "subscriptionRefresh.json"): return try refreshSubscription(request, target, at: now)
        default: break
        }
        let user = try authorise(request, target, at: now)
        switch request.method {
        case "GET": return try await query(request, target, at: now)
        case "POST", "DELETE": return try await change(request, target, user: user, at: now)
        default: throw .bad(400, "Request failed, unsupported method")
        }
    }

    // MARK: Queries

    private func query(
        _ request: ServerRequest, _ target: RequestTarget, at now: Double
    ) async throws(APICError) -> ServerResponse {
        guard var query = try Query.parse(path: target.path, options: target.options) else {
            throw APICError(status: 404, code: "400", text: "Request failed, unsupported url")
        }
        let injected = cluster.withLock { $0.injected }
        for case .noPrivilege(let name) in injected where query.names(name) {
            throw APICError(status: 403, code: "403", text: "User does not have domain access to \(name)")
        }
        let run: (segments: [Segment], limit: Int)
        do {
            let world = world()
            run = (try await QueryRun(query: query, world: world).segments(), world.objectLimit)
        } catch let error as APICError {
            throw error
        } catch {
            throw .resolveTimeout
        }
        var answer = Answer(query: query, segments: run.segments, objectLimit: run.limit)
        if query.subscribes { answer.subscriptionID = try subscribe(query, request, at: now) }
        if injected.contains(.emptyPage), answer.total > 0 {
            return .json("{\"totalCount\":\"\(answer.total)\",\"imdata\":[]}")
        }
        if injected.contains(.overlappingPages), query.order == nil, let size = query.pageSize, query.page > 0 {
            // Without an order a page may begin before the one before it has ended.
            let start = min(max(0, query.page * size - max(1, size / 4)), answer.total)
            return ServerResponse(status: 200, body: try answer.render(start..<min(start + size, answer.total)))
        }
        query.page = max(0, query.page)
        return ServerResponse(status: 200, body: try answer.render())
    }

    private func subscribe(_ query: Query, _ request: ServerRequest, at now: Double) throws(APICError) -> String {
        let lifetime = query.refreshTimeout.map(Double.init) ?? settings.subscriptionLifetime
        let id: String? = cluster.withLock { state in
            guard let session = state.session(request, at: now),
                state.controllers[request.controller - 1].subscriptions.hasOutlet(session.id)
            else { return nil }
            state.counters.subscriptions += 1
            return state.controllers[request.controller - 1].subscriptions.add(
                query, session: session.id, lifetime: lifetime, at: now)
        }
        guard let id else { throw .noSocket }
        return id
    }

    private func refreshSubscription(
        _ request: ServerRequest, _ target: RequestTarget, at now: Double
    ) throws(APICError) -> ServerResponse {
        _ = try authorise(request, target, at: now)
        let isRefreshed = cluster.withLock { state in
            guard let session = state.session(request, at: now), !state.injected.contains(.refuseSubscriptionRefresh)
            else { return false }
            state.counters.subscriptionRefreshes += 1
            return state.controllers[request.controller - 1].subscriptions.refresh(
                target["id"] ?? "", session: session.id, lifetime: target["refresh-timeout"].flatMap { Double($0) },
                at: now)
        }
        guard isRefreshed else { throw .bad(400, "Request failed, unable to find subscription \(target["id"] ?? "")") }
        return .json("{\"totalCount\":\"0\",\"imdata\":[]}")
    }
}

extension Query {
    /// Whether a class takes part.
    func names(_ name: String) -> Bool {
        if case .classes(name, _) = scope { return true }
        return targetClasses.contains(name) || subtreeClasses.contains(name)
    }
}

extension ClusterState {
    /// The session of a request's token, or of the web-token cookie, at the controller that got it.
    func session(_ request: ServerRequest, at now: Double) -> LoginSession? {
        guard controllers.indices.contains(request.controller - 1) else { return nil }
        let sessions = controllers[request.controller - 1].sessions
        return [request.token, request.cookies["apic-websocket-session"]].lazy
            .compactMap { $0.flatMap { sessions.session($0, at: now) } }.first
    }
}
