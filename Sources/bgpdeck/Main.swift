import ArgumentParser
import CAllocation
import Commands
import Foundation

/// The composition root: reads the command line, builds the world that the request needs, runs it.
@main
enum Main {
    static func main() async {
        // Tables of tens of megabytes are read now and then, on many threads, for weeks. By the C library's defaults each
        // thread keeps what it freed, and large blocks are kept too: half of the memory at the design's maximum.
        ca_keep_little(2, 1 << 20, 2 << 20)
        // A handler and not SIG_IGN, which children would inherit: writing to a closed pipe is an error like any other.
        signal(SIGPIPE) { _ in }
        do {
            var command = try Bgpdeck.parseAsRoot()
            guard let asking = command as? any RequestCommand else {
                try command.run()
                return
            }
            Leaving.leave(await Runner.run(asking.request))
        } catch {
            Bgpdeck.exit(withError: error)
        }
    }
}
