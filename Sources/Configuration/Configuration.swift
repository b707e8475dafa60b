public import Design
public import Fabric
public import Polling

/// The user's configuration: contexts to choose from, and what holds for all of them.
public struct Configuration: Sendable {
    /// The contexts, in the order of the file; at least one.
    public var contexts: [Context]
    /// The name of the context that is taken where none is named; nil: the first.
    public var current: String?
    /// The theme's name, nil: the default.
    public var theme: String?
    /// For each action its keys, as text (`ctrl-p`); an action that is absent keeps its default.
    public var keys: [String: [String]]
    /// Where each action's keys stand in the file, in the order of `keys`.
    public var keyMarks: [String: [DocumentMark]] = [:]
    /// What is done when a session is lost, and how long changed cells stay marked.
    public var console = ConsolePreferences()

    /// The context with a name, or the one that is taken where none is named.
    public func context(named name: String?) -> Context? {
        guard let name = name ?? current else { return contexts.first }
        return contexts.first { $0.name == name }
    }

    /// A configuration and what was found wrong in its file.
    public struct Loaded: Sendable {
        /// The configuration; nil where an error forbids its use: nothing may then be contacted.
        public var configuration: Configuration?
        /// What is wrong, in the order of the file.
        public var diagnostics: [DocumentDiagnostic]
    }
}

/// What the user wants of the console beside theme and keys.
public struct ConsolePreferences: Hashable, Sendable {
    /// How long a changed cell stays marked, in seconds; nil: the console's default.
    public var markSeconds: Double?
    /// Whether the terminal rings when a session is lost.
    public var ringsBell = false
    /// A program and its arguments that is run when a session is lost; what was lost follows as one more argument.
    public var lossCommand: [String]?
    /// The least time between two alarms, in seconds; nil: the console's default.
    public var lossInterval: Double?

    /// What holds where the configuration says nothing.
    public init() {}
}

/// How the leaves' data is asked for.
public enum APICReach: String, Hashable, Sendable, CaseIterable {
    /// The controllers' REST interface.
    case rest
    /// The controllers' or leaves' command line over ssh.
    case ssh
}

/// Where a password or key comes from; the password itself is never in the file.
public enum Credential: Hashable, Sendable {
    /// A program that prints it, as an argument list; no shell reads it.
    case command([String])
    /// A file of mode 0600 that holds it, checked when it is read.
    case file(String)
    /// Requests are signed with a private key (APIC's signature-based authentication).
    case certificate(name: String, key: String)
}

/// What proves that a controller is the right one, beside the system's authorities.
public enum Trust: Hashable, Sendable {
    /// The system's authorities.
    case system
    /// A file of authorities in PEM form.
    case authorities(String)
    /// The SHA-256 fingerprints of the controllers' certificates, 64 hexadecimal digits in lower case each.
    case pins([String])
}

/// How the controllers are reached and who asks.
public struct APICAccess: Hashable, Sendable {
    /// The controllers' hosts, asked in this order.
    public var controllers: [String]
    /// How they are asked.
    public var reach: APICReach
    /// The user, nil: ssh's own choice.
    public var user: String?
    /// The port, nil: the protocol's.
    public var port: Int?
    /// The private key's file for ssh.
    public var identity: String?
    /// Hosts that ssh passes through.
    public var jump: String?
    /// The credential, nil: none is needed or ssh has its own.
    public var credential: Credential?
    /// The trust.
    public var trust: Trust
    /// The login domain, nil: the fabric's default.
    public var domain: String?
    /// This console's own certificate and key, for controllers that ask for one.
    public var clientCertificate: ClientCertificate?
    /// Requests a second at most, nil: the product's limit.
    public var requestsPerSecond: Int?
    /// Whether events are subscribed to.
    public var subscribes = true
}

/// A certificate that the console shows, and its key: files in PEM form.
public struct ClientCertificate: Hashable, Sendable {
    /// The certificate's file.
    public var certificate: String
    /// The key's file.
    public var key: String
}

/// How commands run on the nodes.
public enum NodeReachWord: String, Hashable, Sendable, CaseIterable {
    /// Over ssh.
    case ssh
    /// In the node's `calico-node` pod, by `kubectl exec`.
    case exec
    /// On this machine, which is the node.
    case local
}

/// How ssh reaches the nodes.
public struct NodeSSH: Hashable, Sendable {
    /// The user, nil: ssh's own choice.
    public var user: String?
    /// The port, nil: ssh's own choice.
    public var port: Int?
    /// The private key's file.
    public var identity: String?
    /// Hosts to pass through.
    public var jump: String?
}

/// The programs that are run, each as an argument list; nil: the adapter's default.
public struct Tools: Hashable, Sendable {
    /// OpenSSH's client, on this machine.
    public var ssh: [String]?
    /// `kubectl`, on this machine.
    public var kubectl: [String]?
    /// `calicoctl`, on the nodes.
    public var calicoctl: [String]?
    /// `birdcl`, on the nodes.
    public var birdcl: [String]?
}

/// One fabric, VRF and cluster.
public struct Context: Sendable {
    /// The name.
    public var name: String
    /// The controllers, nil: the leaves' half is not read, unless leaves are asked directly.
    public var apic: APICAccess?
    /// VRF, subnets, release, racks and nodes as the file or its plan tells them.
    public var fabric: InventoryDocument
    /// The plan, nil where the context has none.
    public var plan: FabricPlan?
    /// The plan's file, expanded; nil where the context has none.
    public var planFile: String?
    /// Racks, leaves and nodes, marked configured.
    public var inventory: Inventory
    /// How commands run on the nodes, nil: the nodes' half is not read.
    public var nodeReach: NodeReachWord?
    /// How ssh reaches the nodes.
    public var nodeSSH: NodeSSH
    /// The kubeconfig's file; nil: as kubectl finds it.
    public var kubeconfig: String?
    /// The kubeconfig's context; nil: the current one.
    public var kubeContext: String?
    /// The namespace of calico-node's pods.
    public var calicoNamespace: String?
    /// Whether the cluster's API is read.
    public var readsCluster: Bool
    /// The programs.
    public var tools: Tools
    /// How often each source is asked.
    public var intervals: PollIntervals
    /// Whether operations may change the world.
    public var allowsChanges: Bool
}
