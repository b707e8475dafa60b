import Fabric
import Simulator

/// What can be wrong with the controllers themselves, or with what they tell (aci.md 10, item 9).
public enum ServerFault: Sendable, Hashable, CustomStringConvertible {
    /// Every token ends now; logins go on. Happens once.
    case expireTokens
    /// Every token ends once so many more queries are answered: in the middle of a poll. Happens once.
    case expireTokensAfter(Int)
    /// nginx answers 503 in HTML, all requests or so many.
    case unavailable(Int?)
    /// nginx answers 413.
    case tooLarge
    /// The next so many answers of queries end after half of their bytes.
    case halfPage(Int)
    /// Answers name a total and hold nothing (aci.md 2.3).
    case emptyPage
    /// Pages overlap: each begins with the last objects of the page before, unless the query orders them.
    case overlappingPages
    /// Web sockets stay open and carry nothing.
    case deadSocket
    /// Every web socket closes now. Happens once.
    case dropSockets
    /// Answers wait so many seconds.
    case slow(Double)
    /// New connections meet a certificate of another authority.
    case wrongCertificate
    /// Objects of a class cannot be read, nor changed, for lack of a privilege: 403.
    case noPrivilege(String)
    /// The user has no role that may write: every change is refused with 403.
    case readOnlyUser
    /// A controller is switched off: its port refuses.
    case killController(Int)
    /// The leaves' clocks are so many seconds off.
    case clockSkew(Double)
    /// The same peers exist in a second VRF of every leaf.
    case duplicateVRF
    /// All peers are those of one listener for their subnet.
    case dynamicPeers
    /// Answers may hold so many objects only.
    case objectLimit(Int)
    /// Refreshing a subscription fails.
    case refuseSubscriptionRefresh
    /// Refreshing a token fails.
    case refuseTokenRefresh
    /// A signed request gets no web-token session (aci.md 2.2).
    case refuseWebToken

    /// The words that ``init(text:)`` takes, with the kind of value behind a colon.
    public static let names = [
        "expire-tokens", "expire-tokens-after:COUNT", "unavailable[:COUNT]", "too-large", "half-page[:COUNT]",
        "empty-page", "overlapping-pages",
        "dead-socket", "drop-sockets", "slow:SECONDS", "wrong-certificate", "no-privilege:CLASS", "read-only-user",
        "kill-controller:NUMBER",
        "clock-skew:SECONDS", "duplicate-vrf", "dynamic-peers", "object-limit:COUNT", "refuse-subscription-refresh",
        "refuse-token-refresh", "refuse-web-token",
    ]

    /// Reads `NAME` or `NAME:VALUE`; nil where no fault has that name, or the value is none.
    public init?(text: String) {
        let parts = text.split(separator: ":", maxSplits: 1).map(String.init)
        let value = parts.count > 1 ? parts[1] : nil
        let count = value.flatMap { Int($0) }
        let seconds = value.flatMap { Double($0) }
        guard let name = parts.first else { return nil }
        switch (name, value) {
        case ("expire-tokens", nil): self = .expireTokens
        case ("unavailable", _) where value == nil || count != nil: self = .unavailable(count)
        case ("too-large", nil): self = .tooLarge
        case ("half-page", _) where value == nil || count != nil: self = .halfPage(count ?? 1)
        case ("empty-page", nil): self = .emptyPage
        case ("overlapping-pages", nil): self = .overlappingPages
        case ("dead-socket", nil): self = .deadSocket
        case ("drop-sockets", nil): self = .dropSockets
        case ("wrong-certificate", nil): self = .wrongCertificate
        case ("duplicate-vrf", nil): self = .duplicateVRF
        case ("dynamic-peers", nil): self = .dynamicPeers
        case ("refuse-subscription-refresh", nil): self = .refuseSubscriptionRefresh
        case ("refuse-token-refresh", nil): self = .refuseTokenRefresh
        case ("refuse-web-token", nil): self = .refuseWebToken
        case ("read-only-user", nil): self = .readOnlyUser
        case ("no-privilege", let name?): self = .noPrivilege(name)
        default:
            switch (name, count, seconds) {
            case ("slow", _, let seconds?) where (0...600).contains(seconds): self = .slow(seconds)
            case ("clock-skew", _, let seconds?) where abs(seconds) < 1e9: self = .clockSkew(seconds)
            case ("kill-controller", let number?, _): self = .killController(number)
            case ("expire-tokens-after", let count?, _) where count > 0: self = .expireTokensAfter(count)
            case ("object-limit", let limit?, _) where limit > 0: self = .objectLimit(limit)
            default: return nil
            }
        }
    }

    /// The words that ``init(text:)`` takes.
    public var description: String {
        switch self {
        case .expireTokens: "expire-tokens"
        case .expireTokensAfter(let count): "expire-tokens-after:\(count)"
        case .unavailable(let count): "unavailable" + (count.map { ":\($0)" } ?? "")
        case .tooLarge: "too-large"
        case .halfPage(let count): "half-page:\(count)"
        case .emptyPage: "empty-page"
        case .overlappingPages: "overlapping-pages"
        case .deadSocket: "dead-socket"
        case .dropSockets: "drop-sockets"
        case .slow(let seconds): "slow:\(seconds)"
        case .wrongCertificate: "wrong-certificate"
        case .noPrivilege(let name): "no-privilege:\(name)"
        case .readOnlyUser: "read-only-user"
        case .killController(let number): "kill-controller:\(number)"
        case .clockSkew(let seconds): "clock-skew:\(seconds)"
        case .duplicateVRF: "duplicate-vrf"
        case .dynamicPeers: "dynamic-peers"
        case .objectLimit(let limit): "object-limit:\(limit)"
        case .refuseSubscriptionRefresh: "refuse-subscription-refresh"
        case .refuseTokenRefresh: "refuse-token-refresh"
        case .refuseWebToken: "refuse-web-token"
        }
    }

    /// The name without a value.
    public var name: String { String(description.prefix { $0 != ":" }) }

    /// What it makes of a picture.
    func applied(to picture: FabricPicture) -> FabricPicture {
        var picture = picture
        for index in picture.leaves.indices {
            guard var vrf = picture.leaves[index].vrfs.first else { continue }
            switch self {
            case .duplicateVRF:
                vrf.name = "other:shadow"
                for peer in vrf.peers.indices {
                    vrf.peers[peer].state = .idle
                    vrf.peers[peer].acceptedPaths = 0
                }
                picture.leaves[index].vrfs.append(vrf)
            case .dynamicPeers:
                let wide = vrf.peers.first.flatMap { IPPrefix($0.address, length: 16) }
                for peer in vrf.peers.indices { vrf.peers[peer].listener = wide }
                picture.leaves[index].vrfs[0] = vrf
            default: break
            }
        }
        return picture
    }
}
