import Glibc

/// A Unix stream socket that is read and written without ever blocking a thread.
struct UnixSocket: ~Copyable {
    enum Failure: Error {
        case pathTooLong
        case system(String)
        case timedOut
        case closed
        /// Nobody listens at the path.
        case refused
    }

    private let file: Int32

    /// Connects to a path.
    init(path: String) throws(Failure) {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let bytes = Array(path.utf8)
        guard bytes.count < MemoryLayout.size(ofValue: address.sun_path), !bytes.contains(0) else {
            throw .pathTooLong
        }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
        let file = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | O_NONBLOCK | O_CLOEXEC, 0)
        guard file >= 0 else { throw .system(Self.lastError()) }
        let connected = withUnsafePointer(to: address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(file, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard connected == 0 else {
            let isRefused = errno == ECONNREFUSED
            let error = Self.lastError()
            close(file)
            throw isRefused ? .refused : .system(error)
        }
        self.file = file
    }

    /// Connects to a path; a socket that nobody listens at yet is tried again for half a second, since whoever makes
    /// one binds it to its path before listening.
    static func open(path: String) async throws(Failure) -> UnixSocket {
        let deadline = ContinuousClock.now + .milliseconds(500)
        while true {
            do throws(Failure) { return try UnixSocket(path: path) } catch {
                guard case .refused = error, ContinuousClock.now < deadline, !Task.isCancelled else { throw error }
            }
            try? await Task.sleep(for: .milliseconds(10))
        }
    }

    /// Tries whether somebody listens at a path.
    static func reaches(_ path: String) async throws(Failure) { _ = try await open(path: path) }

    deinit { close(file) }

    /// Writes all bytes by a deadline.
    func write(_ bytes: [UInt8], by deadline: ContinuousClock.Instant) async throws(Failure) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { send(file, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            if count > 0 {
                rest = rest.dropFirst(count)
            } else {
                try await pause(errno, by: deadline)
            }
        }
    }

    /// Reads what is there, waiting for the first byte until the deadline.
    func read(by deadline: ContinuousClock.Instant) async throws(Failure) -> [UInt8] {
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let count = buffer.withUnsafeMutableBytes { recv(file, $0.baseAddress, $0.count, 0) }
            if count > 0 { return Array(buffer.prefix(count)) }
            guard count < 0 else { throw .closed }
            try await pause(errno, by: deadline)
        }
    }

    /// Gives other work a turn where the socket is not ready; throws where it never will be.
    private func pause(_ error: Int32, by deadline: ContinuousClock.Instant) async throws(Failure) {
        guard error == EAGAIN || error == EINTR else { throw error == EPIPE ? .closed : .system(Self.text(error)) }
        guard ContinuousClock.now < deadline, !Task.isCancelled else { throw .timedOut }
        try? await Task.sleep(for: .milliseconds(2))
    }

    private static func lastError() -> String { text(errno) }

    private static func text(_ error: Int32) -> String {
        strerror(error).map { String(cString: $0) } ?? "error \(error)"
    }
}
