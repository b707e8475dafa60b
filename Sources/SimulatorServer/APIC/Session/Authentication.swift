import FoundationEssentials
import Simulator
import Synchronization

extension SimulatedControllers {
    /// Log in with user and password.
    func login(_ request: ServerRequest, at now: Double) throws(APICError) -> ServerResponse {
        guard let credentials = try? JSONDecoder().decode(LoginAnswer.Credentials.self, from: Data(request.body)) else {
            throw .bad(400, "Request failed, invalid aaaLogin body")
        }
        let (domain, user) = credentials.name
        let isKnown = domain.map { settings.loginDomains.contains($0) } ?? true
        guard isKnown, let password = settings.users[user], password == credentials.aaaUser.attributes.pwd else {
            cluster.withLock { $0.counters.failedLogins += 1 }
            throw .wrongPassword
        }
        let (session, release) = cluster.withLock { state in
            state.counters.logins += 1
            return (state.controllers[request.controller - 1].sessions.login(user, at: now), state.picture.release)
        }
        return answer(session, release, request.controller)
    }

    private func answer(_ session: LoginSession, _ release: String, _ controller: Int) -> ServerResponse {
        let (lifetimes, mayWrite) = cluster.withLock { state in
            (state.controllers[controller - 1].sessions.lifetimes, !state.injected.contains(.readOnlyUser))
        }
        var response = ServerResponse.json(
            LoginAnswer.json(
                session, release: release, controller: controller, lifetimes: lifetimes, epoch: epoch,
                mayWrite: mayWrite))
        response.cookie = "APIC-cookie=\(session.token); path=/; HttpOnly; Secure"
        return response
    }

    /// A new token in place of the one that a request carries.
    func refresh(_ request: ServerRequest, at now: Double) throws(APICError) -> ServerResponse {
        let refreshed: (LoginSession, String)? = cluster.withLock { state in
            guard let token = request.token, !state.injected.contains(.refuseTokenRefresh),
                let session = state.controllers[request.controller - 1].sessions.refresh(token, at: now)
            else { return nil }
            state.counters.refreshes += 1
            return (session, state.picture.release)
        }
        guard let refreshed else { throw request.token == nil ? .noToken : .tokenTimeout }
        return answer(refreshed.0, refreshed.1, request.controller)
    }

    func logout(_ request: ServerRequest) -> ServerResponse {
        cluster.withLock { state in
            if let token = request.token { state.controllers[request.controller - 1].sessions.logout(token) }
        }
        return .json("{\"totalCount\":\"0\",\"imdata\":[]}")
    }

    /// The user of a request, by its token or its signature.
    func authorise(_ request: ServerRequest, _ target: RequestTarget, at now: Double) throws(APICError) -> String {
        if let session = cluster.withLock({ $0.session(request, at: now) }) { return session.user }
        if request.cookies["apic-request-signature"] != nil {
            return try SignedRequest(request, target, certificates: settings.userCertificates).user()
        }
        throw request.token == nil ? .noToken : .tokenTimeout
    }

    /// A session for web sockets of a client that signs its requests (aci.md 2.2).
    func webToken(_ request: ServerRequest, _ target: RequestTarget, at now: Double) throws(APICError) -> ServerResponse
    {
        let user = try authorise(request, target, at: now)
        guard !cluster.withLock({ $0.injected.contains(.refuseWebToken) }) else {
            throw .bad(400, "Request failed, unsupported url")
        }
        let session = cluster.withLock {
            $0.controllers[request.controller - 1].sessions.login(user, at: now, isSigned: true)
        }
        let token = JSONText.escaped(session.token)
        return .json(
            "{\"totalCount\":\"1\",\"imdata\":[{\"webtokenSession\":{\"attributes\":{\"token\":\"\(token)\","
                + "\"user\":\"\(JSONText.escaped(user))\"}}}]}")
    }
}
