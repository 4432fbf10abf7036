// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [
  .strictMemorySafety(),
  .treatAllWarnings(as: .error),
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

    .target(name: "NetworkTypes", swiftSettings: strict),
    .target(name: "MirrorModel", dependencies: ["NetworkTypes"], swiftSettings: strict),
    .target(name: "OVSImport", dependencies: ["MirrorModel", "NetworkTypes"], swiftSettings: strict),
    .target(name: "TrafficControl", dependencies: ["NetworkTypes"], swiftSettings: strict),
    .target(
      name: "MirrorCompiler", dependencies: ["MirrorModel", "NetworkTypes", "TrafficControl"],
      swiftSettings: strict),
    .target(
      name: "Netlink",
      dependencies: ["CMnl", "CNl", "CPcap", "CYaml", "MirrorModel", "NetworkTypes", "TrafficControl"],
      swiftSettings: strict),
    .target(
      name: "MirrorController",
      dependencies: ["MirrorCompiler", "MirrorModel", "NetworkTypes", "TrafficControl"],
      swiftSettings: strict),
    .executableTarget(
      name: "mirrorctl",
      dependencies: [
        "MirrorCompiler", "MirrorController", "MirrorModel", "Netlink", "NetworkTypes", "OVSImport", "TrafficControl",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "Logging", package: "swift-log"),
      ],
      swiftSettings: strict),

    .target(
      name: "TestSupport", dependencies: ["CLinux", "MirrorCompiler", "NetworkTypes", "TrafficControl"],
      path: "Tests/TestSupport", swiftSettings: strict),
    .target(
      name: "SwitchOracle", dependencies: ["TestSupport"], path: "Tests/SwitchOracle", swiftSettings: strict),
    .testTarget(
      name: "SwitchOracleTests", dependencies: ["SwitchOracle", "TestSupport"], swiftSettings: strict),
    .testTarget(
      name: "MirrorModelTests", dependencies: ["MirrorModel", "Netlink", "TestSupport"], swiftSettings: strict),
    .testTarget(name: "ManualTests", dependencies: ["MirrorModel"], swiftSettings: strict),
    .testTarget(
      name: "OVSImportTests", dependencies: ["MirrorModel", "Netlink", "OVSImport", "TestSupport"],
      swiftSettings: strict),
    .testTarget(
      name: "TrafficControlTests", dependencies: ["TestSupport", "TrafficControl"], swiftSettings: strict),
    .testTarget(
      name: "MirrorCompilerTests", dependencies: ["MirrorCompiler", "Netlink", "TestSupport"],
      swiftSettings: strict),
    .testTarget(
      name: "NetlinkTests", dependencies: ["Netlink", "MirrorController", "TestSupport"], swiftSettings: strict),
    .testTarget(
      name: "MirrorControllerTests", dependencies: ["MirrorController", "Netlink", "TestSupport"], swiftSettings: strict
    ),
    .testTarget(name: "mirrorctlTests", dependencies: ["mirrorctl", "Netlink"], swiftSettings: strict),
    .testTarget(
      name: "EndToEndTests",
      dependencies: [
        "CLinux", "CNl", "MirrorController", "MirrorModel", "Netlink", "SwitchOracle", "TestSupport", "mirrorctl",
      ],
      swiftSettings: strict),
  ],
  swiftLanguageModes: [.v6]
)
