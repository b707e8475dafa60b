import Design

extension ConfigurationDecoder {
    private static let apicKeys = [
        "controllers", "reach", "user", "port", "identity", "jump", "password_command", "password_file", "certificate",
        "key", "ca_file", "pin", "domain", "client_certificate", "client_key", "requests_per_second", "subscribe",
    ]

    mutating func readAPIC(_ value: DocumentValue) -> APICAccess? {
        guard
            let fields = reader.fields(
                of: value, "apic", known: ConfigurationDecoder.apicKeys, refused: Refusals.apic)
        else { return nil }
        let list = reader.required("controllers", of: fields, in: "apic")
        let values = list.flatMap { reader.list($0, "controllers", acceptsOne: true) } ?? []
        if list != nil, values.isEmpty {
            reader.error(at: fields.mark(of: "controllers"), "controllers is empty; name at least one")
        }
        let controllers = values.compactMap { reader.host($0, "a controller") }
        let reach = fields["reach"].flatMap { reader.word($0, "reach of apic", APICReach.self) } ?? .ssh
        var access = APICAccess(
            controllers: controllers, reach: reach, user: fields["user"].flatMap { reader.host($0, "user of apic") },
            port: fields["port"].flatMap { reader.integer($0, "port of apic", in: 1...65_535) },
            identity: path(fields["identity"], "identity of apic"), jump: jump(fields["jump"], "jump of apic"),
            credential: readCredential(fields), trust: readTrust(fields))
        access.domain = fields["domain"].flatMap { reader.host($0, "domain of apic") }
        access.clientCertificate = readClientCertificate(fields)
        access.requestsPerSecond = fields["requests_per_second"].flatMap {
            reader.integer($0, "requests_per_second of apic", in: 1...40)
        }
        access.subscribes = fields["subscribe"].flatMap { reader.boolean($0, "subscribe of apic") } ?? true
        check(access, fields)
        return access
    }

    private mutating func readClientCertificate(_ fields: DocumentFields) -> ClientCertificate? {
        guard let certificate = path(fields["client_certificate"], "client_certificate") else {
            if fields["client_key"] != nil {
                reader.error(at: fields.mark(of: "client_key"), "client_key needs client_certificate")
            }
            return nil
        }
        let key = reader.required("client_key", of: fields, in: "apic with client_certificate")
        return path(key, "client_key").map { ClientCertificate(certificate: certificate, key: $0) }
    }

    private mutating func check(_ access: APICAccess, _ fields: DocumentFields) {
        if access.reach == .rest {
            if access.credential == nil {
                reader.error(
                    at: fields.mark,
                    "apic with reach: rest needs a credential: password_command, password_file, or certificate and key")
            }
            if access.user == nil { reader.error(at: fields.mark, "apic with reach: rest needs 'user'") }
        } else {
            for key in ["ca_file", "pin", "domain", "client_certificate", "requests_per_second"]
            where fields[key] != nil {
                reader.error(
                    at: fields.mark(of: key),
                    "\(key) belongs to reach: rest; over ssh the controllers are known by ssh's known_hosts")
            }
        }
    }

    private mutating func readCredential(_ fields: DocumentFields) -> Credential? {
        let given = ["password_command", "password_file", "certificate"].filter { fields[$0] != nil }
        if let second = given.dropFirst().first {
            reader.error(
                at: fields.mark(of: second), "\(given.joined(separator: " and ")) exclude each other; keep one")
        }
        if fields["key"] != nil, fields["certificate"] == nil {
            reader.error(at: fields.mark(of: "key"), "key needs certificate: the certificate's name on the APIC")
        }
        switch given.first {
        case "password_command":
            return arguments(fields["password_command"], "password_command").map(Credential.command)
        case "password_file": return path(fields["password_file"], "password_file").map(Credential.file)
        case "certificate":
            let name = fields["certificate"].flatMap { reader.text($0, "certificate") }
            let key = reader.required("key", of: fields, in: "apic with certificate")
            guard let name, let path = path(key, "key") else { return nil }
            return .certificate(name: name, key: path)
        default: return nil
        }
    }

    private mutating func readTrust(_ fields: DocumentFields) -> Trust {
        if fields["ca_file"] != nil, fields["pin"] != nil {
            reader.error(at: fields.mark(of: "pin"), "ca_file and pin exclude each other; keep one")
        }
        if let value = fields["pin"] { return readPins(value) }
        return path(fields["ca_file"], "ca_file").map(Trust.authorities) ?? .system
    }

    /// One fingerprint, or one for each controller.
    private mutating func readPins(_ value: DocumentValue) -> Trust {
        let pins = (reader.list(value, "pin", acceptsOne: true) ?? []).compactMap { readPin($0) }
        return pins.isEmpty ? .system : .pins(pins)
    }

    private mutating func readPin(_ value: DocumentValue) -> String? {
        guard let text = reader.text(value, "pin") else { return nil }
        var digits = text.lowercased()
        if digits.hasPrefix("sha256:") { digits.removeFirst(7) }
        digits.removeAll { $0 == ":" }
        guard digits.utf8.count == 64, digits.utf8.allSatisfy({ (48...57).contains($0) || (97...102).contains($0) })
        else {
            reader.error(
                at: value.mark,
                "pin is the SHA-256 of the controller's certificate: 64 hexadecimal digits, colons allowed")
            return nil
        }
        return digits
    }
}
