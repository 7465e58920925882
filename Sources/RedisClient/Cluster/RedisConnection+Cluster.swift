import Glibc

// How requests get to the right nodes of a cluster. A node says that it is one when it is greeted; without one none of this
// costs anything.
extension RedisConnection {
    /// Sends a request, and follows it to other nodes if the server sends it on.
    func exchange(_ request: Request) async throws(RedisError) -> [RESPValue] {
        var replies: [RESPValue]?
        if !whereabouts.isCluster {
            let first = try await core.exchange(request)
            guard first.contains(where: Journey.isStation) else {
                await survey(core, before: request.deadline)
                return first
            }
            replies = first
        }
        var journey = begin(request, replies)
        while true {
            switch journey.next(whereabouts.map) {
            case .done(let replies): return replies
            case .fail(let error): throw error
            case .pause:
                if let end = end(journey, before: request.deadline) { return end }
                do {
                    try await Task.sleep(for: Self.clusterPause)
                } catch {
                    throw request.error(.cancelled, mayHaveRun: journey.hasBegun)
                }
            case .send(let places, let node, let isAsking):
                let core = nodes.core(at: node)
                do throws(RedisError) {
                    let replies = try await core.exchange(request.part(places, to: node, isAsking: isAsking))
                    take(isAsking ? replies.everySecond : replies, places, from: node, &journey)
                } catch {
                    try failed(error, at: node, &journey)
                    continue
                }
                await survey(core, before: request.deadline)
            }
        }
    }

    /// The same, blocking the calling thread.
    func exchangeAndWait(_ request: Request) throws(RedisError) -> [RESPValue] {
        var replies: [RESPValue]?
        if !whereabouts.isCluster {
            let first = try core.exchangeAndWait(request)
            guard first.contains(where: Journey.isStation) else {
                surveyAndWait(core, before: request.deadline)
                return first
            }
            replies = first
        }
        var journey = begin(request, replies)
        while true {
            switch journey.next(whereabouts.map) {
            case .done(let replies): return replies
            case .fail(let error): throw error
            case .pause:
                if let end = end(journey, before: request.deadline) { return end }
                usleep(UInt32(Self.clusterPause / .microseconds(1)))
            case .send(let places, let node, let isAsking):
                let core = nodes.core(at: node)
                do throws(RedisError) {
                    let replies = try core.exchangeAndWait(request.part(places, to: node, isAsking: isAsking))
                    take(isAsking ? replies.everySecond : replies, places, from: node, &journey)
                } catch {
                    try failed(error, at: node, &journey)
                    continue
                }
                surveyAndWait(core, before: request.deadline)
            }
        }
    }

    /// Asks a node for the whole picture, if somebody should. Refused or lost, redirections tell the same in time.
    private func survey(_ core: ConnectionCore, before deadline: ContinuousClock.Instant) async {
        guard whereabouts.beginSurvey() else { return }
        let node = core.configuration.address
        let request = Request(Self.survey, name: "CLUSTER", address: node, deadline: deadline)
        if let reply = try? await core.exchange(request) { whereabouts.take(survey: reply.single, from: node) }
    }

    private func surveyAndWait(_ core: ConnectionCore, before deadline: ContinuousClock.Instant) {
        guard whereabouts.beginSurvey() else { return }
        let node = core.configuration.address
        let request = Request(Self.survey, name: "CLUSTER", address: node, deadline: deadline)
        if let reply = try? core.exchangeAndWait(request) { whereabouts.take(survey: reply.single, from: node) }
    }

    private static let survey = [RedisCommand("CLUSTER", "SLOTS")]
    /// How long a slot that moves, or a cluster without a primary for it, is given before it is asked again.
    private static let clusterPause = Duration.milliseconds(100)

    /// - Parameter replies: What the server has said that the address names, if it was asked.
    private func begin(_ request: Request, _ replies: [RESPValue]?) -> Journey {
        let home = configuration.address
        var journey = Journey(request.commands, home: home)
        if let replies { take(replies, Array(replies.indices), from: home, &journey) }
        return journey
    }

    private func take(_ replies: [RESPValue], _ places: [Int], from node: RedisAddress, _ journey: inout Journey) {
        whereabouts.learn(journey.take(replies, of: places, from: node))
    }

    private func failed(_ error: RedisError, at node: RedisAddress, _ journey: inout Journey) throws(RedisError) {
        if error.code != .cancelled, error.code != .closed { whereabouts.lost(node) }
        // Of anything else the caller has to know: it may have run, or every node would say the same.
        guard error.code == .unreachable || error.code == .tls else { throw error.having(mayHaveRun: journey.hasBegun) }
        journey.couldNotReach(node, error.having(mayHaveRun: journey.hasBegun))
    }

    private func end(_ journey: Journey, before deadline: ContinuousClock.Instant) -> [RESPValue]? {
        ContinuousClock.now.advanced(by: Self.clusterPause) < deadline ? nil : journey.endNow()
    }
}

extension Request {
    /// Some of the commands, to be sent to a node of a cluster.
    fileprivate func part(_ places: [Int], to node: RedisAddress, isAsking: Bool) -> Request {
        let chosen = places.flatMap { isAsking ? [RedisCommand("ASKING"), commands[$0]] : [commands[$0]] }
        return Request(chosen, name: name, address: node, deadline: deadline, overdueAfter: overdueAfter)
    }
}

extension [RESPValue] {
    /// Without the replies to the `ASKING` before each command.
    fileprivate var everySecond: [RESPValue] { indices.filter { $0 % 2 == 1 }.map { self[$0] } }
}

extension RedisError {
    /// The same of a request some of which may have run before.
    fileprivate func having(mayHaveRun: Bool) -> RedisError {
        guard mayHaveRun, !self.mayHaveRun else { return self }
        return RedisError(code, address: address, command: command, mayHaveRun: true, reply: reply, cause: cause)
    }
}
