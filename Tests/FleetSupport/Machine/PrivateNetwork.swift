import Foundation
import TestSupport

/// A network namespace, as it were another host, and the cable to it.
package final class PrivateNetwork: Sendable {
    private let name: String
    private let cable: String

    /// The address of this side: what the other side reaches.
    package let outside: String

    package init() throws {
        try Needs.root(to: "make a network namespace")
        try Needs.program("ip", package: "iproute2")
        let number = Int.random(in: 0..<16_000)
        name = "qctl\(getpid())-\(number)"
        cable = "qv\(number)"
        let subnet = "10.213.\(number / 63)."
        let first = number % 63 * 4
        outside = "\(subnet)\(first + 1)"
        try Tool.run("ip", "netns", "add", name)
        do {
            try Tool.run("ip", "link", "add", cable, "type", "veth", "peer", "name", "inside", "netns", name)
            try Tool.run("ip", "address", "add", "\(outside)/30", "dev", cable)
            try Tool.run("ip", "link", "set", cable, "up")
            try Tool.run("ip", "-n", name, "address", "add", "\(subnet)\(first + 2)/30", "dev", "inside")
            try Tool.run("ip", "-n", name, "link", "set", "inside", "up")
            try Tool.run("ip", "-n", name, "link", "set", "lo", "up")
        } catch {
            remove()
            throw error
        }
    }

    /// The words before a command that is to run in there.
    package var enter: [String] { ["ip", "netns", "exec", name] }

    /// Plugs the cable in, or pulls it out.
    package func setUp(_ isUp: Bool) throws {
        try Tool.run("ip", "link", "set", cable, isUp ? "up" : "down")
    }

    /// Removes it, cable included.
    package func remove() {
        do {
            try Tool.run("ip", "netns", "delete", name)
        } catch {
            FileHandle.standardError.write(Data("\(error)\n".utf8))
        }
    }
}
