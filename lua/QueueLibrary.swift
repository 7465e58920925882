/// The functions that other services call, as one Redis Function library.
///
/// Its name is the version of the push contract that it keeps: the next one will be another library, with functions of other
/// names, so that two releases can share a server.
public enum QueueLibrary {
    /// The name of the library.
    public static let name = "queuectl"
    /// The function that adds a job.
    public static let enqueue = "queuectl_enqueue"

    /// The code, as `FUNCTION LOAD` takes it: the same shared parts as in the scripts, around which a function has its keys
    /// from the one that it is called with.
    ///
    /// - Parameter keyNames: The fixed keys of a queue, behind its prefix, in the order of the scripts.
    public static func source(keyNames: [String]) -> String {
        let head = [PackageResources.function_keys_lua, PackageResources.common_lua]
        let parts = [
            PackageResources.index_lua, PackageResources.rights_lua, PackageResources.gone_lua,
            PackageResources.signed_lua, PackageResources.new_id_lua, PackageResources.queuectl_enqueue_lua,
        ]
        func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
        let lines =
            [
                "#!lua name=\(name)", "local NAMES = {\(keyNames.map { "'\($0)'" }.joined(separator: ", "))}",
                "local function \(enqueue)(keys, arguments)",
            ] + head.map(text) + ["return (function()"] + parts.map(text) + [
                "end)()", "end", "redis.register_function('\(enqueue)', \(enqueue))", "",
            ]
        return lines.joined(separator: "\n")
    }
}
