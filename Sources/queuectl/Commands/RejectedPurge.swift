import ArgumentParser
import QueueKit

struct RejectedPurge: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "purge",
        abstract: "Delete rejected pushes: these, or all.",
        usage: "queuectl rejected purge [<id> ...] [--queue <name>] [--yes]",
        discussion: """
            Asks first on a terminal; needs --yes elsewhere.

            EXAMPLES:
              queuectl rejected purge --yes
            """.filled
    )

    @Argument(help: ArgumentHelp("Ids, as rejected list shows them; without any, all.", valueName: "id"))
    var ids: [String] = []

    @OptionGroup var confirmation: Confirmation
    @OptionGroup var queueOption: QueueOption
    @OptionGroup var options: GlobalOptions

    func run(_ session: Session, _ console: Console) async throws {
        let queues = try await session.queues(queueOption)
        let heartbeat = QueueConfiguration().heartbeat
        var known = 0
        for queue in queues { known += try await queue.status(heartbeat: heartbeat).rejected }
        let count = ids.isEmpty ? known : ids.count
        if known > 0 {
            try confirmation.ask("delete \(count.of("rejected push", plural: "rejected pushes"))", on: console)
        }
        var deleted = 0
        for queue in queues { deleted += try await queue.purgeRejected(ids.isEmpty ? nil : ids) }
        if console.isJSON {
            console.print(.members(["result": .string("deleted"), "count": .integer(deleted)]))
        } else if !console.isQuiet {
            console.print(
                known == 0
                    ? "Nothing was rejected." : "deleted \(deleted.of("rejected push", plural: "rejected pushes"))"
            )
        }
        if deleted < ids.count {
            let missing = ids.count - deleted
            throw Failure(
                .notFound,
                "Cannot delete \(missing) of \(ids.count.of("rejected push", plural: "rejected pushes")): there are none with these ids"
            )
        }
    }
}
