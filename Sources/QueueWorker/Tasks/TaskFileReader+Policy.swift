import Glibc
import ProcessRunner
import QueueKit
import YAMLReader

extension TaskFileReader {
    /// A policy. What it does not say is as in the one that it refines.
    mutating func policy(_ node: YAMLNode?, _ place: String, over base: JobPolicy) -> JobPolicy {
        guard let node else { return base }
        let members = members(
            node,
            place,
            known: ["commands", "shell", "run_as", "cwd_root", "env", "secrets", "max_timeout"]
        )
        var policy = base
        if let commands = texts(members["commands"], "\(place).commands") { policy.commands = commands }
        if let shell = boolean(members["shell"], "\(place).shell") { policy.shell = shell }
        if let user = user(members["run_as"], "\(place).run_as") { policy.user = user }
        if let root = path(members["cwd_root"], "\(place).cwd_root") { policy.cwdRoot = root }
        if let rules = variables(members["env"], "\(place).env") { policy.environment = rules }
        if let secrets = secrets(members["secrets"], "\(place).secrets") { policy.secrets = secrets }
        if let most = duration(members["max_timeout"], "\(place).max_timeout", JobLimits.timeout) {
            policy.maxTimeout = most
        }
        return policy
    }

    /// The policies of queues: each refines the one for all.
    mutating func policies(_ node: YAMLNode?, over base: JobPolicy) -> [QueueName: JobPolicy] {
        guard let node else { return [:] }
        var policies: [QueueName: JobPolicy] = [:]
        for (text, node) in members(node, "queues").sorted(by: { $0.value.line < $1.value.line }) {
            guard let name = try? QueueName(text) else {
                refuse("queues.\(text)", node.line, "is no name of a queue")
                continue
            }
            policies[name] = policy(node, "queues.\(text)", over: base)
        }
        return policies
    }

    private mutating func variables(_ node: YAMLNode?, _ place: String) -> [EnvironmentRule]? {
        guard let node, let texts = texts(node, place) else { return nil }
        return texts.compactMap { text in
            guard let rule = EnvironmentRule(text) else {
                refuse(place, node.line, "\(text) is no name of a variable, nor the beginning of one and *")
                return nil
            }
            return rule
        }
    }

    private mutating func secrets(_ node: YAMLNode?, _ place: String) -> [String]? {
        guard let node, let texts = texts(node, place) else { return nil }
        for text in texts where !text.hasPrefix("file:") && !text.hasPrefix("variable:") {
            if let first = text.utf8.first, "*?[".utf8.contains(first) { continue }
            refuse(place, node.line, "\(text) matches no secret; begin with file:, variable: or *")
        }
        return texts
    }

    private mutating func user(_ node: YAMLNode?, _ place: String) -> UserAccount? {
        guard let node, let name = text(node, place) else { return nil }
        guard let user = UserAccount(named: name) else {
            warn(place, node.line, "there is no user \(name) on this machine")
            return nil
        }
        if user.groups.count > ProcessIdentity.groupLimit {
            warn(
                place,
                node.line,
                "\(name) is in \(user.groups.count) groups; at most \(ProcessIdentity.groupLimit) can be given to a process"
            )
        }
        if geteuid() != 0, user.uid != geteuid() {
            warn(place, node.line, "only a worker of root can run jobs as another user")
        }
        return user
    }
}
