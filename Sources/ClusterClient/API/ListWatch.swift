import Fabric

/// Keeps the objects of one kind as the API server has them, by a list and then a watch: pure, no clock, no sockets
/// (calico.md 4.2).
///
/// A watch goes on from the version that was told last, whatever ended it. Where the server no longer knows that
/// version (410), or a line could not be read, everything is listed anew.
struct ListWatch: Sendable {
    enum Event: Sendable {
        /// Somebody wants to know what there is.
        case asked
        case page(ObjectPage)
        case listFailed(APIFailure)
        /// The server accepted a watch.
        case opened
        case heard(WatchEvent)
        /// A watch ended, or could not be opened; nil: as was agreed.
        case ended(APIFailure?)
        case tick
    }

    enum Action: Hashable, Sendable {
        case list(Listing)
        case watch(form: Int, from: String, seconds: Int)
        case close
        /// What there is, or whether it is known, has changed.
        case changed
        case notice(String)
    }

    /// One page that is asked for.
    struct Listing: Hashable, Sendable {
        var form: Int
        /// Of the page before; nil: the first page.
        var token: String?
        /// Without pages, after the server forgot the list that it was handing out.
        var isWhole = false
    }

    /// What can be said of the objects.
    enum Standing: Hashable, Sendable {
        case unread
        case good
        case failed(APIFailure)
    }

    private enum Phase: Hashable {
        case idle
        case listing(Listing)
        /// Listed, and not watched.
        case listed
        case opening(until: Duration)
        case watching(since: Duration, until: Duration)
        case waiting(until: Duration, watches: Bool)
    }

    /// How long a watch is asked to last; the server ends it then. Between one and one and a quarter of this.
    static let span = 240
    /// How long after that a watch that did not end counts as one whose other end is gone.
    static let grace: Duration = .seconds(15)
    /// How long a missing right or kind is believed at most. A server that has just started may refuse everything until
    /// it has read who may what (seen with 1.20), so the first refusals are believed for seconds only.
    static let lasting: Duration = .seconds(60)
    /// How long after a line that could not be read everything is listed anew.
    static let doubtfulFor: Duration = .seconds(30)

    private let forms: [ClusterKind.Form]
    private let watches: Bool
    private let patience: Duration
    private var random: any RandomNumberGenerator & Sendable
    private var phase = Phase.idle
    private var pending: [StoredObject] = []
    private var failures = 0
    /// Why the better forms could not be read.
    private var former: APIFailure?
    private var relisted: Duration?
    private var doubtful: Duration?
    /// Until when the right to watch counts as missing; nil: it does not. And how often it was refused.
    private var unwatched: Duration?
    private var refusals = 0
    private(set) var store = ObjectStore()
    private(set) var standing = Standing.unread
    private(set) var head = ListHead(apiVersion: "v1", kind: "List")
    /// Up to where the server has told.
    private(set) var resourceVersion = ""
    /// The form that was read last, or is being read.
    private(set) var form = 0

    /// A machine that has read nothing.
    ///
    /// - Parameters:
    ///   - forms: what may be asked for, the best first; the server has at least their groups.
    ///   - watches: whether to watch after the list, or to list each time that somebody asks.
    ///   - patience: how long opening a watch may take.
    init(
        _ forms: [ClusterKind.Form], watches: Bool, patience: Duration,
        random: any RandomNumberGenerator & Sendable = SystemRandomNumberGenerator()
    ) {
        self.forms = forms
        self.watches = watches
        self.patience = patience
        self.random = random
    }

    /// Whether an answer can be given now, be it a failure.
    var isSettled: Bool {
        switch (phase, standing) {
        case (.listing, _), (_, .unread), (.opening, .failed): return false
        default: return true
        }
    }

    /// When the next tick is due; nil: none is.
    var due: Duration? {
        let own: Duration? =
            switch phase {
            case .opening(let until), .watching(_, let until), .waiting(let until, _): until
            case .listed: watches ? unwatched : nil
            case .idle, .listing: nil
            }
        guard let doubtful, case .watching = phase else { return own }
        return min(doubtful, own ?? doubtful)
    }

    mutating func handle(_ event: Event, at now: Duration) -> [Action] {
        switch event {
        case .asked: return asked(now)
        case .page(let page): return take(page, now)
        case .listFailed(let failure): return listFailed(failure, now)
        case .opened:
            guard case .opening = phase else { return [] }
            let seconds = Duration.seconds(ListWatch.span * 5 / 4)
            phase = .watching(since: now, until: now + seconds + ListWatch.grace)
            (unwatched, refusals) = (nil, 0)
            return settle(.good)
        case .heard(let told):
            guard case .watching = phase else { return [] }
            return hear(told, now)
        case .ended(let failure): return ended(failure, now)
        case .tick: return tick(now)
        }
    }

    private mutating func asked(_ now: Duration) -> [Action] {
        switch phase {
        case .idle, .listed: return list()
        case .waiting(let until, let resumes):
            guard case .failed(let failure) = standing else { return [] }
            if watches, failure.isLasting, now < until { return [] }
            return resumes ? watch(now) : list()
        case .listing, .opening, .watching: return []
        }
    }

