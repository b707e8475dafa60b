public import Children
public import Fabric

/// How a command runs on a node.
public enum NodeReach: Hashable, Sendable {
    /// Over ssh.
    case ssh(SSHTarget)
    /// In the node's `calico-node` pod, by `kubectl exec`; `calicoctl` is not in there, so its status is not asked.
    case pod
    /// On this machine, which is the node.
    case local
}

/// How a node's BIRD is asked.
public enum BIRDReach: Hashable, Sendable {
    /// By a command, run as ``NodeReach`` says: the argument list up to BIRD's own words,
    /// such as `[sudo, -n, birdcl, -r, -v]`.
    case command([String])
    /// By the control socket at this path on the node, brought here by ssh.
    case forwardedSocket(String)
    /// By the control socket at this path on this machine.
    case localSocket(String)
    /// Not at all.
    case none

    /// Calico's socket on the host (a `hostPath` of calico-node).
    public static let calicoSocket = "/var/run/calico/bird.ctl"
}

/// How one node is read.
public struct NodeAccess: Hashable, Sendable {
    /// How commands run on it.
    public var reach: NodeReach
    /// `calicoctl` as an argument list, run as ``reach`` says; nil: not asked. `node status` must run as root.
    public var calicoctl: [String]?
    /// How BIRD is asked.
    public var bird: BIRDReach

    /// An access from its parts.
    public init(reach: NodeReach, calicoctl: [String]?, bird: BIRDReach) {
        self.reach = reach
        self.calicoctl = calicoctl
        self.bird = bird
    }

    /// The usual access: `calicoctl` by `sudo -n` and BIRD by its control socket, since a node's host has no `birdcl`;
    /// in calico-node's pod the other way round.
    public init(reach: NodeReach) {
        let calicoctl = ["sudo", "-n", "calicoctl"]
        switch reach {
        case .ssh:
            self.init(reach: reach, calicoctl: calicoctl, bird: .forwardedSocket(BIRDReach.calicoSocket))
        case .local: self.init(reach: reach, calicoctl: calicoctl, bird: .localSocket(BIRDReach.calicoSocket))
        case .pod: self.init(reach: reach, calicoctl: nil, bird: .command(["birdcl", "-r", "-v"]))
        }
    }
}

/// How the cluster and its nodes are read and changed.
public struct ClusterConfiguration: Hashable, Sendable {
    /// Each node's access.
    public var nodes: [NodeName: NodeAccess]
    /// `kubectl` as an argument list.
    public var kubectl: [String]
    /// `calicoctl` on this machine, for the cluster's resources, as an argument list.
    public var calicoctl: [String]
    /// The kubeconfig's file; nil: as kubectl finds it.
    public var kubeconfig: String?
    /// The kubeconfig's context; nil: the current one.
    public var context: String?
    /// The namespace of calico-node's pods: `calico-system` (operator) or `kube-system` (manifest).
    public var calicoNamespace: String
    /// Whether the cluster's API is asked at all.
    public var readsCluster: Bool
    /// How OpenSSH's client is called.
    public var ssh: SSHSettings
    /// How long one command on a node may take.
    public var nodeTimeout: Duration
    /// How long one command to the cluster's API may take.
    public var clusterTimeout: Duration
    /// How many bytes one answer may have.
    public var outputLimit: Int
    /// Where sockets brought here by ssh are put: a private directory (0700, a short path); nil: none can be.
    public var socketDirectory: String?
    /// A program, as an argument list, that runs the command behind it until its own standard input ends: then a child
    /// that lives as long as the console ends with it, however that ends. Empty: such a child is started itself.
    public var keeper: [String] = []

    /// A configuration from its parts.
    public init(
        nodes: [NodeName: NodeAccess] = [:], kubectl: [String] = ["kubectl"], calicoctl: [String] = ["calicoctl"],
        kubeconfig: String? = nil, context: String? = nil, calicoNamespace: String = "calico-system",
        readsCluster: Bool = true, ssh: SSHSettings = SSHSettings(), nodeTimeout: Duration = .seconds(10),
        clusterTimeout: Duration = .seconds(20), outputLimit: Int = 64 << 20, socketDirectory: String? = nil
    ) {
        self.nodes = nodes
        self.kubectl = kubectl
        self.calicoctl = calicoctl
        self.kubeconfig = kubeconfig
        self.context = context
        self.calicoNamespace = calicoNamespace
        self.readsCluster = readsCluster
        self.ssh = ssh
        self.nodeTimeout = nodeTimeout
        self.clusterTimeout = clusterTimeout
        self.outputLimit = outputLimit
        self.socketDirectory = socketDirectory
    }
}
