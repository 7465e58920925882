/// Time since the soak began.
struct SoakClock: Sendable {
    private let began = ContinuousClock.now

    var now: Duration { began.duration(to: .now) }

    /// Returns at this time, or at once if it is over.
    func reach(_ time: Duration) async {
        do {
            try await Task.sleep(for: time - now)
        } catch {
            // Cancelled: whoever did that wants it to end.
        }
    }
}
