import Fabric
import Testing

@testable import APICClient

/// Subscriptions, aci.md 2.7.
@Suite struct SubscriptionMachineTests {
    private func live(at now: Duration = .zero) -> SubscriptionMachine {
        var machine = SubscriptionMachine(classes: ["bgpPeerEntry"])
        _ = machine.handle(.session(1), at: now)
        _ = machine.handle(.opened, at: now)
        _ = machine.handle(.subscribed(name: "bgpPeerEntry", id: "72"), at: now)
        return machine
    }

    @Test func socketThenSubscriptionThenQuestions() {
        var machine = SubscriptionMachine(classes: ["a", "b"])
        #expect(machine.handle(.session(1), at: .zero) == [.open])
        #expect(machine.handle(.opened, at: .zero) == [.subscribe(name: "a"), .subscribe(name: "b")])
        #expect(machine.handle(.subscribed(name: "a", id: "1"), at: .zero) == [])
        #expect(machine.handle(.subscribed(name: "b", id: "2"), at: .zero).last == .askAnew)
        #expect(machine.isLive)
    }

    @Test func refreshesEveryHalfMinuteAndAsksForLife() {
        var machine = live()
        var refreshed = 0
        for second in 1...60 {
            let actions = machine.handle(.tick, at: .seconds(second))
            refreshed += actions.count { $0 == .refresh(id: "72") }
            if actions.contains(.ping) { _ = machine.handle(.heard, at: .seconds(second)) }
        }
        #expect(refreshed == 2 && machine.isLive)
    }

    @Test func aSocketThatIsOpenButDeadIsNoticed() {
        var machine = live()
        var all: [SubscriptionMachine.Action] = []
        for second in 1...30 where machine.isLive { all += machine.handle(.tick, at: .seconds(second)) }
        #expect(!machine.isLive && all.contains(.close) && all.last == .askAnew)
        #expect(all.contains { if case .notice(let words) = $0 { words.contains("nothing was heard") } else { false } })
    }

    @Test func aGapIsFilledByAskingAnewAndTheSocketIsOpenedAgain() {
        var machine = live()
        #expect(machine.handle(.closed("gone"), at: .seconds(5)).contains(.askAnew))
        #expect(machine.handle(.tick, at: .seconds(5)) == [])
        #expect(machine.handle(.tick, at: .seconds(6)) == [.open])
    }

    @Test func aFailedRefreshSubscribesEverythingAnew() {
        var machine = live()
        let actions = machine.handle(.refreshFailed(id: "72", "no"), at: .seconds(40))
        #expect(actions.contains(.close) && actions.contains(.askAnew))
        #expect(machine.handle(.tick, at: .seconds(41)) == [.open])
    }

    @Test func aNewSessionWantsANewSocketAndATokenRefreshDoesNot() {
        var machine = live()
        #expect(machine.handle(.session(1), at: .seconds(9)) == [])
        #expect(machine.handle(.session(2), at: .seconds(10)) == [.close, .open])
        #expect(machine.handle(.session(nil), at: .seconds(11)) == [.close])
    }

    @Test func failuresBackOffAndAreSaidOnce() {
        var machine = SubscriptionMachine(classes: ["a"])
        _ = machine.handle(.session(1), at: .zero)
        var notices = 0
        var opens = 0
        for second in 0..<300 {
            let actions =
                machine.handle(.tick, at: .seconds(second)) + machine.handle(.closed("refused"), at: .seconds(second))
            notices += actions.count { if case .notice = $0 { true } else { false } }
            opens += actions.count { $0 == .open }
        }
        #expect(notices == 1 && opens < 20)
    }
}
