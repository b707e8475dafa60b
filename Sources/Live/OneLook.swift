public import Correlation
public import Fabric
import Polling

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
        if let playback = world.playback {
            let moment = playback.moments.last ?? Playback.Moment.empty(world)
            return (moment.snapshot, moment.picture)
        }
        var world = world
        // Who looks once hears no news.
        if duration == .zero { world.reading.news = nil }
        let engine = Engine(world)
        let running = Task { await engine.run() }
        let began = ContinuousClock.now
        await engine.settle()
        let rest = duration - (ContinuousClock.now - began)
        if rest > .zero { try? await Task.sleep(for: rest) }
        let result = await engine.current()
        await engine.stop()
        running.cancel()
        return result
    }
}
