import Fabric
import Testing

@testable import APICClient

/// Sessions, aci.md 2.1 and 2.8.
@Suite struct SessionMachineTests {
    private func login(_ token: String, refresh: Double = 600, maximum: Double = 86_400) -> APICLogin {
        APICLogin(token: Secret(token), refreshSeconds: refresh, maximumSeconds: maximum)
    }

    @Test func aRequestStartsOneLogin() {
        var machine = SessionMachine(controllers: 2)
        #expect(machine.handle(.wanted, at: .zero) == [.logIn(controller: 0)])
        #expect(machine.handle(.wanted, at: .zero) == [])
        #expect(machine.handle(.loggedIn(login("a")), at: .seconds(1)) == [])
        #expect(machine.session?.token == Secret("a") && machine.session?.generation == 1)
        #expect(machine.handle(.wanted, at: .seconds(2)) == [])
    }

    @Test func refreshesAtHalfOfATokensLife() throws {
        var machine = SessionMachine(controllers: 1)
        _ = machine.handle(.wanted, at: .zero)
        _ = machine.handle(.loggedIn(login("a")), at: .zero)
        #expect(machine.handle(.tick, at: .seconds(299)) == [])
        let session = try #require(machine.session)
        #expect(machine.handle(.tick, at: .seconds(300)) == [.refresh(session)])
        #expect(machine.handle(.tick, at: .seconds(301)) == [])
        _ = machine.handle(.refreshed(login("b")), at: .seconds(302))
        #expect(machine.session?.token == Secret("b") && machine.session?.generation == 1)
        #expect(machine.wake == .seconds(602))
    }

    @Test func aSecondSessionOverlapsTheFirstBeforeItEnds() throws {
        var machine = SessionMachine(controllers: 1)
        _ = machine.handle(.wanted, at: .zero)
        _ = machine.handle(.loggedIn(login("a", refresh: 10_000, maximum: 1000)), at: .zero)
        let first = try #require(machine.session)
        #expect(machine.handle(.tick, at: .seconds(950)) == [.logIn(controller: 0)])
        #expect(machine.session == first)
        #expect(machine.handle(.loggedIn(login("b")), at: .seconds(951)) == [.logOut(first)])
        #expect(machine.session?.generation == 2)
    }

    @Test func aRefusedTokenMeansOneNewLogin() {
        var machine = SessionMachine(controllers: 1)
        _ = machine.handle(.wanted, at: .zero)
        _ = machine.handle(.loggedIn(login("a")), at: .zero)
        #expect(machine.handle(.rejected(generation: 1), at: .seconds(5)) == [.logIn(controller: 0)])
        #expect(machine.handle(.rejected(generation: 1), at: .seconds(5)) == [])
        _ = machine.handle(.loggedIn(login("b")), at: .seconds(6))
        #expect(machine.handle(.rejected(generation: 1), at: .seconds(7)) == [])
        #expect(machine.session?.token == Secret("b"))
    }

    @Test func aLostControllerIsLeftForTheNextAndARoundOfFailuresBacksOff() {
        var machine = SessionMachine(controllers: 2)
        _ = machine.handle(.wanted, at: .zero)
        _ = machine.handle(.loggedIn(login("a")), at: .zero)
        #expect(machine.handle(.lost(generation: 1), at: .seconds(9)) == [.logIn(controller: 1)])
        #expect(machine.handle(.loginFailed(.unreachable), at: .seconds(10)) == [.logIn(controller: 0)])
        #expect(machine.handle(.loginFailed(.unreachable), at: .seconds(11)) == [])
        #expect(machine.handle(.wanted, at: .seconds(11)) == [])
        #expect(machine.handle(.wanted, at: .seconds(12)) == [.logIn(controller: 1)])
    }

    @Test func aRefusedPasswordIsNotTriedAgain() {
        var machine = SessionMachine(controllers: 3)
        _ = machine.handle(.wanted, at: .zero)
        #expect(machine.handle(.loginFailed(.credentials), at: .zero) == [])
        for hour in 1...24 { #expect(machine.handle(.wanted, at: .seconds(hour * 3600)) == []) }
        _ = machine.handle(.forgiven, at: .seconds(100_000))
        #expect(machine.handle(.wanted, at: .seconds(100_000)) == [.logIn(controller: 0)])
    }
}

@Suite struct RequestThrottleTests {
    @Test func keepsToAThirdOfWhatTheAPICAllowsAndToTenASecond() {
        var throttle = RequestThrottle(requestsPerSecond: 10)
        throttle.allow(nil)
        #expect(throttle.rate == 10)
        throttle.allow(10_000)
        #expect(throttle.rate == 10)
        throttle.allow(15)
        #expect(throttle.rate == 5)
    }

    @Test(arguments: [1.0, 5, 10])
    func startsNoMoreThanAllowedInAnyLongTime(rate: Double) {
        var throttle = RequestThrottle(requestsPerSecond: rate)
        var now = Duration.zero
        var started = 0
        while now < .seconds(60) {
            let wait = throttle.take(at: now)
            if wait == .zero { started += 1 } else { now += wait }
        }
        #expect(Double(started) <= 60 * rate + rate + 1)
        #expect(Double(started) >= 58 * rate)
    }

    @Test func pausesLongerWithEachSignOfOverload() {
        var throttle = RequestThrottle(requestsPerSecond: 10, random: Fixed())
        var pauses: [Double] = []
        for _ in 0..<9 {
            throttle.overloaded(at: .seconds(1000))
            pauses.append((throttle.pausedUntil - .seconds(1000)).seconds)
        }
        #expect(zip(pauses, pauses.dropFirst()).allSatisfy { $0 <= $1 })
        #expect(pauses[0] >= 0.75 && pauses[0] <= 1.25 && pauses[8] <= 60)
        throttle.answered()
        throttle.overloaded(at: .seconds(2000))
        #expect(throttle.pausedUntil <= .seconds(2002))
    }

    @Test func tallyForgetsAfterAMinute() {
        var tally = RequestTally()
        tally.note(bytes: 10, at: .zero)
        tally.note(bytes: 20, at: .seconds(30))
        #expect(tally.lastMinute(at: .seconds(59)) == (2, 30))
        #expect(tally.lastMinute(at: .seconds(61)) == (1, 20))
        #expect(tally.requests == 2 && tally.bytes == 30)
    }
}

/// A source of chance that is always the same.
struct Fixed: RandomNumberGenerator, Sendable {
    func next() -> UInt64 { .max / 2 }
}

@Suite struct PagingTests {
    @Test func asksUntilAllObjectsCame() {
        var paging = Paging(size: 10)
        #expect(paging.took(total: 25, count: 10) == .page(1))
        #expect(paging.took(total: 25, count: 10) == .page(2))
        #expect(paging.took(total: 25, count: 5) == .done)
    }

    @Test func anEmptyTableIsDone() {
        var paging = Paging(size: 10)
        #expect(paging.took(total: 0, count: 0) == .done)
    }

    @Test func whatIsCountedAndDoesNotComeIsAskedAnew() {
        var paging = Paging(size: 10)
        guard case .again = paging.took(total: 25, count: 0) else { Issue.record("not asked anew"); return }
        var second = Paging(size: 10)
        _ = second.took(total: 25, count: 10)
        guard case .again = second.took(total: 25, count: 4) else { Issue.record("not asked anew"); return }
    }

    @Test func withoutATotalAShortPageIsTheLast() {
        var paging = Paging(size: 10)
        #expect(paging.took(total: nil, count: 10) == .page(1))
        #expect(paging.took(total: nil, count: 3) == .done)
    }
}
