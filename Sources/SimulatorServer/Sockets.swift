import Foundation
import Glibc

/// Why a socket cannot be used.
public struct SocketError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What was tried.
    public var operation: String
    /// The path.
    public var path: String
    /// The system's reason.
    public var cause: String

    init(_ operation: String, _ path: String, _ code: Int32) {
        self.operation = operation
        self.path = path
        cause = String(cString: strerror(code))
    }

    /// One sentence: what, where, why.
    public var description: String { "cannot \(operation) the socket \(path): \(cause)" }
}

/// Unix sockets and descriptors, without blocking.
enum Sockets {
    /// A listening socket at a path that only this user reaches; a socket left behind by a dead process is replaced.
    static func listen(at path: String) throws(SocketError) -> Int32 {
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | O_CLOEXEC | O_NONBLOCK, 0)
        guard descriptor >= 0 else { throw SocketError("open", path, errno) }
        if isSocket(path) { unlink(path) }
        // Linux gives the file the mode of the unbound socket. A umask would be the whole process's, and lost where two
        // threads set it at once.
        fchmod(descriptor, 0o600)
        let bound = withAddress(path) { bind(descriptor, $0, $1) }
        guard bound == 0, Glibc.listen(descriptor, 256) == 0 else {
            let code = bound == nil ? ENAMETOOLONG : errno
            close(descriptor)
            throw SocketError("listen on", path, code)
        }
        return descriptor
    }

    /// A connection to a path.
    static func connect(to path: String) throws(SocketError) -> Int32 {
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | O_CLOEXEC, 0)
        guard descriptor >= 0 else { throw SocketError("open", path, errno) }
        let result = withAddress(path) { Glibc.connect(descriptor, $0, $1) }
        guard result == 0 else {
            let code = result == nil ? ENAMETOOLONG : errno
            close(descriptor)
            throw SocketError("connect to", path, code)
        }
        setNonBlocking(descriptor)
        return descriptor
    }

    /// The next waiting connection, nil where none waits.
    static func accept(_ listener: Int32) -> Int32? {
        let descriptor = Glibc.accept(listener, nil, nil)
        guard descriptor >= 0 else { return nil }
        setNonBlocking(descriptor)
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        return descriptor
    }

    static func end(_ descriptor: Int32) { close(descriptor) }

    static func setNonBlocking(_ descriptor: Int32) {
        _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK)
    }

    /// Bytes that have arrived: nil at the end or after an error, empty where nothing waits.
    static func read(_ descriptor: Int32) -> [UInt8]? {
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        let count = buffer.withUnsafeMutableBytes { Glibc.read(descriptor, $0.baseAddress, $0.count) }
        if count > 0 { return Array(buffer[..<count]) }
        return count < 0 && (errno == EAGAIN || errno == EINTR) ? [] : nil
    }

    /// Sends what the socket takes now; the count, or nil where the other end is gone.
    static func send(_ descriptor: Int32, _ bytes: ArraySlice<UInt8>) -> Int? {
        let count = bytes.withUnsafeBytes { Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
        if count >= 0 { return count }
        return errno == EAGAIN || errno == EINTR ? 0 : nil
    }

    /// Sends everything to a socket, without the signal that a closed other end would raise; whether it all went.
    static func sendAll(_ descriptor: Int32, _ bytes: [UInt8]) -> Bool {
        var left = bytes[...]
        while !left.isEmpty {
            guard let sent = send(descriptor, left) else { return false }
            left = left.dropFirst(sent)
            if sent == 0, wait(for: [(descriptor, true)], milliseconds: 5000).isEmpty { return false }
        }
        return true
    }

    /// Writes everything to a descriptor that may block; whether it all went.
    static func writeAll(_ descriptor: Int32, _ bytes: [UInt8]) -> Bool {
        var left = bytes[...]
        while !left.isEmpty {
            let count = left.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count > 0 {
                left = left.dropFirst(count)
            } else if errno == EAGAIN {
                _ = wait(for: [(descriptor, true)], milliseconds: 1000)
            } else if errno != EINTR {
                return false
            }
        }
        return true
    }

    /// Waits until one of some descriptors can be read, or written where so asked; which ones can.
    static func wait(for descriptors: [(descriptor: Int32, writes: Bool)], milliseconds: Int32) -> Set<Int32> {
        var polled = descriptors.map {
            pollfd(fd: $0.descriptor, events: Int16($0.writes ? POLLIN | POLLOUT : POLLIN), revents: 0)
        }
        guard poll(&polled, nfds_t(polled.count), milliseconds) > 0 else { return [] }
        return Set(polled.filter { $0.revents != 0 }.map(\.fd))
    }

    /// Whether a path is a socket.
    static func isSocket(_ path: String) -> Bool {
        let attributes = try? FileManager.default.attributesOfItem(atPath: path)
        return attributes?[.type] as? FileAttributeType == .typeSocket
    }

    /// Seconds since some fixed moment, never going back.
    static func monotonicSeconds() -> Double {
        ProcessInfo.processInfo.systemUptime
    }

    /// Calls with the address of a path, nil where the path is too long for one.
    private static func withAddress<Result>(
        _ path: String, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Result
    ) -> Result? {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let bytes = Array(path.utf8)
        guard bytes.count < MemoryLayout.size(ofValue: address.sun_path) else { return nil }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
        return withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body($0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
    }
}
