import QueueKit
import Testing

/// What exists already, is not there, or is in a state in which it cannot be done: exit code 3, and nothing changes.
@Suite struct WrongStateTests {
    let bench: Bench

    init() throws { bench = try Bench() }

    @Test(arguments: JobState.allCases)
    func anIDThatExistsIsRefusedHoweverItIsGiven(state: JobState) async throws {
        try await bench.add("job1", in: state)
        let advice =
            state == .processing
            ? "it is running. Wait, cancel it, or give another id"
            : "it exists already (\(state)). Give another id, or --replace"
        let message = #"Cannot enqueue job job1 in "default": \#(advice)"#
        try await bench.refuses(Refusal("enqueue --id job1 --command y", 3, message))
        try await bench.refuses(Refusal(["enqueue", #"{"id":"job1","command":"y"}"#], 3, message))
        try await bench.refuses(Refusal("run --id job1 -- y", 125, message))
        try await bench.refuses(
            Refusal(
                ["enqueue", #"[{"command":"a"},{"id":"job1","command":"y"}]"#],
                3,
                #"Cannot enqueue 2 jobs in "default": job1 exists already (\#(state)). Nothing was enqueued"#
            )
        )
    }

    @Test(
        arguments: [
            (.processing, "it is running. Cancel it first, or wait"),
            (.pending, "it is pending. It runs when a worker is free"),
            (.scheduled, "it is scheduled. It runs by itself when it is due"),
            (.failed, "it is failed. It runs by itself when it is due"),
            (.completed, "it is completed. Only dead jobs are retried; enqueue it anew"),
            (.cancelled, "it is cancelled. Only dead jobs are retried; enqueue it anew"),
        ] as [(JobState, String)]
    )
    func onlyDeadJobsAreRetried(state: JobState, reason: String) async throws {
        try await bench.add("job1", in: state)
        try await bench.refuses(Refusal("dlq retry job1", 3, #"Cannot retry job job1 in "default": \#(reason)"#))
    }

    @Test(
        arguments: [
            Refusal("dlq retry nope", 3, "Cannot retry job nope: there is no such job. See queuectl list"),
            Refusal(
                "dlq retry nope --queue mail",
                3,
                #"Cannot retry job nope in "mail": there is no such job. See queuectl list"#
            ),
            Refusal("dlq show nope", 3, "Cannot show job nope: there is no such job. See queuectl list"),
            Refusal("delete nope", 3, "Cannot delete job nope: there is no such job. See queuectl list"),
            Refusal("cancel nope", 3, "Cannot cancel job nope: there is no such job. See queuectl list"),
            Refusal("logs nope", 3, "Cannot show the output of job nope: there is no such job. See queuectl list"),
            Refusal("edit nope --priority 3", 3, "Cannot edit job nope: there is no such job. See queuectl list"),
            Refusal(
                "rejected show 1-1",
                3,
                "Cannot show the rejected push 1-1: there is none. See queuectl rejected list"
            ),
            Refusal(
                "rejected retry 1-1",
                3,
                "Cannot retry the rejected push 1-1: there is none. See queuectl rejected list"
            ),
            Refusal(
                "doctor --queue nope",
                3,
                "Cannot check queue nope: there is no such queue. See queuectl queue list"
            ),
        ]
    )
    func whatIsNotThereIsSaidNotToBe(_ refusal: Refusal) async throws {
        try await bench.add("job1", in: .dead)
        try await bench.refuses(refusal)
    }
}
