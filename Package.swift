// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [
  .strictMemorySafety(),
  .treatAllWarnings(as: .error),
]

/// Tests see what is internal in a release build as well, so that one build serves for them and for the package; the program grows
/// by 6 % for it and is as quick.
let source: [SwiftSetting] = strict + [.unsafeFlags(["-enable-testing"], .when(configuration: .release))]

/// Optimising the tests themselves takes longer than it saves.
let test: [SwiftSetting] = strict + [.unsafeFlags(["-Onone"], .when(configuration: .release))]

/// The program brings Swift's libraries along if the environment asks for that. Unlike `--static-swift-stdlib` this leaves alone
/// what has been compiled. FoundationEssentials needs the two libraries that are named.
let linking: [LinkerSetting] =
  Context.environment["MIRRORCTL_STATIC_STDLIB"] == nil
  ? []
  : [
    .unsafeFlags([
      "-static-stdlib", "-no-toolchain-stdlib-rpath",
      "-Xlinker", "-l_FoundationCShims", "-Xlinker", "-l_FoundationCollections",
    ])
  ]

let package = Package(
  name: "mirrorctl",
  products: [
    .executable(name: "mirrorctl", targets: ["mirrorctl"])
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
    .package(url: "https://github.com/apple/swift-log", exact: "1.16.2"),
  ],
  targets: [
    .systemLibrary(name: "CMnl", pkgConfig: "libmnl", providers: [.apt(["libmnl-dev"])]),
    .systemLibrary(
      name: "CNl", pkgConfig: "libnl-route-3.0",
      providers: [.apt(["libnl-3-dev", "libnl-route-3-dev"])]),
    .systemLibrary(name: "CYaml", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"])]),
    .systemLibrary(name: "CPcap", pkgConfig: "libpcap", providers: [.apt(["libpcap-dev"])]),
    .systemLibrary(name: "CLinux", path: "Tests/CLinux"),

    .target(name: "NetworkTypes", swiftSettings: source),
    .target(name: "MirrorModel", dependencies: ["NetworkTypes"], swiftSettings: source),
    .target(name: "OVSImport", dependencies: ["MirrorModel", "NetworkTypes"], swiftSettings: source),
    .target(name: "TrafficControl", dependencies: ["NetworkTypes"], swiftSettings: source),
    .target(
      name: "MirrorCompiler", dependencies: ["MirrorModel", "NetworkTypes", "TrafficControl"],
      swiftSettings: source),
    .target(
      name: "Netlink",
      dependencies: ["CMnl", "CNl", "CPcap", "CYaml", "MirrorModel", "NetworkTypes", "TrafficControl"],
      swiftSettings: source),
    .target(
      name: "MirrorController",
      dependencies: ["MirrorCompiler", "MirrorModel", "NetworkTypes", "TrafficControl"],
      swiftSettings: source),
    .executableTarget(
      name: "mirrorctl",
      dependencies: [
        "MirrorCompiler", "MirrorController", "MirrorModel", "Netlink", "NetworkTypes", "OVSImport", "TrafficControl",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "Logging", package: "swift-log"),
      ],
      swiftSettings: source, linkerSettings: linking),

    .target(
      name: "TestSupport", dependencies: ["CLinux", "MirrorCompiler", "NetworkTypes", "TrafficControl"],
      path: "Tests/TestSupport", swiftSettings: test),
    .target(
      name: "SwitchOracle", dependencies: ["TestSupport"], path: "Tests/SwitchOracle", swiftSettings: test),
    .testTarget(
      name: "SwitchOracleTests", dependencies: ["SwitchOracle", "TestSupport"], swiftSettings: test),
    .testTarget(
      name: "MirrorModelTests", dependencies: ["MirrorModel", "Netlink", "TestSupport"], swiftSettings: test),
    .testTarget(name: "ManualTests", dependencies: ["MirrorModel"], swiftSettings: test),
    .testTarget(
      name: "OVSImportTests", dependencies: ["MirrorModel", "Netlink", "OVSImport", "TestSupport"],
      swiftSettings: test),
    .testTarget(
      name: "TrafficControlTests", dependencies: ["TestSupport", "TrafficControl"], swiftSettings: test),
    .testTarget(
      name: "MirrorCompilerTests", dependencies: ["MirrorCompiler", "Netlink", "TestSupport"],
      swiftSettings: test),
    .testTarget(
      name: "NetlinkTests", dependencies: ["Netlink", "MirrorController", "TestSupport"], swiftSettings: test),
    .testTarget(
      name: "MirrorControllerTests", dependencies: ["MirrorController", "Netlink", "TestSupport"], swiftSettings: test
    ),
    .testTarget(name: "mirrorctlTests", dependencies: ["mirrorctl", "Netlink"], swiftSettings: test),
    .testTarget(
      name: "EndToEndTests",
      dependencies: [
        "CLinux", "CNl", "MirrorController", "MirrorModel", "Netlink", "SwitchOracle", "TestSupport", "mirrorctl",
      ],
      swiftSettings: test),
  ],
  swiftLanguageModes: [.v6]
)
