import FleetSupport
import Foundation
import TestSupport

/// Makes a server's wall clock run faster.
///
/// `FakeClock` would have to put another allocator in the place of jemalloc, which is what is measured here.
///
/// The monotonic clock stays as it is: by that a server plans its own work, not what it keeps.
struct FastClock {
    private let folder: TemporaryFolder
    private let speed: Int

    /// Compiles it, by the clang that comes with Swift.
    init(speed: Int) async throws {
        try Needs.program("clang", package: "clang")
        folder = try TemporaryFolder()
        self.speed = speed
        try Self.source.write(toFile: "\(folder.path)/clock.c", atomically: true, encoding: .utf8)
        let log = "\(folder.path)/clang.log"
        let words = ["clang", "-shared", "-fPIC", "-O2", "-o", "\(folder.path)/clock.so", "\(folder.path)/clock.c"]
        let compiler = try ChildProcess(words, output: log)
        try await waitUntil("clang has compiled the clock", within: .seconds(60)) { compiler.exitCode != nil }
        guard compiler.exitCode == 0 else { throw Unexpected(readLines(log).joined(separator: "\n")) }
    }

    /// A command that ends in becoming the program.
    var wrapper: [String] { ["env", "LD_PRELOAD=\(folder.path)/clock.so", "CLOCK_SPEED=\(speed)"] }

    private static let source = """
        #define _GNU_SOURCE
        #include <stdlib.h>
        #include <sys/syscall.h>
        #include <sys/time.h>
        #include <time.h>
        #include <unistd.h>

        static long long start, speed;

        static long long fast(void) {
            struct timespec t;
            syscall(SYS_clock_gettime, CLOCK_REALTIME, &t);
            long long now = t.tv_sec * 1000000000LL + t.tv_nsec;
            if (!start) {
                speed = atoll(getenv("CLOCK_SPEED"));
                start = now;
            }
            return start + (now - start) * speed;
        }

        int clock_gettime(clockid_t clock, struct timespec *t) {
            if (clock != CLOCK_REALTIME && clock != CLOCK_REALTIME_COARSE) return syscall(SYS_clock_gettime, clock, t);
            long long now = fast();
            t->tv_sec = now / 1000000000;
            t->tv_nsec = now % 1000000000;
            return 0;
        }

        int gettimeofday(struct timeval *restrict t, void *restrict zone) {
            (void)zone;
            long long now = fast();
            t->tv_sec = now / 1000000000;
            t->tv_usec = now % 1000000000 / 1000;
            return 0;
        }

        time_t time(time_t *t) {
            time_t now = fast() / 1000000000;
            if (t) *t = now;
            return now;
        }

        """
}
