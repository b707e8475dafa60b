// swift-tools-version: 6.3
import PackageDescription

/// Settings that every Swift target shares: language mode 6, no warning survives, imports are internal
/// unless a declaration leaks them, and a member is visible only where its module is imported.
let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InferIsolatedConformances"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
]

let arguments: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")
let subprocess: Target.Dependency = .product(name: "Subprocess", package: "swift-subprocess")
let yams: Target.Dependency = .product(name: "Yams", package: "Yams")

/// async-http-client brings a module named as the room that reads the user's file; there it goes by another name.
let asyncHTTP: Target.Dependency = .product(
    name: "AsyncHTTPClient", package: "async-http-client", moduleAliases: ["Configuration": "SwiftConfiguration"])
/// Sockets, HTTP, web sockets, TLS and signatures, of the client and of the simulated controllers.
let sockets: [Target.Dependency] =
    ["NIOCore", "NIOPosix", "NIOHTTP1", "NIOWebSocket"].map { .product(name: $0, package: "swift-nio") } + [
        .product(name: "NIOSSL", package: "swift-nio-ssl"), .product(name: "Crypto", package: "swift-crypto"),
        .product(name: "CryptoExtras", package: "swift-crypto"),
    ]
let servers: [Target.Dependency] =
    sockets + [
        .product(name: "X509", package: "swift-certificates"), .product(name: "SwiftASN1", package: "swift-asn1"),
    ]

/// One room of the house: a library target under `Sources/NAME`.
func room(_ name: String, _ dependencies: [Target.Dependency], resources: [Resource]? = nil) -> Target {
    .target(name: name, dependencies: dependencies, resources: resources, swiftSettings: strict)
}

/// The tests of a room, under `Tests/NAMETests`; fixtures stay in place and are read by path.
func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .testTarget(
        name: name + "Tests", dependencies: dependencies, exclude: testFolders(name), swiftSettings: strict)
}

/// Folders beside the test sources that hold data, not code.
func testFolders(_ name: String) -> [String] {
    switch name {
    case "Formats", "Configuration", "Timeline", "Design": ["Fixtures"]
    case "EndToEnd": ["Captures"]
    case "Console": ["Goldens"]
    case "Terminal": ["Fixtures", "Goldens"]
    default: []
    }
}

