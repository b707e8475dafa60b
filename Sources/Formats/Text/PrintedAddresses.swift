import Fabric

/// An address in five bytes: IPv4 as its number, anything else as an index into ``PrintedAddresses``.
struct AddressCode: Equatable {
    /// What the number means.
    enum Kind: UInt8 {
        /// There is no address.
        case none
        /// The number is an IPv4 address, printed without leading zeros.
        case v4
        /// The number is an index.
        case other
    }

    var value: UInt32
    var kind: Kind

    static let none = AddressCode(value: 0, kind: .none)
}

/// Addresses and prefixes that do not fit 32 bits, with the text as it was printed.
struct PrintedAddresses {
    private var texts = ByteTable()
    private var addresses: [IPAddress] = []

    /// The code of an address in text; nil where it is none.
    mutating func insert(_ view: ByteView, _ range: Range<Int>) -> AddressCode? {
        guard let address = view.address(range) else { return nil }
        if let v4 = address.v4, plain(v4, view, range) { return AddressCode(value: v4, kind: .v4) }
        let number = texts.insert(view, range)
        if number == addresses.count { addresses.append(address) }
        return AddressCode(value: UInt32(truncatingIfNeeded: number), kind: .other)
    }

    /// The address of a code.
    func address(_ code: AddressCode) -> IPAddress? {
        switch code.kind {
        case .none: nil
        case .v4: IPAddress(v4: code.value)
        case .other: addresses[Int(code.value)]
        }
    }

    /// Calls with the text of a code, which is not `none`.
    func withText<Result>(_ code: AddressCode, _ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result {
        guard code.kind == .v4 else { return texts.withBytes(Int(code.value), body) }
        return withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 18) { buffer in
            let length = DottedQuad.write(code.value, into: buffer)
            return body(UnsafeBufferPointer(rebasing: buffer[..<length]))
        }
    }

    /// Whether an IPv4 address was printed in its canonical form, without leading zeros.
    private func plain(_ v4: UInt32, _ view: ByteView, _ range: Range<Int>) -> Bool {
        withText(AddressCode(value: v4, kind: .v4)) { $0.elementsEqual(view.buffer(range)) }
    }
}

/// Writes IPv4 addresses.
enum DottedQuad {
    /// Writes an address at the start of a buffer of at least 15 bytes and returns its length.
    static func write(_ value: UInt32, into buffer: UnsafeMutableBufferPointer<UInt8>) -> Int {
        var length = 0
        for shift in stride(from: 24, through: 0, by: -8) {
            let octet = UInt8(truncatingIfNeeded: value >> UInt32(shift))
            length = write(octet: octet, into: buffer, at: length)
            if shift > 0 {
                buffer[length] = UInt8(ascii: ".")
                length += 1
            }
        }
        return length
    }

    /// Writes a number below 256 at a position and returns the position behind it.
    static func write(octet: UInt8, into buffer: UnsafeMutableBufferPointer<UInt8>, at start: Int) -> Int {
        var position = start
        if octet >= 100 {
            buffer[position] = octet / 100 + 48
            position += 1
        }
        if octet >= 10 {
            buffer[position] = octet / 10 % 10 + 48
            position += 1
        }
        buffer[position] = octet % 10 + 48
        return position + 1
    }
}
