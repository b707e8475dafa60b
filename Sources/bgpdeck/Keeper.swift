import Foundation

/// Runs a program that must not outlive the console, in whatever way that ends: the console holds the other end of this
/// process's standard input, which the system closes for it.
enum Keeper {
    /// The words before a command that is to be kept.
    static let tool = [Bundle.main.executablePath ?? CommandLine.arguments[0], "keep"]

    /// Runs the program until it or standard input ends; its status, or 127 where it cannot be started.
    static func run(_ words: [String]) -> Int32 {
        guard let name = words.first else { return 2 }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
        // Standard output is this process's alone: its end tells the console that this process is gone, whatever the
        // program has left behind.
        posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0)
        var arguments = words.map { strdup($0) } + [nil]
        defer { for argument in arguments { free(argument) } }
        var child = pid_t()
        let failure = posix_spawnp(&child, name, &actions, nil, &arguments, environ)
        guard failure == 0 else {
            Standard.error("bgpdeck: \(name) cannot be started: \(String(cString: strerror(failure)))")
            return 127
        }
        let kept = child
        Thread.detachNewThread {
            var byte: UInt8 = 0
            var count = 1
            while count > 0 || (count < 0 && errno == EINTR) { count = read(STDIN_FILENO, &byte, 1) }
            kill(kept, SIGTERM)
            sleep(2)
            kill(kept, SIGKILL)
        }
        var status: Int32 = 0
        while waitpid(kept, &status, 0) < 0, errno == EINTR {}
        return status & 0x7f == 0 ? (status >> 8) & 0xff : 128 + status & 0x7f
    }
}
