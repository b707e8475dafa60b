import Glibc

/// A thread for one blocking call: the shared pools have too few for many calls that wait.
enum OwnThread {
    private final class Body: Sendable {
        let perform: @Sendable () -> Void

        init(_ perform: @escaping @Sendable () -> Void) { self.perform = perform }
    }

    /// Runs `body` on a new thread; where none can be made, on this one.
    static func run(_ body: @escaping @Sendable () -> Void) {
        var thread = pthread_t()
        let held = Unmanaged.passRetained(Body(body))
        let result = pthread_create(
            &thread, nil,
            { argument in
                if let argument { Unmanaged<Body>.fromOpaque(argument).takeRetainedValue().perform() }
                return nil
            }, held.toOpaque())
        guard result == 0 else {
            held.release()
            body()
            return
        }
        pthread_detach(thread)
    }
}