let package = Package(
    name: "bgpdeck",
    products: [.executable(name: "bgpdeck", targets: ["bgpdeck"])],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        .package(url: "https://github.com/apple/swift-certificates", from: "1.21.1"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-asn1", from: "1.7.4"),
    ],
    targets: [
        // Floor 0
        room("Fabric", []),
        // Floor 1
        .target(name: "CSimdJSON", linkerSettings: [.linkedLibrary("simdjson")]),
        room("Formats", ["Fabric", "CSimdJSON", yams]),
        room("Design", ["Fabric", yams]),
        // Floor 2
        room("Polling", ["Fabric", "Formats"]),
        room("Correlation", ["Fabric", "Design"]),
        room("Simulator", ["Fabric", "Design"]),
        room("Terminal", [yams], resources: [.embedInCode("Themes")]),
        .target(name: "CSpawn"),
        .systemLibrary(name: "CLZ4", providers: [.apt(["liblz4-dev"])]),
        room("Children", ["Fabric", "CSpawn", "CLZ4", subprocess]),
        // Floor 3
        room(
            "APICClient",
            ["Fabric", "Polling", "Formats", "Children", asyncHTTP] + sockets),
        room("ClusterClient", ["Fabric", "Polling", "Children", asyncHTTP] + sockets),
        room("Operations", ["Fabric", "Design", "Correlation", "Polling"]),
        room("Timeline", ["Fabric", "Design", "Polling", "Correlation", yams]),
        // Floor 4
        room("Console", ["Fabric", "Terminal", "Operations", "Correlation", "Design", "Polling"]),
        .systemLibrary(name: "CNcurses", providers: [.apt(["libncurses-dev"])]),
        .target(name: "CTerminal", linkerSettings: [.linkedLibrary("ncursesw"), .linkedLibrary("tinfo")]),
        room("TerminalNcurses", ["Terminal", "CNcurses", "CTerminal"]),
        room("SimulatorServer", ["Fabric", "Simulator"] + servers),
        // Floor 5
        room("SimulatedPorts", ["Fabric", "Polling", "Simulator", "SimulatorServer"]),
        room("Live", ["Fabric", "Terminal", "Console", "Polling", "Timeline", "Operations", "Correlation"]),
        room(
            "Configuration",
            ["Fabric", "Design", "Polling", "Children", "APICClient", "ClusterClient", yams]),
        room(
            "Commands", ["Fabric", "Formats", "Terminal", "Console", "Correlation", "Operations", "Design", arguments]),
        // Floor 6
        .target(name: "CAllocation"),
        .executableTarget(
            name: "bgpdeck",
            dependencies: [
                "Fabric", "Design", "Polling", "Correlation", "Simulator", "Terminal", "Children",
                "APICClient", "ClusterClient", "Operations", "Timeline", "Console", "TerminalNcurses",
                "SimulatorServer", "SimulatedPorts", "Live", "Configuration", "Commands", "CAllocation", arguments,
                yams,
            ],
            swiftSettings: strict),
        // Tests
        .target(
            name: "TestSupport", dependencies: ["Terminal"], path: "Tests/TestSupport", swiftSettings: strict),
        tests("Fabric", ["Fabric"]),
        tests("Formats", ["Formats", "Fabric"]),
        tests(
            "Design",
            [
                "Design", "Formats", "Correlation", "Fabric", "Polling", "APICClient", "Simulator", "SimulatorServer",
                yams,
            ]),
        tests("Polling", ["Polling", "Formats", "Fabric"]),
        // The fault matrix: the simulated fabric's text through the parsers to conclusions
        .target(
            name: "FaultMatrix", dependencies: ["Simulator", "Formats", "Polling", "Correlation", "Design", "Fabric"],
            path: "Tests/FaultMatrix", swiftSettings: strict),
        tests("Correlation", ["Correlation", "FaultMatrix", "Polling", "Formats", "Simulator", "Design", "Fabric"]),
        tests("Simulator", ["Simulator", "SimulatorServer", "Formats", "Fabric", "Design"]),
        tests("SimulatorServer", ["SimulatorServer", "Simulator", "Fabric"] + servers),
        tests(
            "SimulatedPorts",
            ["SimulatedPorts", "SimulatorServer", "Simulator", "Polling", "Formats", "Fabric"]),
        tests("Terminal", ["Terminal", "TestSupport"]),
        tests("Children", ["Children", "Fabric"]),
        tests("Sources", ["APICClient", "ClusterClient", "Children", "Polling", "Formats", "Fabric"]),
        tests("APICClient", ["APICClient", "Polling", "Formats", "Simulator", "SimulatorServer", "Fabric"] + servers),
        tests(
            "ClusterClient",
            ["ClusterClient", "Children", "Polling", "Formats", "Simulator", "SimulatorServer", "Fabric"]),
        tests("Operations", ["Operations", "Correlation", "Polling", "Formats", "Design", "Fabric"]),
        tests("Timeline", ["Timeline", "Polling", "Correlation", "Design", "Formats", "Fabric"]),
        tests(
            "Console",
            [
                "Console", "TestSupport", "Terminal", "Operations", "Correlation", "Design", "Polling", "Timeline",
                "Fabric",
            ]),
        tests(
            "Configuration",
            ["Configuration", "APICClient", "ClusterClient", "Children", "Polling", "Design", "Console", "Fabric"]),
        tests("Live", ["Live", "Console", "Operations", "Correlation", "Polling", "Terminal", "Timeline", "Fabric"]),
        tests("Commands", ["Commands", "Console", "Correlation", "Design", "Formats", "Fabric", arguments]),
        tests("Architecture", []),
        tests("EndToEnd", ["FaultMatrix", "Fabric", yams]),
        tests("Lab", ["FaultMatrix", "Simulator", "Fabric"]),
        // Measured by hand: ratios in one run
        .executableTarget(
            name: "bgpdeck-bench",
            dependencies: [
                "FaultMatrix", "Formats", "Fabric", "Simulator", "Polling", "Correlation", "Console", "Terminal",
                "APICClient", "Children", "Configuration", "SimulatorServer", "SimulatedPorts", "CAllocation",
            ],
            path: "Tests/Benchmarks", exclude: ["terminal", "keypaint", "eventpaint"], swiftSettings: strict),
        .executableTarget(
            name: "bgpdeck-fuzz", dependencies: ["Formats", "Fabric"], path: "Tests/Fuzz", swiftSettings: strict),
    ],
    cxxLanguageStandard: .cxx17
)
