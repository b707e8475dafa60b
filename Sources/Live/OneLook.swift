public import Correlation
public import Fabric

/// One look at a world, for batch commands.
public enum OneLook {
    /// Polls until every source has answered or failed once, and at least as long as asked for; then concludes.
    ///
    /// A source that hangs ends with its port's time-out, so this does too.
    ///
    /// - Parameter duration: how long to watch at least, so that flaps and one-sided sessions can show.
    public static func take(
        _ world: World, watchingFor duration: Duration = .zero
    ) async -> (snapshot: Snapshot, picture: Picture) {
        let engine = Engine(world, seed: 1)
        let running = Task { await engine.run() }
        let began = ContinuousClock.now
        var settledSince: ContinuousClock.Instant?
        while !Task.isCancelled {
            try? await Task.sleep(for: .milliseconds(50))
            // Routes are asked for when a summary has told the table version: settled means settled for a moment.
            if await engine.isSettled {
                let since = settledSince ?? ContinuousClock.now
                settledSince = since
                let now = ContinuousClock.now
                if now - since > .milliseconds(300), now - began >= duration { break }
            } else {
                settledSince = nil
            }
        }
        let result = await engine.current()
        await engine.stop()
        running.cancel()
        return result
    }
}
