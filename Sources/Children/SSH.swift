public import Fabric

/// Builds the argument lists of OpenSSH's client.
///
/// The words of the remote command are the caller's affair: OpenSSH hands them to the remote login shell, so they are
/// joined by the one function that refuses unsafe words, not here.
public enum SSH {
    /// A command that a host runs; standard output and the exit status are the remote command's.
    ///
    /// - Throws: a ``SourceError`` of kind `unsafe` that names the host, user, port or jump host that is refused.
    public static func command(
        _ target: SSHTarget, _ settings: SSHSettings, remote: String, input: ChildInput = .none, timeout: Duration,
        outputLimit: Int, source: SourceID
    ) throws(SourceError) -> ChildCommand {
        try build(
            target, settings, options: ["-T"], shares: true, remote: remote, input: input, timeout: timeout,
            outputLimit: outputLimit, source: source)
    }

    /// A session with a terminal on the far side, for devices that refuse commands; see ``ChildRunner/converse(_:react:)``.
    ///
    /// - Throws: a ``SourceError`` of kind `unsafe`.
    public static func session(
        _ target: SSHTarget, _ settings: SSHSettings, timeout: Duration, outputLimit: Int, source: SourceID
    ) throws(SourceError) -> ChildCommand {
        try build(
            target, settings, options: ["-tt"], shares: true, remote: nil, input: .open, timeout: timeout,
            outputLimit: outputLimit, source: source)
    }

    /// A connection that brings a remote Unix socket to a local path and runs until it is ended. It is not shared:
    /// a shared connection would keep the local socket after its last user.
    ///
    /// - Throws: a ``SourceError`` of kind `unsafe`.
    public static func forward(
        _ target: SSHTarget, _ settings: SSHSettings, localSocket: String, remoteSocket: String, timeout: Duration,
        source: SourceID
    ) throws(SourceError) -> ChildCommand {
        guard isWord(remoteSocket), remoteSocket.hasPrefix("/"), !remoteSocket.contains(":"), isWord(localSocket),
            !localSocket.contains(":")
        else { throw refusal(of: remoteSocket, as: "socket", source: source) }
        let options = [
            "-N", "-T", "-o", "ExitOnForwardFailure=yes", "-o", "StreamLocalBindUnlink=yes", "-o",
            "StreamLocalBindMask=0177", "-L", "\(localSocket):\(remoteSocket)",
        ]
        return try build(
            target, settings, options: options, shares: false, remote: nil, input: .open, timeout: timeout,
            outputLimit: 1 << 20, source: source)
    }

    private static func build(
        _ target: SSHTarget, _ settings: SSHSettings, options: [String], shares: Bool, remote: String?,
        input: ChildInput, timeout: Duration, outputLimit: Int, source: SourceID
    ) throws(SourceError) -> ChildCommand {
        var arguments = options
        arguments += self.options(settings, shares: shares)
        arguments += try self.options(target, source: source)
        guard isWord(target.host) else { throw refusal(of: target.host, as: "host", source: source) }
        arguments += ["--", target.host]
        if let remote { arguments.append(remote) }
        guard
            var command = ChildCommand(
                tool: settings.tool, arguments, input: input, timeout: timeout, outputLimit: outputLimit)
        else { throw refusal(of: "", as: "ssh tool", source: source) }
        command.endsAtPasswordPrompt = true
        command.leavesDescendants = shares && settings.controlDirectory != nil
        return command
    }

    private static func options(_ settings: SSHSettings, shares: Bool) -> [String] {
        var options = ["BatchMode=yes", "ConnectTimeout=\(max(1, settings.connectTimeout))", "LogLevel=ERROR"]
        options += ["ServerAliveInterval=\(max(1, settings.aliveInterval))", "ServerAliveCountMax=3"]
        options += ["EscapeChar=none", "ForwardAgent=no", "ForwardX11=no", "PermitLocalCommand=no"]
        if let file = settings.knownHostsFile { options.append("UserKnownHostsFile=\"\(file)\"") }
        if shares, let directory = settings.controlDirectory {
            options += ["ControlMaster=auto", "ControlPath=\(directory)/%C"]
            options.append("ControlPersist=\(max(1, settings.controlPersist))")
        } else {
            options += ["ControlMaster=no", "ControlPath=none"]
        }
        return (settings.configFile.map { ["-F", $0] } ?? []) + options.flatMap { ["-o", $0] }
    }

    private static func options(_ target: SSHTarget, source: SourceID) throws(SourceError) -> [String] {
        var options: [String] = []
        if let user = target.user {
            guard isWord(user) else { throw refusal(of: user, as: "user", source: source) }
            options += ["-l", user]
        }
        if let port = target.port {
            guard (1...65535).contains(port) else { throw refusal(of: "\(port)", as: "port", source: source) }
            options += ["-p", "\(port)"]
        }
        if let file = target.identityFile { options += ["-i", file, "-o", "IdentitiesOnly=yes"] }
        if let jump = target.jumpHost {
            guard isWord(jump) else { throw refusal(of: jump, as: "jump host", source: source) }
            options += ["-J", jump]
        }
        return options
    }

    /// The same grammar as a remote command's words: OpenSSH expands some of these in shells of its own.
    private static func isWord(_ word: String) -> Bool {
        !word.isEmpty && word.utf8.first != UInt8(ascii: "-") && word.utf8.count <= 1024
            && word.utf8.allSatisfy { byte in
                switch byte {
                case 48...57, 65...90, 97...122: true
                default: "_.:/@%+=,-[]".utf8.contains(byte)
                }
            }
    }

    private static func refusal(of word: String, as role: String, source: SourceID) -> SourceError {
        SourceError(
            kind: .unsafe, source: source, operation: "call ssh",
            cause: "the \(role) '\(Sanitised.line(word.utf8.prefix(60)))' is empty, begins with '-' or holds a"
                + " character that a shell could take for its own",
            hint: "correct it in the configuration")
    }
}
