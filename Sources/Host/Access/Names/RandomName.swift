/// Names for things that nobody has named: `calm-heron-42`.
package enum RandomName {
    /// A name that follows ``NameRules``, and is new most of the time: there are two million.
    package static func make() -> String {
        var generator = SystemRandomNumberGenerator()
        return make(using: &generator)
    }

    /// A name by the generator's choice.
    package static func make(using generator: inout some RandomNumberGenerator) -> String {
        let adjective = adjectives[Int.random(in: adjectives.indices, using: &generator)]
        let noun = nouns[Int.random(in: nouns.indices, using: &generator)]
        return "\(adjective)-\(noun)-\(Int.random(in: 0..<1000, using: &generator))"
    }

    private static let adjectives = [
        "amber", "ample", "blue", "bold", "brave", "brisk", "calm", "clear", "clever", "cosy", "crisp", "eager", "early", "fair", "fleet",
        "fond", "fresh", "gentle", "glad", "golden", "grand", "green", "happy", "keen", "kind", "light", "lively", "lucky", "mellow",
        "merry", "mild", "neat", "noble", "patient", "plain", "proud", "quick", "quiet", "ready", "round", "sharp", "shiny", "silver",
        "smooth", "steady", "sunny", "swift", "tidy", "warm", "wise",
    ]
    private static let nouns = [
        "anchor", "bay", "beacon", "boat", "bridge", "buoy", "canal", "cape", "cliff", "coast", "compass", "cove", "crane", "current",
        "deck", "dock", "dune", "ferry", "fjord", "gale", "gull", "harbour", "heron", "island", "jetty", "keel", "lagoon", "lantern",
        "mast", "oar", "pier", "pilot", "quay", "reef", "rudder", "sail", "shore", "sound", "strait", "tern", "tide", "wave", "wharf",
    ]
}
