import Fabric
import Simulator

/// One stand-in's connection as the fabric's process holds it.
struct Connection {
    /// What goes on behind a connection after its request.
    enum Job {
        /// Nothing, for ever: a host that hangs, or a forward that stays open.
        case idle
        /// A command that reads its whole standard input first.
        case gathering(role: String, [UInt8])
        case drain(Drain)
        /// BIRD's control socket; the bytes of an unfinished line.
        case bird(NodeName, isRestricted: Bool, [UInt8])
        /// A connection to the cluster's API through kubectl's proxy.
        case api(APIExchange)
        /// A session with a prompt.
        case session(SimulatedHost, prompt: String, [UInt8])
    }

    var reader = FrameReader()
    /// Bytes to be sent, of which ``sent`` have gone.
    var outbox: [UInt8] = []
    var sent = 0
    var job: Job?
    /// Whether the connection ends when the outbox is empty.
    var isEnding = false

    /// More unsent bytes than this, and the stand-in counts as gone.
    static let outboxLimit = 128 << 20

    /// Whether bytes wait to be sent.
    var isFull: Bool { sent < outbox.count }

    /// Sends what the socket takes now; whether the other end is still there.
    mutating func flush(_ descriptor: Int32) -> Bool {
        while isFull {
            guard outbox.count - sent <= Connection.outboxLimit,
                let count = Sockets.send(descriptor, outbox[sent...])
            else { return false }
            if count == 0 { return true }
            sent += count
        }
        outbox = []
        sent = 0
        return true
    }

    mutating func send(_ kind: Frame.Kind, _ text: String) { outbox += Frame.bytes(kind, text: text) }

    mutating func end(_ status: Int32) {
        outbox += Frame.exit(status)
        job = nil
        isEnding = true
    }

    mutating func end(with reply: CommandReply) {
        send(.output, reply.output)
        send(.errors, reply.errors)
        end(reply.status)
    }
}
