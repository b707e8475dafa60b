import Children
import Fabric

/// The API through kubectl's proxy: a client for the socket of each proxy that was started.
actor ProxiedAPI {
    private let proxy: KubectlProxy
    private let configuration: ClusterConfiguration
    private var present: (path: String, socket: APISocket)?

    init(_ kubectl: Kubectl) {
        proxy = KubectlProxy(kubectl)
        configuration = kubectl.configuration
    }

    /// The door; each request finds the proxy of its time.
    nonisolated var door: APIDoor {
        APIDoor(
            get: { path async throws(APIFailure) in try await self.socket().get(path) },
            watch: { path, heard in
                do throws(APIFailure) { return await (try await self.socket()).watch(path, heard) } catch {
                    return error
                }
            })
    }

    /// Why the API cannot be reached this way; nil: it can.
    func ready() async -> SourceError? {
        do throws(SourceError) {
            _ = try await proxy.socket()
            return nil
        } catch {
            return error
        }
    }

    /// Ends the proxy.
    func end() async { await proxy.end() }

    private func socket() async throws(APIFailure) -> APISocket {
        do throws(SourceError) {
            let path = try await proxy.socket()
            if let present, present.path == path { return present.socket }
            let socket = APISocket(
                path: path, timeout: configuration.clusterTimeout, limit: configuration.outputLimit)
            present = (path, socket)
            return socket
        } catch {
            throw APIFailure(kind: error.kind, status: nil, cause: error.cause, hint: error.hint)
        }
    }
}
