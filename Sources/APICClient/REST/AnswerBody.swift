import AsyncHTTPClient
import Formats
import NIOCore
import NIOHTTP1
import Synchronization

/// Gathers an answer where its parts come, on the connection's own thread: they are copied once, while they are at hand,
/// and no task is woken before the whole is there. With a page of megabytes in parts of 64 KiB that is a tenth of what
/// reading it costs.
final class AnswerBody: HTTPClientResponseDelegate {
    private struct State {
        var status = 0
        var announced: Int?
        var bytes: [UInt8] = []
    }

    private let state = Mutex(State())
    private let rooms: AnswerRooms
    /// No page is larger: 100,000 objects of a kilobyte.
    private static let largest = 256 << 20
    /// Answers from this size on are worth room that goes round.
    private static let large = 256 << 10

    init(rooms: AnswerRooms) { self.rooms = rooms }

    func didReceiveHead(task: HTTPClient.Task<RESTReply>, _ head: HTTPResponseHead) -> EventLoopFuture<Void> {
        let announced = head.headers.first(name: "content-length").flatMap { Int($0) }
        if let announced, announced > AnswerBody.largest {
            return task.eventLoop.makeFailedFuture(AnswerBody.tooLarge(announced))
        }
        // With the room behind it that its reader wants.
        let wanted = (announced ?? 16 << 10) + APIC.spareBytes
        var bytes = wanted >= AnswerBody.large ? rooms.take(wanted) : []
        bytes.reserveCapacity(wanted)
        let empty = bytes
        state.withLock { $0 = State(status: Int(head.status.code), announced: announced, bytes: empty) }
        return task.eventLoop.makeSucceededVoidFuture()
    }

    func didReceiveBodyPart(task: HTTPClient.Task<RESTReply>, _ part: ByteBuffer) -> EventLoopFuture<Void> {
        let count = state.withLock { state in
            if state.bytes.count + part.readableBytes <= AnswerBody.largest {
                part.withUnsafeReadableBytes { state.bytes.append(contentsOf: $0) }
                return 0
            }
            return state.bytes.count + part.readableBytes
        }
        guard count == 0 else { return task.eventLoop.makeFailedFuture(AnswerBody.tooLarge(count)) }
        return task.eventLoop.makeSucceededVoidFuture()
    }

    func didFinishRequest(task: HTTPClient.Task<RESTReply>) throws -> RESTReply {
        let whole = state.withLock { state in
            defer { state.bytes = [] }
            return state
        }
        if let announced = whole.announced, whole.bytes.count < announced {
            throw RESTBroken(
                kind: .cut, cause: "the answer broke off after \(whole.bytes.count) of \(announced) bytes")
        }
        return RESTReply(status: whole.status, bytes: whole.bytes)
    }

    private static func tooLarge(_ count: Int) -> RESTBroken {
        RESTBroken(kind: .tooLarge, cause: "the answer has \(count) bytes, at most \(largest) are read")
    }
}
