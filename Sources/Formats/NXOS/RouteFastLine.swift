/// Where in the input the texts of the last next hop stand, to compare the next line with.
struct RecentTexts {
    var address = 0
    var addressLength = 0
    var exit = 0
    var exitLength = 0
    var exitNumber: UInt32 = 0
    /// The length of `%vrf` at the start of the exit.
    var vrfLength = 0
    var origin = 0
    var originLength = 0
    var originNumber: UInt32 = 0
    var flags = 0
    var flagsLength = 0
    var flagsNumber: UInt32 = 0
    /// The line of the last next hop that was read here.
    var line = 0
}

extension RouteParser {
    /// How many bytes a line read here may reach at most; nearer to the end of the input the slow path reads.
    static let margin = 512
    private static let longestText = 160

    /// Reads a line in the usual shape and returns the position of the next; 0 where it is another line, nothing
    /// was changed then.
    @inline(__always)
    mutating func fastLine(_ start: Int) -> Int {
        let first = input[start]
        if first == 0x20 {
            let head = input.word(start)
            // "    *via"
            if head == 0x6169_762a_2020_2020, input[start + 8] == 0x20 { return fastHop(start + 9, stars: 1) }
            // "         recursive next hop: "
            if head == 0x2020_2020_2020_2020 { return fastRecursive(start + 8) }
            // "     via"
            if head == 0x6169_7620_2020_2020, input[start + 8] == 0x20 { return fastHop(start + 9, stars: 0) }
            return 0
        }
        if first == 0x0a {
            hopIsOpen = false
            return start + 1
        }
        return ByteView.isDigit(first) ? fastRoute(start) : 0
    }

    /// `192.168.2.49/32, ubest/mbest: 8/0, attached`
    @inline(__always)
    private mutating func fastRoute(_ start: Int) -> Int {
        guard tableOutput == transcript.output else { return 0 }
        var position = 0
        let network = input.dottedQuad(start, end: &position)
        guard position > 0, input[position] == UInt8(ascii: "/") else { return 0 }
        var length = UInt32(input[position + 1] &- 48)
        guard length < 10 else { return 0 }
        position += 2
        let second = input[position] &- 48
        if second < 10 {
            guard length != 0 else { return 0 }
            length = length * 10 + UInt32(second)
            position += 1
        }
        guard length <= 32, length == 32 || network << length == 0 else { return 0 }
        // ", ubest/" and "/mbest: "
        guard input.word(position) == 0x2f74_7365_6275_202c, input.word(position + 7) == 0x203a_7473_6562_6d2f else {
            return 0
        }
        position += 15
        guard let unicast = count(&position), input[position] == UInt8(ascii: "/") else { return 0 }
        position += 1
        guard let multicast = count(&position) else { return 0 }
        var flags: UInt32 = 0
        let next = fastFlags(position, &flags)
        guard next > 0 else { return 0 }
        openRoute(
            RouteColumns.Row(
                prefix: network, output: UInt32(truncatingIfNeeded: columns.outputs.count - 1), flags: flags,
                firstHop: UInt32(truncatingIfNeeded: columns.hops.count), bestUnicast: unicast,
                bestMulticast: multicast, length: UInt8(truncatingIfNeeded: length), kind: .v4))
        return next
    }

    @inline(__always)
    private func count(_ position: inout Int) -> UInt32? {
        let first = input[position] &- 48
        guard first < 10 else { return nil }
        position += 1
        var value = UInt32(first)
        let second = input[position] &- 48
        guard second < 10 else { return value }
        value = value * 10 + UInt32(second)
        position += 1
        return ByteView.isDigit(input[position]) ? nil : value
    }

    @inline(__always)
    private mutating func fastFlags(_ start: Int, _ flags: inout UInt32) -> Int {
        if let next = lineEnd(start) { return next }
        if recent.flagsLength > 0, input.matches(start, recent.flags, length: recent.flagsLength),
            let next = lineEnd(start + recent.flagsLength)
        {
            flags = recent.flagsNumber
            return next
        }
        guard let end = textEnd(start), let known = columns.flagTexts.find(input, start..<end.text) else { return 0 }
        flags = UInt32(truncatingIfNeeded: known + 1)
        recent.flags = start
        recent.flagsLength = end.text - start
        recent.flagsNumber = flags
        return end.next
    }

