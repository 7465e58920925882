import Glibc
import ProcessRunner
import Testing

/// Tasks on the runner's thread.
@Suite struct TaskExecutorTests {
    @Test func tasksGoOnWhereTheEndsOfRunsAreHeardOf() async throws {
        let runner = try ProcessRunner()
        let threads = await withTaskExecutorPreference(runner.taskExecutor) {
            var threads = [pthread_self()]
            for _ in 0..<3 {
                #expect(await runner.run(.shell("exit 3")).ending == .exited(code: 3))
                threads.append(pthread_self())
                await Task.yield()
            }
            return threads
        }
        #expect(Set(threads).count == 1)
        runner.shutdown()
    }

    @Test func aSleepingThreadIsWokenFromAnyOther() async throws {
        let runner = try ProcessRunner()
        for number in 0..<100 {
            let task = Task(executorPreference: runner.taskExecutor) { number }
            #expect(await task.value == number)
        }
        runner.shutdown()
    }

    @Test func tasksThatComeLateRunOnThePool() async throws {
        let runner = try ProcessRunner()
        let executor = runner.taskExecutor
        runner.shutdown()
        #expect(await Task(executorPreference: executor) { 7 }.value == 7)
    }
}
