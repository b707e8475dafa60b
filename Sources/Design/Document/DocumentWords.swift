public import Fabric

extension DocumentReader {
    /// An AS number that can be used: not 0 (RFC 7607), not AS_TRANS 23456 (RFC 6793), not the last of either size
    /// (RFC 7300).
    public mutating func asn(_ value: DocumentValue, _ what: String) -> ASN? {
        guard let text = text(value, what) else { return nil }
        guard let asn = ASN(text: text) else {
            error(at: value.mark, "\(what) is an AS number such as 64500, not '\(shown(text))'")
            return nil
        }
        if asn.isReserved {
            error(at: value.mark, "\(what): AS \(asn) is reserved and cannot be used")
            return nil
        }
        return asn
    }

    /// An IP address.
    public mutating func address(_ value: DocumentValue, _ what: String) -> IPAddress? {
        guard let text = text(value, what) else { return nil }
        guard let address = IPAddress(text) else {
            error(at: value.mark, "\(what) is an IP address such as 192.168.2.1, not '\(shown(text))'")
            return nil
        }
        return address
    }

    /// A prefix with its length written out and no host bits.
    public mutating func prefix(_ value: DocumentValue, _ what: String) -> IPPrefix? {
        guard let text = text(value, what) else { return nil }
        guard text.contains("/"), let prefix = IPPrefix(text) else {
            error(at: value.mark, "\(what) is a prefix such as 10.244.0.0/16, not '\(shown(text))'")
            return nil
        }
        if let address = IPAddress(text.prefix { $0 != "/" }), address != prefix.address {
            error(at: value.mark, "\(what): \(shown(text)) has host bits; write \(prefix)")
            return nil
        }
        return prefix
    }

    /// A list of prefixes; one prefix may stand without brackets.
    public mutating func prefixes(_ value: DocumentValue, _ what: String) -> [IPPrefix]? {
        guard let values = list(value, what, acceptsOne: true) else { return nil }
        let prefixes = values.compactMap { prefix($0, what) }
        return prefixes.count == values.count ? prefixes : nil
    }

    /// A word that is fit for a command line: letters, digits and `_.:@%-`, not beginning with `-`.
    public mutating func host(_ value: DocumentValue, _ what: String) -> String? {
        guard let text = text(value, what) else { return nil }
        let isSafe = text.utf8.allSatisfy { byte in
            switch byte {
            case 48...57, 65...90, 97...122: true
            default: "_.:@%-".utf8.contains(byte)
            }
        }
        guard isSafe, text.utf8.first != UInt8(ascii: "-") else {
            error(
                at: value.mark,
                "\(what) is a host name or address of letters, digits and _.:@%- that does not begin with '-', "
                    + "not '\(shown(text))'")
            return nil
        }
        return text
    }

    /// A Kubernetes node's name: a DNS subdomain in lower case (RFC 1123), at most 253 characters.
    public mutating func nodeName(_ value: DocumentValue, _ what: String) -> NodeName? {
        guard let text = text(value, what) else { return nil }
        let isName = text.utf8.allSatisfy { (48...57).contains($0) || (97...122).contains($0) || $0 == 45 || $0 == 46 }
        let isEdged = text.hasPrefix("-") || text.hasPrefix(".") || text.hasSuffix("-") || text.hasSuffix(".")
        guard isName, !isEdged, text.utf8.count <= 253 else {
            error(
                at: value.mark,
                "\(what) is a Kubernetes name of lower-case letters, digits, '-' and '.', not '\(shown(text))'")
            return nil
        }
        return NodeName(text)
    }

    /// A leaf's number, 1 to 16000 (fabrics use 101 to 4000 by default).
    public mutating func leafID(_ value: DocumentValue, _ what: String) -> LeafID? {
        integer(value, what, in: 1...16_000).map(LeafID.init)
    }
}

extension ASN {
    /// Whether no router may use it: 0 (RFC 7607), 23456 (RFC 6793), 65535 and 4294967295 (RFC 7300).
    var isReserved: Bool { [0, 23456, 65535, .max].contains(value) }
}
