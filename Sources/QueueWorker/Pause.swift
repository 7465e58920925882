/// Waits between attempts, longer each time: from 50 ms up to 1 s, spread so that workers do not act in step.
struct Pause {
    private var next = Duration.milliseconds(50)

    mutating func wait() async {
        let spread = Double.random(in: 0.75...1.25)
        // Only a cancelled task is not made to wait, and it is about to end.
        try? await Task.sleep(for: next * spread)
        next = min(next * 2, .seconds(1))
    }
}
