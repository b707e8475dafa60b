import Fabric
import Testing

@testable import ClusterClient

/// Lists and watches of one kind, calico.md 4.2.
@Suite struct ListWatchTests {
    private func machine(_ forms: Int = 1, watches: Bool = true) -> ListWatch {
        let all = (0..<forms).map {
            ClusterKind.Form(group: "g\($0)", version: "v1", resource: "nodes", isNamespaced: false)
        }
        return ListWatch(all, watches: watches, patience: .seconds(20), random: Fixed())
    }

    /// A machine that has listed `a` and `b` at version 10 and watches since `now`.
    private func watching(at now: Duration = .zero) throws -> ListWatch {
        var machine = machine()
        _ = machine.handle(.asked, at: now)
        _ = machine.handle(
            try Objects.page([Objects.node("a", version: 3), Objects.node("b", version: 7)], version: "10"), at: now)
        _ = machine.handle(.opened, at: now)
        return machine
    }

    @Test func aListIsTakenPageByPageAndThenWatched() throws {
        var machine = machine()
        #expect(!machine.isSettled)
        #expect(machine.handle(.asked, at: .zero) == [.list(.init(form: 0))])
        #expect(machine.handle(.asked, at: .zero) == [])
        let first = try Objects.page([Objects.node("b", version: 7)], version: "10", next: "more")
        #expect(machine.handle(first, at: .zero) == [.list(.init(form: 0, token: "more"))])
        #expect(machine.standing == .unread)
        let last = try Objects.page([Objects.node("a", version: 3)], version: "10")
        #expect(machine.handle(last, at: .zero) == [.changed, .watch(form: 0, from: "10", seconds: 240)])
        #expect(machine.isSettled && machine.standing == .good)
        #expect(machine.names == ["a", "b"])
    }

    @Test func eventsAreFoldedIn() throws {
        var machine = try watching()
        #expect(machine.handle(Objects.heard("ADDED", Objects.node("c", version: 11)), at: .zero) == [.changed])
        #expect(machine.handle(Objects.heard("DELETED", Objects.node("a", version: 12)), at: .zero) == [.changed])
        let changed = Objects.node("b", version: 13, label: "z")
        #expect(machine.handle(Objects.heard("MODIFIED", changed), at: .zero) == [.changed])
        #expect(machine.names == ["b", "c"])
        #expect(machine.resourceVersion == "13")
        #expect(Objects.text(machine.store.list(machine.head, resourceVersion: "13")).contains("\"x\":\"z\""))
    }

    /// Kubelets write their nodes every few minutes, thousands of them: that is no news.
    @Test func aHeartbeatIsNoNews() throws {
        var machine = try watching()
        let version = machine.store.version
        let beat = Objects.heard("MODIFIED", Objects.node("a", version: 20, heartbeat: 5))
        #expect(machine.handle(beat, at: .zero) == [])
        #expect(machine.store.version == version)
        #expect(machine.resourceVersion == "20")
    }

    @Test func aBookmarkMovesTheVersionOnly() throws {
        var machine = try watching()
        let mark = Objects.heard("BOOKMARK", "{\"kind\":\"Node\",\"metadata\":{\"resourceVersion\":\"99\"}}")
        #expect(machine.handle(mark, at: .zero) == [])
        #expect(machine.resourceVersion == "99")
        // As agreed after four minutes: it goes on from there, without a list.
        #expect(machine.handle(.ended(nil), at: .seconds(240)) == [])
        #expect(machine.handle(.tick, at: .seconds(241)) == [.watch(form: 0, from: "99", seconds: 240)])
        #expect(machine.standing == .good)
    }

