import Glibc
import Synchronization

/// Four threads that change what they share: `mutex`, each in its turn, for which they often have to wait; `race`, all at once.
@main
enum Check {
    final class Shared: @unchecked Sendable {
        // Unsafe in the case that is to be reported, and used in no other.
        var unguarded = 0
        let guarded = Mutex<[Int]>([])
    }

    static let shared = Shared()
    static let isRace = CommandLine.arguments.last == "race"

    static func main() {
        let threads = (0..<4).map { _ in start() }
        for thread in threads { pthread_join(thread, nil) }
    }

    static func start() -> pthread_t {
        var thread = pthread_t()
        pthread_create(&thread, nil, { _ in Check.changeOften() }, nil)
        return thread
    }

    static func changeOften() -> UnsafeMutableRawPointer? {
        for number in 0..<5000 {
            if isRace {
                shared.unguarded += number
            } else {
                shared.guarded.withLock { array in
                    array.append(number)
                    // So long that others come to wait.
                    if array.count % 50 == 0 { usleep(100) }
                }
            }
        }
        return nil
    }
}
