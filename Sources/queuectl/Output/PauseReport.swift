import QueueKit

/// What a pause or resume did to a queue.
struct PauseReport {
    let queue: QueueName
    /// `paused` or `resumed`.
    let result: String
    /// False if it was so already.
    let changed: Bool

    func print(on console: Console) {
        if console.isJSON {
            console.print(
                .members(["queue": .string(queue.text), "result": .string(result), "changed": .bool(changed)])
            )
        } else if console.isQuiet {
            console.print(queue.text)
        } else {
            let before = result == "paused" ? "is paused already" : "is not paused"
            console.print(changed ? "\(result) \(queue)" : "\(queue) \(before)")
        }
    }
}
