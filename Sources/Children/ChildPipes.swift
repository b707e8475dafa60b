import CSpawn
import Glibc

/// Why the system did not start a child.
struct StartFailure: Error {
    let code: Int32
    var words: String { String(cString: strerror(code)) }
}

/// The three streams of a child, from the console's side: what is written there it reads.
///
/// They are pairs of sockets: those can be made such that no child that another thread starts meanwhile inherits them,
/// which would hide the end of this one.
struct ChildPipes {
    private typealias Pipe = (reading: Int32, writing: Int32)

    private let ends: [Pipe]

    /// Where its standard input is written.
    var input: Int32 { ends[0].writing }
    /// Where its standard output is read; nothing waits there.
    var output: Int32 { ends[1].reading }
    /// Where its standard error is read; nothing waits there.
    var errors: Int32 { ends[2].reading }

    init() throws(StartFailure) {
        var ends: [Pipe] = []
        for _ in 0..<3 {
            var pair: [Int32] = [-1, -1]
            guard socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue) | O_CLOEXEC, 0, &pair) == 0 else {
                let code = errno
                Self.close(ends)
                throw StartFailure(code: code)
            }
            ends.append((pair[0], pair[1]))
        }
        self.ends = ends
    }

    /// Starts a program that leads a session of its own with these pipes; the child's ends are closed here.
    ///
    /// - Throws: what the system says; every end is closed then.
    func start(_ command: ChildCommand) throws(StartFailure) -> pid_t {
        var process = pid_t()
        let code = Self.withWords(command) { arguments, environment in
            cspawn_session(
                &process, command.executable, ends[0].reading, ends[1].writing, ends[2].writing, &arguments,
                &environment)
        }
        guard code == 0 else {
            Self.close(ends)
            throw StartFailure(code: code)
        }
        for end in [ends[0].reading, ends[1].writing, ends[2].writing] { Glibc.close(end) }
        for stream in [output, errors] { _ = fcntl(stream, F_SETFL, O_NONBLOCK) }
        return process
    }

    private typealias Words = [UnsafeMutablePointer<CChar>?]

    /// The arguments, and the console's own environment with the command's additions, as the system wants them.
    private static func withWords<T>(_ command: ChildCommand, _ body: (inout Words, inout Words) -> T) -> T {
        var variables: [String] = []
        var next = environ
        while let variable = next.pointee {
            let text = String(cString: variable)
            if command.environment[String(text.prefix { $0 != "=" })] == nil { variables.append(text) }
            next += 1
        }
        variables += command.environment.map { "\($0)=\($1)" }
        var arguments = ([command.executable] + command.arguments).map { strdup($0) } + [nil]
        var environment = variables.map { strdup($0) } + [nil]
        defer { for word in arguments + environment { free(word) } }
        return body(&arguments, &environment)
    }

    private static func close(_ ends: [Pipe]) {
        for end in ends {
            Glibc.close(end.reading)
            Glibc.close(end.writing)
        }
    }
}
