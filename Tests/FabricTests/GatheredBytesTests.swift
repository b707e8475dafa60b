import Fabric
import Testing

@Suite struct GatheredBytesTests {
    @Test(arguments: [0, 3, 5, 6, 100])
    func piecesComeOutInTheirOrderWhateverRoomWasMade(_ room: Int) {
        var gathered = GatheredBytes()
        if room > 0 { gathered.expect(room) }
        for piece in [[1, 2, 3], [], [4], [5, 6]] as [[UInt8]] { gathered.append(piece) }
        #expect(gathered.count == 6)
        #expect(gathered.take() == [1, 2, 3, 4, 5, 6])
        #expect(gathered.count == 0 && gathered.take().isEmpty)
        gathered.append([7])
        #expect(gathered.take() == [7])
    }

    @Test(arguments: [("5s", 5), ("2m", 120), ("1h", 3600), ("90", 90), ("2min", 120)])
    func timesAsPeopleWriteThem(_ text: String, _ seconds: Int) {
        #expect(Duration(words: text) == .seconds(seconds))
    }

    @Test(arguments: ["", "s", "-1s", "5 s", "2d", "25h", "99999999999999999999s", "1.5s"])
    func whatIsNoTimeIsNone(_ text: String) {
        #expect(Duration(words: text) == nil)
    }
}