    private mutating func tick(_ now: Duration) -> [Action] {
        if let doubtful, case .watching = phase, now >= doubtful { return [.close] + list() }
        switch phase {
        case .waiting(let until, let resumes) where now >= until: return resumes ? watch(now) : list()
        case .listed where watches && unwatched.map { now >= $0 } ?? false: return list()
        case .watching(_, let until) where now >= until:
            return [.close] + broken(.silent("the watch did not end when it should have"), now)
        case .opening(let until) where now >= until:
            return [.close] + broken(.silent("no answer to a watch"), now)
        default: return []
        }
    }

    // MARK: Lists

    private mutating func list() -> [Action] {
        guard !forms.isEmpty else {
            phase = .listed
            return settle(.failed(.noKind))
        }
        former = nil
        doubtful = nil
        return ask(Listing(form: 0))
    }

    private mutating func ask(_ listing: Listing) -> [Action] {
        if listing.token == nil { pending = [] }
        form = listing.form
        phase = .listing(listing)
        return [.list(listing)]
    }

    private mutating func take(_ page: ObjectPage, _ now: Duration) -> [Action] {
        guard case .listing(let listing) = phase else { return [] }
        pending += page.objects
        if let token = page.token { return ask(Listing(form: listing.form, token: token)) }
        let isNews = store.replace(with: pending)
        pending = []
        head = page.head
        resourceVersion = page.resourceVersion
        var actions = settle(.good)
        if isNews, !actions.contains(.changed) { actions.append(.changed) }
        if page.unnamed > 0 { actions.append(.notice("\(page.unnamed) objects without a name are passed over")) }
        guard watches, now >= unwatched ?? .zero, !page.resourceVersion.isEmpty else {
            failures = 0
            phase = .listed
            return actions
        }
        return actions + watch(now)
    }

    private mutating func listFailed(_ failure: APIFailure, _ now: Duration) -> [Action] {
        guard case .listing(let listing) = phase else { return [] }
        if failure.isGone, listing.token != nil { return ask(Listing(form: listing.form, isWhole: true)) }
        if failure.isLasting {
            // A right that is missing says more than a kind that is not there.
            if former == nil || (former?.kind == .notFound && failure.kind == .refused) { former = failure }
            if listing.form + 1 < forms.count { return ask(Listing(form: listing.form + 1)) }
        }
        let said = failure.isLasting ? former ?? failure : failure
        failures += 1
        phase = .waiting(until: now + backOff(most: said.isLasting ? ListWatch.lasting : nil), watches: false)
        return settle(.failed(said))
    }

    // MARK: Watches

    private mutating func watch(_ now: Duration) -> [Action] {
        phase = .opening(until: now + patience)
        let seconds = Int.random(in: ListWatch.span...ListWatch.span * 5 / 4, using: &random)
        return [.watch(form: form, from: resourceVersion, seconds: seconds)]
    }

    private mutating func hear(_ told: WatchEvent, _ now: Duration) -> [Action] {
        switch told {
        case .put(let object):
            failures = 0
            resourceVersion = object.resourceVersion
            return store.put(object) ? [.changed] : []
        case .deleted(let key, let version):
            failures = 0
            resourceVersion = version
            return store.remove(key) ? [.changed] : []
        case .bookmark(let version):
            failures = 0
            resourceVersion = version
            return []
        case .failed(let failure): return [.close] + (failure.isGone ? relist(now) : broken(failure, now))
        case .unreadable(let words):
            doubtful = doubtful ?? now + ListWatch.doubtfulFor
            return [.notice("\(words); everything is listed anew soon")]
        }
    }

    private mutating func ended(_ failure: APIFailure?, _ now: Duration) -> [Action] {
        switch phase {
        case .opening:
            guard let failure else { return broken(.silent("the watch ended at once"), now) }
            if failure.isGone { return relist(now) }
            guard failure.kind == .refused else { return broken(failure, now) }
            refusals += 1
            unwatched = now + min(ListWatch.lasting, .seconds(1 << min(refusals - 1, 6)))
            let words = "may not be watched, so it is listed now and then: \(failure.cause)"
            return (refusals == 3 ? [.notice(words)] : []) + list()
        case .watching(let since, _):
            if let failure { return failure.isGone ? relist(now) : broken(failure, now) }
            if now - since < .seconds(1) { return broken(.silent("the watch ended at once"), now) }
            // Not all kinds at once: they were begun together.
            phase = .waiting(until: now + .milliseconds(Int.random(in: 0...1000, using: &random)), watches: true)
            return []
        case .idle, .listing, .listed, .waiting: return []
        }
    }

    /// The server does not know the version any more; one that says so again and again is asked less and less often.
    private mutating func relist(_ now: Duration) -> [Action] {
        defer { relisted = now }
        guard let relisted, now - relisted < .seconds(10) else { return list() }
        failures += 1
        phase = .waiting(until: now + backOff(), watches: false)
        return []
    }

    /// A watch that broke is opened again; only where that fails as well is the kind one that cannot be read.
    private mutating func broken(_ failure: APIFailure, _ now: Duration) -> [Action] {
        failures += 1
        phase = .waiting(until: now + backOff(), watches: true)
        return failures > 1 ? settle(.failed(failure)) : []
    }

    private mutating func settle(_ next: Standing) -> [Action] {
        guard standing != next else { return [] }
        standing = next
        return [.changed]
    }

    /// 1, 2, 4 … seconds, by default 30 at most, a fifth more or less.
    private mutating func backOff(most: Duration? = nil) -> Duration {
        let seconds = min(Int((most ?? .seconds(30)).seconds), 1 << min(max(0, failures - 1), 6))
        return .milliseconds(seconds * Int.random(in: 800...1200, using: &random))
    }
}
