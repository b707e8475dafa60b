/// Which room may import what, and nothing beside it: a room imports rooms of lower floors only, and never more than
/// its row says.
enum House {
    /// What any room may import: the vocabulary, Foundation's essentials, logs and the system's own libraries.
    static let common: Set<String> = [
        "Fabric", "Foundation", "FoundationEssentials", "Logging", "Glibc", "Musl", "Darwin", "Synchronization",
        "Dispatch",
    ]

    /// NIO's modules as the rooms with sockets use them.
    static let nio: Set<String> = [
        "NIOCore", "NIOPosix", "NIOConcurrencyHelpers", "NIOFoundationCompat", "NIOHTTP1", "NIOSSL", "NIOTLS",
        "NIOWebSocket", "NIOEmbedded",
    ]

    /// HTTP and NIO.
    static let http: Set<String> = nio.union(["AsyncHTTPClient"])

    /// A room: its floor and what it may import beside ``common``.
    struct Room {
        var floor: Int
        var imports: Set<String>

        init(_ floor: Int, _ imports: Set<String> = []) {
            self.floor = floor
            self.imports = imports
        }
    }

    /// Every target under `Sources`.
    static let rooms: [String: Room] = [
        "Fabric": Room(0),
        "CSimdJSON": Room(1),
        "Formats": Room(1, ["CSimdJSON", "Yams"]),
        "Design": Room(1, ["Yams"]),
        "Correlation": Room(2, ["Design"]),
        "Polling": Room(2, ["Formats"]),
        "Simulator": Room(2, ["Design"]),
        "Terminal": Room(2, ["Yams"]),
        "CSpawn": Room(2),
        "CLZ4": Room(2),
        "Children": Room(2, ["CSpawn", "CLZ4", "Subprocess", "SystemPackage"]),
        "APICClient": Room(3, http.union(["Polling", "Formats", "Children", "Crypto", "CryptoExtras"])),
        "ClusterClient": Room(3, http.union(["Polling", "Formats", "Children"])),
        "Operations": Room(3, ["Design", "Correlation", "Polling"]),
        "Timeline": Room(3, ["Design", "Polling", "Correlation", "GRDB", "Yams"]),
        "Console": Room(4, ["Terminal", "Operations", "Timeline", "Correlation", "Design", "Polling"]),
        "CNcurses": Room(4),
        "CTerminal": Room(4),
        "TerminalNcurses": Room(4, ["Terminal", "CNcurses", "CTerminal"]),
        "SimulatorServer": Room(4, nio.union(["Simulator", "X509", "Crypto", "CryptoExtras", "SwiftASN1"])),
        "SimulatedPorts": Room(5, ["Polling", "Simulator", "SimulatorServer"]),
        "Live": Room(5, ["Console", "Polling", "Timeline", "Operations", "Correlation", "Design", "Terminal"]),
        "Configuration": Room(5, ["Design", "Polling", "APICClient", "ClusterClient", "Children", "Console", "Yams"]),
        "Commands": Room(
            5,
            [
                "Live", "Console", "Configuration", "Formats", "Operations", "Polling", "Correlation", "Design",
                "Terminal",
                "ArgumentParser",
            ]),
        "CAllocation": Room(6),
        "bgpdeck": Room(
            6,
            http.union([
                "Formats", "Design", "Polling", "Correlation", "Simulator", "Terminal", "Children", "APICClient",
                "ClusterClient", "Operations", "Timeline", "Console", "TerminalNcurses", "SimulatorServer",
                "SimulatedPorts", "Live",
                "Configuration", "Commands", "CAllocation", "ArgumentParser", "ServiceLifecycle", "Yams",
            ])),
    ]

    /// Modules that only the named rooms may import, whatever the table says.
    static let reserved: [String: Set<String>] = [
        "CNcurses": ["TerminalNcurses"],
        "CTerminal": ["TerminalNcurses"],
        "CAllocation": ["bgpdeck"],
        "CSpawn": ["Children"],
        "CLZ4": ["Children"],
        "GRDB": ["Timeline"],
        "CSimdJSON": ["Formats"],
    ]

    /// Imports on one floor: the terminal's C halves belong to their one importer, and the commands hand requests to
    /// the loop and read the configuration.
    static let sideways: Set<String> = [
        "Formats CSimdJSON",
        "TerminalNcurses CNcurses", "TerminalNcurses CTerminal", "Commands Live", "Commands Configuration",
        "bgpdeck CAllocation", "Children CSpawn", "Children CLZ4",
    ]

    /// Files that are longer than the house wants, with the length that they must not exceed until they are split.
    static let overlong: [String: Int] = [:]
}