    /// `192.168.2.37%common:default, [20/0], 01:10:02, bgp-65002, external, tag 65113`
    @inline(__always)
    private mutating func fastHop(_ start: Int, stars: UInt8) -> Int {
        guard routeIsOpen else { return 0 }
        var position = 0
        let address = input.dottedQuad(start, end: &position)
        guard position > 0 else { return 0 }
        let addressLength = position - start
        if recent.exitLength > 0, input.matches(position, recent.exit, length: recent.exitLength) {
            position += recent.exitLength
        } else {
            guard findExit(&position) else { return 0 }
        }
        guard let age = fastAge(&position) else { return 0 }
        var next = 0
        if recent.originLength > 0, input.matches(position, recent.origin, length: recent.originLength),
            let end = lineEnd(position + recent.originLength)
        {
            next = end
        } else {
            next = findOrigin(position)
            guard next > 0 else { return 0 }
        }
        recent.address = start
        recent.addressLength = addressLength
        recent.line = number
        appendHop(
            RouteColumns.Hop(
                address: address, age: age, exit: recent.exitNumber, origin: recent.originNumber, recursive: 0,
                kind: .v4, stars: stars))
        return next
    }

    @inline(__always)
    private func fastAge(_ position: inout Int) -> UInt32? {
        if input[position + 8] == UInt8(ascii: ","), let clock = PrintedAges.clock(input.word(position)) {
            position += 8
            return clock
        }
        var end = position
        while end - position < 16, input[end] != UInt8(ascii: ",") { end += 1 }
        guard let known = columns.ages.find(input, position..<end) else { return nil }
        position = end
        return known
    }

    /// Looks the exit up that was not the last one.
    @inline(never)
    private mutating func findExit(_ position: inout Int) -> Bool {
        let start = position
        guard let bracket = input.firstIndex(of: UInt8(ascii: "]"), in: start..<(start + RouteParser.longestText)),
            input[bracket + 1] == UInt8(ascii: ","), input[bracket + 2] == 0x20
        else { return false }
        let range = start..<(bracket + 3)
        guard let known = columns.exitTexts.find(input, range) else { return false }
        recent.exit = start
        recent.exitLength = range.count
        recent.exitNumber = UInt32(truncatingIfNeeded: known)
        recent.vrfLength = 0
        if input[start] == UInt8(ascii: "%"), let comma = input.firstIndex(of: UInt8(ascii: ","), in: range) {
            recent.vrfLength = comma - start
        }
        position = range.upperBound
        return true
    }

    /// Looks the fields behind the age up that were not the last ones.
    @inline(never)
    private mutating func findOrigin(_ start: Int) -> Int {
        guard let end = textEnd(start), let known = columns.originTexts.find(input, start..<end.text) else { return 0 }
        recent.origin = start
        recent.originLength = end.text - start
        recent.originNumber = UInt32(truncatingIfNeeded: known)
        return end.next
    }

    /// The rest of `         recursive next hop: 192.168.2.37/32%common:default` from its ninth blank on.
    @inline(__always)
    private mutating func fastRecursive(_ start: Int) -> Int {
        // "recursiv", "e next h", "xt hop: "
        guard input[start] == 0x20, input.word(start + 1) == 0x7669_7372_7563_6572,
            input.word(start + 9) == 0x6820_7478_656e_2065, input.word(start + 13) == 0x203a_706f_6820_7478,
            recent.line == number - 1, hopIsOpen
        else { return 0 }
        let last = columns.hops.count - 1
        let text = start + 21
        let mask = text + recent.addressLength
        // "/32"
        if input.matches(text, recent.address, length: recent.addressLength),
            input.word(mask) & 0xff_ffff == 0x32_332f,
            input.matches(mask + 3, recent.exit, length: recent.vrfLength),
            let next = lineEnd(mask + 3 + recent.vrfLength)
        {
            columns.hops[last].recursive = 1
            hopIsOpen = false
            return next
        }
        guard let end = textEnd(text), let known = columns.recursives.find(input, text..<end.text) else { return 0 }
        columns.hops[last].recursive = UInt32(truncatingIfNeeded: known + 2)
        hopIsOpen = false
        return end.next
    }

    /// The position of the next line where this one ends here.
    @inline(__always)
    private func lineEnd(_ position: Int) -> Int? {
        let byte = input[position]
        if byte == 0x0a { return position + 1 }
        return byte == 0x0d && input[position + 1] == 0x0a ? position + 2 : nil
    }

    /// The end of the line's text without blanks at its end, and the position of the next line.
    @inline(__always)
    private func textEnd(_ start: Int) -> (text: Int, next: Int)? {
        guard let feed = input.firstIndex(of: 0x0a, in: start..<(start + RouteParser.longestText)) else { return nil }
        var end = feed
        if end > start, input[end - 1] == 0x0d { end -= 1 }
        while end > start, input[end - 1] == 0x20 { end -= 1 }
        return (end, feed + 1)
    }
}