    /// As an ERROR event of a watch that stands, and as the answer to one that is opened.
    @Test(arguments: [true, false]) func whatIsGoneIsListedAnew(_ isEvent: Bool) throws {
        var machine = try watching()
        if isEvent {
            let line = "{\"kind\":\"Status\",\"code\":410,\"message\":\"too old resource version\"}"
            #expect(
                machine.handle(Objects.heard("ERROR", line), at: .seconds(9)) == [.close, .list(.init(form: 0))])
        } else {
            _ = machine.handle(.ended(nil), at: .seconds(240))
            _ = machine.handle(.tick, at: .seconds(241))
            #expect(machine.handle(.ended(Objects.gone), at: .seconds(241)) == [.list(.init(form: 0))])
        }
        // What went meanwhile is gone, what stayed is no news.
        let list = try Objects.page([Objects.node("b", version: 7)], version: "50")
        #expect(machine.handle(list, at: .seconds(242)).contains(.changed))
        #expect(machine.names == ["b"])
    }

    @Test func aServerThatForgetsAgainAndAgainIsAskedMoreSeldom() throws {
        var machine = try watching()
        let list = try Objects.page([Objects.node("a", version: 3)], version: "10")
        _ = machine.handle(.heard(.failed(Objects.gone)), at: .seconds(1))
        _ = machine.handle(list, at: .seconds(1))
        #expect(machine.handle(.ended(Objects.gone), at: .seconds(2)) == [])
        #expect(machine.due ?? .zero > .seconds(2))
        #expect(machine.handle(.tick, at: .seconds(4)) == [.list(.init(form: 0))])
    }

    /// The pages of a list may expire while they are fetched; then it is fetched whole.
    @Test func aPageThatExpiredIsFetchedWhole() throws {
        var machine = machine()
        _ = machine.handle(.asked, at: .zero)
        _ = machine.handle(try Objects.page([Objects.node("a", version: 3)], version: "10", next: "t"), at: .zero)
        #expect(machine.handle(.listFailed(Objects.gone), at: .zero) == [.list(.init(form: 0, isWhole: true))])
        let whole = try Objects.page([Objects.node("b", version: 3)], version: "11")
        _ = machine.handle(whole, at: .zero)
        #expect(machine.names == ["b"])
    }

    @Test func aWatchThatBreaksIsOpenedAgainBeforeAnybodyHears() throws {
        var machine = try watching()
        #expect(machine.handle(.ended(Objects.down), at: .seconds(5)) == [])
        #expect(machine.standing == .good)
        #expect(machine.handle(.tick, at: .seconds(7)) == [.watch(form: 0, from: "10", seconds: 240)])
        // Only a server that does not take it either is one that cannot be read; what it told stays.
        #expect(machine.handle(.ended(Objects.down), at: .seconds(8)) == [.changed])
        #expect(machine.standing == .failed(Objects.down))
        #expect(machine.names == ["a", "b"])
        // Who asks does not wait for the back-off.
        #expect(machine.handle(.asked, at: .seconds(8)) == [.watch(form: 0, from: "10", seconds: 240)])
        #expect(machine.handle(.opened, at: .seconds(9)) == [.changed])
        #expect(machine.standing == .good)
    }

    @Test func theBackOffGrowsToHalfAMinute() throws {
        var machine = machine()
        _ = machine.handle(.asked, at: .zero)
        var now = Duration.zero
        var pauses: [Duration] = []
        for _ in 0..<8 {
            _ = machine.handle(.listFailed(Objects.down), at: now)
            pauses.append((machine.due ?? now) - now)
            now = machine.due ?? now
            #expect(machine.handle(.tick, at: now) == [.list(.init(form: 0))])
        }
        #expect(pauses.sorted() == pauses)
        #expect(pauses.allSatisfy { $0 <= .seconds(36) } && pauses.last ?? .zero >= .seconds(24))
    }

    /// A connection whose other end is gone says nothing, for ever.
    @Test func aWatchThatDoesNotEndIsGivenUp() throws {
        var machine = try watching(at: .seconds(100))
        #expect(machine.handle(.tick, at: .seconds(400)) == [])
        #expect(machine.handle(.tick, at: .seconds(100 + 300 + 15)) == [.close])
        #expect(machine.handle(.tick, at: .seconds(420)) == [.watch(form: 0, from: "10", seconds: 240)])
        // Nor does one that is never accepted.
        #expect(machine.handle(.tick, at: .seconds(441)) == [.close, .changed])
    }

    @Test func aLineThatIsNoEventIsPassedOverAndDoubtedSoon() throws {
        var machine = try watching()
        let noise = machine.handle(.heard(APIDocuments.event(Objects.bytes("{\"type\":\"MODIF%$#"))), at: .seconds(1))
        guard case .notice(let words)? = noise.first, noise.count == 1 else {
            Issue.record("\(noise)")
            return
        }
        #expect(words.contains("no event") && words.contains("MODIF%$#"))
        #expect(machine.handle(Objects.heard("ADDED", Objects.node("c", version: 11)), at: .seconds(2)) == [.changed])
        #expect(machine.due == .seconds(31))
        #expect(machine.handle(.tick, at: .seconds(31)) == [.close, .list(.init(form: 0))])
    }

    @Test func aRightThatIsMissingIsBelievedForAWhile() throws {
        var machine = machine()
        _ = machine.handle(.asked, at: .zero)
        #expect(machine.handle(.listFailed(Objects.forbidden), at: .zero) == [.changed])
        #expect(machine.isSettled)
        var now = Duration.zero
        var pauses: [Duration] = []
        for _ in 0..<9 {
            // Who asks in between is told the same.
            #expect(machine.handle(.asked, at: now + .milliseconds(100)) == [])
            let due = try #require(machine.due)
            pauses.append(due - now)
            now = due
            #expect(machine.handle(.tick, at: now) == [.list(.init(form: 0))])
            #expect(machine.handle(.listFailed(Objects.forbidden), at: now) == [])
        }
        // A server that has just started refuses what it allows seconds later; after a while nothing is hoped for.
        #expect(pauses.first == .milliseconds(800) && pauses.last == .seconds(48))
    }

    /// It is listed when somebody asks, and now and then the watch is tried again; that is said once.
    @Test func withoutTheRightToWatchItIsListed() throws {
        var machine = machine()
        _ = machine.handle(.asked, at: .zero)
        let list = try Objects.page([Objects.node("a", version: 3)], version: "10")
        _ = machine.handle(list, at: .zero)
        var now = Duration.zero
        var pauses: [Duration] = []
        var notices = 0
        for _ in 0..<9 {
            let said = machine.handle(.ended(Objects.forbidden), at: now)
            #expect(said.last == .list(.init(form: 0)) && machine.standing == .good)
            notices += said.count - 1
            #expect(!machine.isSettled && machine.handle(list, at: now) == [] && machine.isSettled)
            // Who asks meanwhile gets a list, and no watch.
            #expect(machine.handle(.asked, at: now) == [.list(.init(form: 0))])
            #expect(machine.handle(list, at: now) == [])
            let due = try #require(machine.due)
            pauses.append(due - now)
            now = due
            #expect(machine.handle(.tick, at: now) == [.list(.init(form: 0))])
            #expect(machine.handle(list, at: now) == [.watch(form: 0, from: "10", seconds: 240)])
        }
        #expect(pauses.first == .seconds(1) && pauses.last == .seconds(60) && notices == 1)
        _ = machine.handle(.opened, at: now)
        #expect(machine.due == now + .seconds(300) + ListWatch.grace)
    }

    @Test func withoutWatchesEachQuestionLists() throws {
        var machine = machine(watches: false)
        for moment in 0..<3 {
            #expect(machine.handle(.asked, at: .seconds(moment)) == [.list(.init(form: 0))])
            _ = machine.handle(try Objects.page([], version: "\(moment)"), at: .seconds(moment))
            #expect(machine.isSettled && machine.standing == .good && machine.due == nil)
        }
    }

    /// An old form, or Calico's own API, stands in for what is not there or may not be read; the refusal says more than
    /// the absence where neither answers.
    @Test func theNextFormIsAskedForWhereOneFails() throws {
        var machine = machine(3)
        _ = machine.handle(.asked, at: .zero)
        #expect(machine.handle(.listFailed(Objects.missing), at: .zero) == [.list(.init(form: 1))])
        #expect(machine.handle(.listFailed(Objects.forbidden), at: .zero) == [.list(.init(form: 2))])
        var other = machine
        #expect(
            other.handle(try Objects.page([], version: "5"), at: .zero)
                == [.changed, .watch(form: 2, from: "5", seconds: 240)])
        #expect(machine.handle(.listFailed(Objects.missing), at: .zero) == [.changed])
        #expect(machine.standing == .failed(Objects.forbidden))
    }

    @Test func aKindThatNoGroupHoldsIsNotAskedFor() {
        var machine = machine(0)
        #expect(machine.handle(.asked, at: .zero) == [.changed])
        #expect(machine.standing == .failed(.noKind))
    }
}

/// Always the least; not zero, which the library would draw again.
private struct Fixed: RandomNumberGenerator, Sendable {
    mutating func next() -> UInt64 { 1 << 32 }
}
