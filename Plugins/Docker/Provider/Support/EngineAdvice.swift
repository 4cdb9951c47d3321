/// What to do about what an engine says.
enum EngineAdvice {
    private static let port = "Choose another external port, or leave it out for one that is free."
    private static let program = "See that the image has the program, that its path is right, and that it may be run."
    private static let capability = "capabilities(7) has the names."
    private static let runtime = "Name a runtime that the engine has, as \"docker info\" lists them, or leave it out."
    private static let account = "Name a user or group that the image has, or its number."

    /// By words that must all be there, in small letters; the first that fits counts.
    private static let known: [(words: [String], advice: String)] = [
        (["port is already allocated"], port), (["address already in use"], port),
        (["no space left on device"], "The engine's disk is full: remove images, containers or volumes that nobody needs."),
        (
            ["pull access denied"],
            "See that the image's name is right, and that registry_auth of the provider has credentials for its registry."
        ),
        (["no basic auth credentials"], "Give registry_auth of the provider credentials for the image's registry."),
        (
            ["denied: requested access"],
            "See that registry_auth of the provider has credentials that may do this in the image's registry."
        ),
        (["unauthorized"], "See that registry_auth of the provider has credentials for the image's registry."),
        (["manifest unknown"], "The registry has no such tag."),
        (["/v2/"], "See that the image's name is right, and that the engine's machine reaches its registry."),
        (
            ["not a swarm manager"],
            "Services, secrets and configs are kept by a swarm. Run \"docker swarm init\" on the engine's machine, or let host of the provider name a manager."
        ),
        (
            ["is already in use by container"],
            "A container that is not of this template has the name: choose another name, or remove it."
        ),
        (["network with name"], "A network that is not of this template has the name: choose another name, or remove it."),
        (["network ", " not found"], "Correct the name, or make the network with a docker_network and refer to that."),
        (["pool overlaps"], "Another network uses these addresses: choose another subnet."),
        (
            ["non-overlapping ipv4"],
            "The engine has no free addresses for one more network: give a subnet, or remove networks that nobody needs."
        ),
        (["unknown runtime"], runtime), (["runtime name"], runtime),
        (["bind source path does not exist"], "Correct the path, or make it: it must be on the engine's machine."),
        (["invalid capadd"], capability), (["invalid capdrop"], capability),
        (["minimum memory limit allowed"], "Limits are in MiB: give more, or leave it out for no limit."),
        (["executable file not found"], program), (["container process: exec:"], program), (["caused: exec:"], program),
        (["container init: exec:"], program),
        (["unable to find user"], account), (["no matching entries in passwd file"], account), (["unable to find group"], account),
        (
            ["could not select device driver"],
            "The engine's machine needs the card and the NVIDIA Container Toolkit; without them, leave it out."
        ),
        (["logging plugin"], "Name a log driver that the engine has, as \"docker info\" lists them."),
        (["unknown instruction"], "Correct the Dockerfile."), (["parse error"], "Correct the Dockerfile."),
        (["returned a non-zero code"], "What the command printed is in the log of the build."),
    ]

    /// Nil where nothing is known that the words do not say.
    static func on(_ words: String) -> String? {
        let words = words.lowercased()
        return known.first { $0.words.allSatisfy { words.contains($0) } }?.advice
    }
}
