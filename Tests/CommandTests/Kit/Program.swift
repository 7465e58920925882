import Foundation
import Glibc
import TestSupport

/// The binary that the tests run, as it was built with them.
enum Program {
    /// Beside the test bundle; otherwise where a plain `swift build` puts it.
    static let path: String = {
        let bundle = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent()
        let beside = bundle.appending(path: "queuectl").path
        if access(beside, X_OK) == 0 { return beside }
        let package = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../..").standardized
        return package.appending(path: ".build/debug/queuectl").path
    }()

    /// The folder that it is in, for a `PATH`.
    static var folder: String { URL(filePath: path).deletingLastPathComponent().path }
}
