import RedisClient

extension TestQueue {
    /// What is published on a channel while a call runs.
    func messages(on channel: String, during call: () async throws -> Void) async throws -> [String] {
        let subscription = try RedisSubscription(server.configuration, channels: [channel])
        var heard: [String] = []
        for await event in subscription.messages {
            switch event {
            case .subscribed:
                try await call()
                try await send("PUBLISH", channel, "that was all")
            case .message(_, let payload):
                let text = String(decoding: payload, as: UTF8.self)
                if text == "that was all" { return heard }
                heard.append(text)
            }
        }
        return heard
    }
}
