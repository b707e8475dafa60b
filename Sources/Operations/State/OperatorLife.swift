import Fabric
import Glibc

extension Operator {
    /// Whether the console of an operator is known to have ended: it ran on this host, and its process is not there. Of
    /// consoles elsewhere nothing is known; their leases tell.
    public func isGone(seenFrom other: Operator) -> Bool {
        guard host == other.host, pid != other.pid, pid > 0 else { return self == other }
        return kill(pid, 0) != 0 && errno == ESRCH
    }
}
