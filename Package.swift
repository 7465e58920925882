// swift-tools-version: 6.1
import PackageDescription

// `make test-tsan` sets it: what runs beside the worker's own processes cannot be instrumented.
let guardianSettings: [CSetting] =
    Context.environment["QUEUECTL_TSAN"] == nil
    ? []
    : [
        .unsafeFlags([
            "-fno-sanitize=thread", "-include", "\(Context.packageDirectory)/Tests/ThreadSanitizer/guardian.h",
        ])
    ]

let package = Package(
    name: "queuectl",
    products: [
        .executable(name: "queuectl", targets: ["queuectl"]),
        .library(name: "QueueKit", targets: ["QueueKit", "RedisClient"]),
        .library(name: "QueueWorker", targets: ["QueueWorker"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.5.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.6.0"),
        .package(url: "https://github.com/apple/swift-crypto", "3.12.3"..<"5.0.0"),
    ],
    targets: [
        // The transitions, compiled in: nothing is read from disk at run time.
        .target(
            name: "QueueScripts",
            path: "lua",
            resources: [
                .embedInCode("add.lua"),
                .embedInCode("admit.lua"),
                .embedInCode("append_log.lua"),
                .embedInCode("cancel.lua"),
                .embedInCode("claim.lua"),
                .embedInCode("claiming.lua"),
                .embedInCode("common.lua"),
                .embedInCode("compact.lua"),
                .embedInCode("delete.lua"),
                .embedInCode("dlq_head.lua"),
                .embedInCode("dlq_retention.lua"),
                .embedInCode("edit.lua"),
                .embedInCode("elsewhere.lua"),
                .embedInCode("ending.lua"),
                .embedInCode("enqueue.lua"),
                .embedInCode("find.lua"),
                .embedInCode("function_keys.lua"),
                .embedInCode("gone.lua"),
                .embedInCode("hand_out.lua"),
                .embedInCode("index.lua"),
                .embedInCode("ingest.lua"),
                .embedInCode("inspect.lua"),
                .embedInCode("intake.lua"),
                .embedInCode("job.lua"),
                .embedInCode("new_id.lua"),
                .embedInCode("once.lua"),
                .embedInCode("outcomes.lua"),
                .embedInCode("pause.lua"),
                .embedInCode("places.lua"),
                .embedInCode("pause_job.lua"),
                .embedInCode("promote.lua"),
                .embedInCode("purge.lua"),
                .embedInCode("queuectl_enqueue.lua"),
                .embedInCode("readmit.lua"),
                .embedInCode("reap.lua"),
                .embedInCode("reject.lua"),
                .embedInCode("renew.lua"),
                .embedInCode("repair.lua"),
                .embedInCode("reply.lua"),
                .embedInCode("report.lua"),
                .embedInCode("retention.lua"),
                .embedInCode("retry.lua"),
                .embedInCode("retry_all.lua"),
                .embedInCode("revive.lua"),
                .embedInCode("rights.lua"),
                .embedInCode("settle.lua"),
                .embedInCode("signal.lua"),
                .embedInCode("signed.lua"),
                .embedInCode("sweep.lua"),
                .embedInCode("take_in.lua"),
                .embedInCode("turn.lua"),
                .embedInCode("unread.lua"),
            ]
        ),

        // hiredis.pc carries a -D flag that SwiftPM refuses, so no pkgConfig here.
        .systemLibrary(name: "CHiredis"),
        .systemLibrary(name: "CYAML"),
        .systemLibrary(name: "COpenSSL"),
        .target(name: "YAMLReader", dependencies: ["CYAML"]),
        .target(name: "RedisClient", dependencies: ["CHiredis", "COpenSSL"]),
        .target(name: "EmbeddedRedis", dependencies: ["RedisClient"]),
        .target(name: "QueueKit", dependencies: ["RedisClient", "QueueScripts", "Signatures"]),
        .target(name: "Signatures", dependencies: [.product(name: "Crypto", package: "swift-crypto")]),

        .target(name: "CSpawn", cSettings: guardianSettings),
        .target(name: "ProcessRunner", dependencies: ["CSpawn"]),
        .target(
            name: "QueueWorker",
            dependencies: [
                "QueueKit", "ProcessRunner", "YAMLReader",
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ]
        ),

        .executableTarget(
            name: "queuectl",
            dependencies: [
                "QueueWorker", "ProcessRunner", "EmbeddedRedis",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ]
        ),

        // Measure; not part of any product. `make bench` runs queue-benchmark.
        .executableTarget(
            name: "process-benchmark",
            dependencies: ["ProcessRunner"],
            path: "Benchmarks/ProcessBenchmark"
        ),

        // What they are compared with.
        .executableTarget(name: "spawn-floor", path: "Benchmarks/SpawnFloor"),
        .executableTarget(
            name: "queue-benchmark",
            dependencies: [
                "QueueWorker", "QueueKit", "RedisClient", "EmbeddedRedis", "CHiredis",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            path: "Benchmarks/QueueBenchmark"
        ),

        // A process that tests kill to see what becomes of its runs.
        .executableTarget(name: "runner-host", dependencies: ["ProcessRunner"], path: "Tests/RunnerHost"),
        .target(name: "TestSupport", dependencies: ["RedisClient"], path: "Tests/TestSupport"),
        .target(name: "TestTraits", dependencies: ["TestSupport"], path: "Tests/TestTraits"),
        // Fleets of real workers. Without Testing, so that the soak can use it.
        .target(name: "FleetSupport", dependencies: ["QueueKit", "TestSupport"], path: "Tests/FleetSupport"),
        .executableTarget(name: "soak", dependencies: ["FleetSupport", "QueueKit", "TestSupport"], path: "Tests/Soak"),
        .executableTarget(name: "fault-table", dependencies: ["TestSupport"], path: "Tests/FaultTable"),
        .testTarget(name: "RedisClientTests", dependencies: ["RedisClient", "TestSupport", "TestTraits"]),
        .testTarget(name: "EmbeddedRedisTests", dependencies: ["EmbeddedRedis", "TestSupport"]),
        .target(
            name: "QueueTestSupport",
            dependencies: ["QueueKit", "QueueWorker", "TestSupport"],
            path: "Tests/QueueTestSupport"
        ),
        .testTarget(
            name: "QueueKitTests",
            dependencies: ["QueueKit", "QueueTestSupport", "TestSupport", "TestTraits"]
        ),
        .testTarget(
            name: "ProcessRunnerTests",
            dependencies: ["ProcessRunner", "TestSupport", "TestTraits", "runner-host"]
        ),
        .testTarget(
            name: "QueueWorkerTests",
            dependencies: ["QueueWorker", "QueueTestSupport", "TestSupport", "TestTraits"]
        ),
        .testTarget(
            name: "FleetTests",
            dependencies: ["queuectl", "QueueKit", "FleetSupport", "TestSupport", "TestTraits"]
        ),
        // Long, or in need of root: `make faults` runs them, `make test` does not.
        .testTarget(
            name: "FaultTests",
            dependencies: [
                "queuectl", "soak", "QueueKit", "FleetSupport", "QueueTestSupport", "TestSupport", "TestTraits",
            ]
        ),
        .testTarget(
            name: "CommandTests",
            dependencies: ["queuectl", "QueueTestSupport", "TestSupport", "TestTraits"]
        ),
    ],
    swiftLanguageModes: [.v6]
)
