/// What kubectl's proxy lets through, by its own options (kubectl 1.32: a request that is not let through gets 403).
struct ProxyFilter: Sendable {
    private let accepted: [String]
    private let rejected: [String]
    private let hosts: [String]
    private let methods: [String]

    init(_ arguments: [String]) {
        func patterns(_ option: String, _ usual: String) -> [String] {
            let found = arguments.last { $0.hasPrefix("--\(option)=") }?.dropFirst(option.count + 3)
            return (found.map(String.init) ?? usual).split(separator: ",").map(String.init)
        }
        accepted = patterns("accept-paths", "^.*")
        rejected = patterns("reject-paths", "^/api/.*/pods/.*/exec,^/api/.*/pods/.*/attach")
        hosts = patterns("accept-hosts", #"^localhost$,^127\.0\.0\.1$,^\[::1\]$"#)
        methods = patterns("reject-methods", "^$")
    }

    /// Where the proxy listens: `proxy --unix-socket=PATH`.
    static func socket(_ arguments: [String]) -> String? {
        guard arguments.first(where: { !$0.hasPrefix("-") }) == "proxy" else { return nil }
        return arguments.last { $0.hasPrefix("--unix-socket=") }.map { String($0.dropFirst("--unix-socket=".count)) }
    }

    func lets(_ method: String, _ path: String, host: String) -> Bool {
        !matches(methods, method) && !matches(rejected, path) && matches(accepted, path) && matches(hosts, host)
    }

    private func matches(_ patterns: [String], _ text: String) -> Bool {
        patterns.contains { pattern in
            guard let regex = try? Regex(pattern) else { return false }
            return text.contains(regex)
        }
    }
}
