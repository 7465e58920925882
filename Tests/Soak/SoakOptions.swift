/// What was asked for on the command line.
struct SoakOptions {
    struct Refusal: Error, CustomStringConvertible {
        let description: String
    }

    var length = Duration.seconds(600)
    var seed = UInt64.random(in: 1...999_999)
    var asJSON = false
    var showsPlan = false

    init(_ words: [String]) throws(Refusal) {
        var rest = words[...]
        while let word = rest.popFirst() {
            switch word {
            case "--json": asJSON = true
            case "--plan": showsPlan = true
            case "--minutes":
                let value = rest.popFirst() ?? ""
                guard let minutes = Double(value), 0.1...1440 ~= minutes else {
                    throw Refusal(description: "--minutes \"\(value)\": give a number from 0.1 to 1440")
                }
                length = .seconds(60) * minutes
            case "--seed":
                let value = rest.popFirst() ?? ""
                guard let number = UInt64(value) else {
                    throw Refusal(description: "--seed \"\(value)\": give a whole number")
                }
                seed = number
            default: throw Refusal(description: "\(word): known are --minutes, --seed, --json and --plan")
            }
        }
    }
}
