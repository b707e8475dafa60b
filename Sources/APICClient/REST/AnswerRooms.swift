import Synchronization

/// Room for the answers that come next, from those that have been read.
///
/// The pages of a table are megabytes each; room that the system has just given costs as much as reading what is put
/// into it. A few rooms go round instead while a table is read.
final class AnswerRooms: Sendable {
    private let rooms = Mutex<[[UInt8]]>([])
    private let limit: Int
    /// Rooms are whole steps long, so that a page a little longer than the one before still fits.
    private static let step = 1 << 20

    /// As many rooms as answers are under way at once.
    init(limit: Int) { self.limit = limit }

    /// Empty room for so many bytes.
    func take(_ count: Int) -> [UInt8] {
        var room = rooms.withLock { $0.popLast() } ?? []
        room.removeAll(keepingCapacity: true)
        room.reserveCapacity((count + AnswerRooms.step - 1) / AnswerRooms.step * AnswerRooms.step)
        return room
    }

    /// Takes the room of an answer that nobody needs any more.
    func giveBack(_ room: consuming [UInt8]) {
        let room = room
        rooms.withLock { rooms in
            if rooms.count < limit { rooms.append(room) }
        }
    }

    /// Lets all rooms go.
    func clear() { rooms.withLock { $0 = [] } }
}
