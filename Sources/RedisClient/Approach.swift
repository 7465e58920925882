/// An attempt to get to a server that can be used, as steps that never block: straight to its address, or by way of the
/// sentinels that know where the primary is. Belongs to one thread.
final class Approach {
    enum Progress {
        case waiting
        case ready(Link)
        /// The sentinels say that this is the primary. Only when that is all that was asked for.
        case named(RedisEndpoint)
    }

    /// How far to go.
    enum Goal {
        case link
        case name
    }

    private enum Step {
        case next
        case asking(Dial)
        case dialling(Dial)
    }

    private let configuration: RedisConfiguration
    private let goal: Goal
    private let wake: WakeUp
    private let deadline: ContinuousClock.Instant
    private let primary: String?
    private var round: SentinelRound?
    private var step: Step

    init(_ configuration: RedisConfiguration, to goal: Goal = .link, now: ContinuousClock.Instant, wake: WakeUp) {
        self.configuration = configuration
        self.goal = goal
        self.wake = wake
        deadline = now.advanced(by: configuration.connectTimeout)
        if case .primary(let name, let sentinels) = configuration.address {
            primary = name
            round = SentinelRound(primary: name, sentinels: configuration.whereabouts.ordered(sentinels))
            step = .next
        } else {
            primary = nil
            let timeout = configuration.connectTimeout
            let greeting = Greeting(configuration)
            step = .dialling(Dial(configuration.address, greeting, configuration.tls, timeout, now: now, wake: wake))
        }
    }

    /// What to poll for, if there is a socket yet.
    var interest: (descriptor: Int32, events: Int16)? { dial?.interest }

    /// When to call `advance` at the latest.
    var wakeTime: ContinuousClock.Instant { dial?.wakeTime ?? deadline }

    /// Goes as far as possible without waiting. After a throw the attempt is over.
    func advance(now: ContinuousClock.Instant, isReady: Bool, buffer: UnsafeMutableRawBufferPointer)
        throws(DialFailure) -> Progress
    {
        var isReady = isReady
        while true {
            switch step {
            case .next:
                try askNext(now)
            case .asking(let dial):
                do {
                    guard case .ready = try dial.advance(now: now, isReady: isReady, buffer: buffer) else {
                        return .waiting
                    }
                    step = .next
                    if let endpoint = round?.take(dial.greeting.answer) {
                        if goal == .name { return .named(endpoint) }
                        step = .dialling(self.dial(RedisAddress(endpoint), Greeting(configuration), now))
                    }
                } catch {
                    round?.sentinelFailed(error)
                    step = .next
                }
            case .dialling(let dial):
                do {
                    guard case .ready(let link) = try dial.advance(now: now, isReady: isReady, buffer: buffer) else {
                        return .waiting
                    }
                    if let sentinel = round?.asked, let primary = round?.named {
                        configuration.whereabouts.wasOfUse(sentinel, naming: primary, now)
                    }
                    if dial.greeting.isToClusterNode { configuration.whereabouts.met(link.address) }
                    return .ready(link)
                } catch {
                    guard round != nil, error.isBeforeGreeting else { throw error }
                    round?.primaryFailed(error)
                    step = .next
                }
            }
            // The next socket has not been looked at.
            isReady = false
        }
    }

    private var dial: Dial? {
        switch step {
        case .next: nil
        case .asking(let dial), .dialling(let dial): dial
        }
    }

    private func askNext(_ now: ContinuousClock.Instant) throws(DialFailure) {
        guard let primary, let sentinel = round?.next() else {
            throw round?.failure ?? .unreachable("there is nobody to ask")
        }
        let question = Greeting(askingForPrimary: primary, password: configuration.sentinelPassword)
        step = .asking(dial(RedisAddress(sentinel), question, now))
    }

    private func dial(_ address: RedisAddress, _ greeting: Greeting, _ now: ContinuousClock.Instant) -> Dial {
        let left = deadline - now
        return Dial(address, greeting, configuration.tls, round?.share(of: left) ?? left, now: now, wake: wake)
    }
}
