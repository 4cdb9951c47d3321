import DockerEngine
import DockerTestSupport
import JSON
import NIOCore
import ProviderKit
import Synchronization
import Testing

@testable import DockerProvider

@Suite("what is Berth's in an engine", .enabled(if: TestEngine.isAvailable, Comment(rawValue: TestEngine.reason)))
struct InventoryTests {
    private let client: DockerClient

    init() async throws { client = try await TestEngine.shared.client() }

    private func labels(_ deployment: String, _ workspace: String, _ key: String) -> JSONValue {
        [
            "berth.deployment": .string(deployment), "berth.workspace": .string(workspace), "berth.change": .string(key),
            "berth.build": "b1",
        ]
    }

    /// One of each kind, for a workspace: a running container of the image, in the network, with the volume.
    private func make(_ deployment: String, _ workspace: String) async throws {
        let name = "\(deployment)-\(workspace)"
        func labels(_ key: String) -> JSONValue { self.labels(deployment, workspace, "\(name)-\(key)") }
        _ = try await client.createVolume(["Name": .string(name), "Labels": labels("v")])
        _ = try await client.createNetwork(["Name": .string(name), "Labels": labels("n")])
        try await build("berth.test/\(name):1", labels("i"))
        let made = try await client.createContainer(
            [
                "Image": .string("berth.test/\(name):1"), "Cmd": ["sleep", "1000"], "Labels": labels("c"),
                "HostConfig": ["Binds": [.string("\(name):/data")], "NetworkMode": .string(name)],
            ], name: name)
        try await client.startContainer(try #require(made["Id"]?.stringValue))
    }

    private func build(_ name: String, _ labels: JSONValue) async throws {
        var archive = TarArchive()
        archive.addFile("Dockerfile", Array("FROM \(TestEngine.image)\n".utf8))
        try await client.build(archive.finished(), query: [("t", name), ("labels", labels.serialized())]) { _ in }
    }

    /// `container a`, in order.
    private func names(_ objects: [DockerObject]) -> [String] { objects.map { "\($0.kind.rawValue) \($0.name)" } }

    @Test("everything with all labels is listed, with its type, age and whether it runs, and nothing else")
    func inventory() async throws {
        let operations = DockerOperations(client: client, labels: [:])
        for workspace in ["w1", "w2"] { try await make("inv", workspace) }
        let one = try await operations.inventory(labels: ["berth.deployment": "inv", "berth.workspace": "w1"])
        #expect(names(one) == ["container inv-w1", "network inv-w1", "volume inv-w1", "image berth.test/inv-w1:1"])
        #expect(one.map(\.kind.resourceType) == ["docker_container", "docker_network", "docker_volume", "docker_image"])
        #expect(one.map(\.isRunning) == [true, false, false, false])
        for object in one {
            #expect(object.labels["berth.build"] == "b1" && !object.id.isEmpty)
            #expect(object.created?.wholeMatch(of: /20[0-9]{2}-[0-9]{2}-[0-9]{2}T[0-9:]{8}Z/) != nil, "\(object)")
        }
        #expect(try await operations.inventory(labels: ["berth.deployment": "inv"]).count == 8)
        #expect(try await operations.inventory(labels: ["berth.deployment": "in"]).isEmpty)
        await #expect(throws: ProviderError.self) { _ = try await operations.inventory(labels: [:]) }
        let report = try await operations.pruneOrphans(
            deployment: "inv", keeping: [], includesData: true, ageSecondsMin: 0, dryRun: false)
        #expect(report.removed.count == 8 && report.failures.isEmpty, "\(report)")
        #expect(try await operations.inventory(labels: ["berth.deployment": "inv"]).isEmpty)
    }

    @Test("what a template makes carries all labels, also the volumes made on the way; another build's labels change nothing")
    func ownership() async throws {
        let labels = "labels {\n label = \"berth.owner\"\n value = \"not me\"\n }\n labels {\n label = \"mine\"\n value = \"1\"\n }\n"
        let template = try await DockerTemplate(
            """
            resource "docker_volume" "a" {
              name = "own-v"
              \(labels)
            }
            resource "docker_network" "a" {
              name = "own-n"
              \(labels)
            }
            resource "docker_image" "a" {
              name = "berth.test/own:1"
              build {
                context = "."
              }
            }
            resource "docker_container" "a" {
              name           = "own-c"
              image          = docker_image.a.image_id
              command        = ["sleep", "1000"]
              remove_volumes = false
              \(labels)
              volumes {
                volume_name    = "own-implicit"
                container_path = "/implicit"
              }
              volumes {
                container_path = "/anonymous"
              }
              mounts {
                type   = "volume"
                target = "/mounted"
                source = "own-mounted"
              }
            }
            """)
        try template.write("FROM \(TestEngine.image)\n", to: "Dockerfile")
        let deployment = ["berth.deployment": "own", "berth.workspace": "w1", "berth.owner": "o1"]
        template.ownLabels = deployment.merging(["berth.build": "b1"]) { $1 }
        try await template.apply()
        let operations = DockerOperations(client: client, labels: [:])
        let objects = try await operations.inventory(labels: template.ownLabels)
        let kinds = Dictionary(grouping: objects, by: \.kind).mapValues(\.count)
        #expect(kinds == [.container: 1, .network: 1, .volume: 4, .image: 1], "\(names(objects))")
        #expect(objects.allSatisfy { $0.labels["berth.change"]?.isEmpty == false })
        #expect(objects.count { $0.labels["mine"] == "1" } == 3)
        template.ownLabels["berth.build"] = "b2"
        #expect(try await template.changes() == [])
        try await template.destroy()
        let left = try await operations.pruneOrphans(
            deployment: "own", keeping: [], includesData: true, ageSecondsMin: 0, dryRun: false)
        #expect(left.removed.count == 3 && left.failures.isEmpty, "\(left)")
    }

    @Test("orphans go and nothing else does: not what others made, what a workspace has, or what may hold data")
    func prune() async throws {
        let operations = DockerOperations(client: client, labels: [:])
        for workspace in ["gone", "kept"] { try await make("prn", workspace) }
        try await make("prn2", "gone")
        // Somebody else's: in the orphan's network, of the orphan's image (whose labels it gets), and without labels.
        let user = try await client.createContainer(["Image": .string("berth.test/prn-gone:1")], name: "prn-user")
        let guest = try await client.createContainer(
            [
                "Image": .string(TestEngine.image), "Cmd": ["sleep", "1000"],
                "HostConfig": ["NetworkMode": "prn-gone"], "Labels": ["berth.workspace": "gone"],
            ], name: "prn-guest")
        try await client.startContainer("prn-guest")
        _ = try await client.createVolume(["Name": "prn-foreign"])

        let young = try await operations.pruneOrphans(deployment: "prn", keeping: ["kept"], dryRun: false)
        #expect(young.removed.isEmpty && young.entries.count == 4)
        let look = try await operations.pruneOrphans(deployment: "prn", keeping: ["kept"], ageSecondsMin: 0, dryRun: true)
        #expect(names(look.removable) == ["container prn-gone", "network prn-gone", "image berth.test/prn-gone:1"])
        #expect(look.entries.map(\.outcome).contains(.kept("it may hold a user's data")))
        #expect(try await operations.inventory(labels: ["berth.deployment": "prn"]).count == 8)

        let told = Mutex(0)
        let report = try await operations.pruneOrphans(deployment: "prn", keeping: ["kept"], ageSecondsMin: 0, dryRun: false) { _ in
            told.withLock { $0 += 1 }
        }
        #expect(names(report.removed) == ["container prn-gone"] && told.withLock(\.self) == 4)
        #expect(report.failures.count == 1 && report.failures[0].reason.contains("has active endpoints"), "\(report)")
        #expect(report.entries.contains { $0.outcome == .kept("the container \"prn-user\" was made of it") })
        #expect(try await client.container("prn-user")["Id"] == user["Id"])
        #expect(try await client.container("prn-guest")["Id"] == guest["Id"])
        for name in ["prn-user", "prn-guest"] { try await client.removeContainer(name) }

        let rest = try await operations.pruneOrphans(
            deployment: "prn", keeping: ["kept"], includesData: true, ageSecondsMin: 0, dryRun: false)
        #expect(names(rest.removed) == ["network prn-gone", "volume prn-gone", "image berth.test/prn-gone:1"], "\(rest)")
        #expect(try await operations.inventory(labels: ["berth.deployment": "prn"]).count == 4)
        #expect(try await operations.inventory(labels: ["berth.deployment": "prn2"]).count == 4)
        #expect(try await client.volume("prn-foreign")["Labels"]?.isNull == true)
        try await client.removeVolume("prn-foreign")
        await #expect(throws: ProviderError.self) {
            _ = try await operations.pruneOrphans(deployment: "", keeping: [], dryRun: true)
        }
        for deployment in ["prn", "prn2"] {
            _ = try await operations.pruneOrphans(
                deployment: deployment, keeping: [], includesData: true, ageSecondsMin: 0, dryRun: false)
        }
    }
}
