import Console
import Correlation
import Foundation
import Live
import Timeline

/// `watch --plain`: one line per change, no full screen; for logs, pipes and screen readers.
enum PlainRun {
    static func run(_ world: World) async -> Int32 {
        if let playback = world.playback {
            for moment in playback.moments {
                for line in moment.lines { tell(moment.picture.at, line) }
            }
            return 0
        }
        let engine = Engine(world)
        let events = await engine.events()
        let running = Task { await engine.run() }
        var isFirst = true
        for await event in events {
            switch event {
            case .facts(_, let picture, let changes):
                if isFirst {
                    // Until every source has been heard once, what is unread looks like news.
                    guard await engine.isSettled else { continue }
                    isFirst = false
                    let up = picture.sessions.count { $0.verdict == .up }
                    tell(picture.at, "watching \(world.label.context): \(up) of \(picture.sessions.count) sessions up")
                    for change in PictureDifference.changes(from: nil, to: picture) { tell(picture.at, change.text) }
                    continue
                }
                for change in changes { tell(picture.at, change.text) }
            case .diagnostics(let lines):
                for line in lines { tell(world.now(), "not understood: \(line)") }
            case .notice(let words): tell(world.now(), words)
            }
        }
        running.cancel()
        return 0
    }

    private static func tell(_ at: Date, _ text: String) {
        Standard.output("\(Wording.clock(at)) \(text)\n")
    }
}
