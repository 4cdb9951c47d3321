import DockerEngine
import DockerTestSupport
import HCL
import JSON
import Synchronization
import TemplateEngine
import TemplateState
import Testing

@testable import DockerProvider

@Suite(
    "images in a real registry", .enabled(if: TestRegistry.isAvailable, Comment(rawValue: TestRegistry.reason)), .serialized)
struct RegistryTests {
    /// A provider block with credentials.
    private static func provider(_ address: String, _ password: String = "s3cret") -> String {
        """
        provider "docker" {
          registry_auth {
            address  = "\(address)"
            username = "ada"
            password = "\(password)"
          }
        }
        """
    }

    private static func push(_ image: String, _ more: String = "") -> String {
        """
        resource "docker_tag" "t" {
          source_image = "\(TestEngine.image)"
          target_image = "\(image)"
        }
        resource "docker_registry_image" "i" {
          name = docker_tag.t.target_image
          \(more)
        }
        """
    }

    @Test("an image is pushed, read, pulled anew, and removed from the registry; a second plan changes nothing")
    func life() async throws {
        let address = try await TestRegistry.shared.address()
        let image = "\(address)/team/app:1.2.3"
        let reader = """
            data "docker_registry_image" "d" {
              name       = "\(image)"
              depends_on = [docker_registry_image.i]
            }
            data "docker_registry_image_tags" "all" {
              name       = "\(address)/team/app"
              depends_on = [docker_registry_image.i]
            }
            data "docker_registry_image_tags" "stable" {
              name          = "\(address)/team/app"
              strict_semver = true
              depends_on    = [docker_registry_image.i, docker_registry_image.other]
            }
            resource "docker_tag" "other" {
              source_image = "\(TestEngine.image)"
              target_image = "\(address)/team/app:other"
            }
            resource "docker_registry_image" "other" {
              name          = docker_tag.other.target_image
              keep_remotely = true
            }
            output "same" {
              value = data.docker_registry_image.d.sha256_digest == docker_registry_image.i.sha256_digest
            }
            output "tags" {
              value = data.docker_registry_image_tags.stable.tags
            }
            """
        let head = Self.provider(address) + "\n" + Self.push(image, "triggers = { a = \"1\" }\ntimeouts {\n create = \"5m\"\n}")
        let template = try await DockerTemplate(head + "\n" + reader)
        let events = Mutex<[(String, UInt64, UInt64)]>([])
        let lines = Mutex<[String]>([])
        try await template.apply { event in
            switch event {
            case .progress("docker_registry_image.i", let message, let done, let total):
                events.withLock { $0.append((message, done, total)) }
            case .output(_, let line): lines.withLock { $0.append(line) }
            default: break
            }
        }
        #expect(try await template.changes() == [])
        #expect(template.state?.outputs["same"]?.value.boolValue == true)
        #expect(try template.state?.outputs["tags"]?.value.jsonEncoded() == #"["1.2.3"]"#)
        let last = try #require(events.withLock { $0.last })
        #expect(last.0.hasPrefix("pushing \(image): 1 of 1 layers, ") && last.1 == last.2, "\(last)")
        #expect(!lines.withLock { $0.contains { $0.contains("s3cret") } })
        // Changed in the template only; then pulled by an engine that does not have it.
        try template.write((head + "\n" + reader).replacing("a = \"1\"", with: "a = \"2\""))
        #expect(try await template.changes().contains("docker_registry_image.i replace"))
        try template.write(head + "\n" + reader)
        try await template.client.removeImage(image)
        let pulling = try await DockerTemplate(
            Self.provider(address) + "\nresource \"docker_image\" \"p\" {\n name = \"\(image)\"\n platform = \"linux/amd64\"\n}")
        try await pulling.apply()
        #expect(try await pulling.changes() == [])
        #expect(try pulling.attributes("docker_image.p")["repo_digest"]?.stringValue?.hasPrefix("\(address)/team/app@sha256:") == true)
        try await pulling.destroy()
        try await template.destroy()
        let client = RegistryClient(of: try #require(ImageReference(image)), credentials: TestRegistry.credentials)
        // They have one digest, and a registry removes digests, with all their tags.
        await #expect(throws: RegistryError.self) { _ = try await client.manifest("1.2.3") }
    }

    @Test("who may not is told so, in the registry's words, with what to do", arguments: ["", "wrong"])
    func denied(_ password: String) async throws {
        let address = try await TestRegistry.shared.address()
        let image = "\(address)/denied:1"
        let head = password.isEmpty ? "" : Self.provider(address, password)
        let pushing = try await DockerTemplate(head + "\n" + Self.push(image))
        var failure = await #expect(throws: DockerTemplate.Failure.self) { try await pushing.apply() }
        #expect(failure?.description.contains("Unable to push the image \"\(image)\"") == true)
        #expect(failure?.description.contains("registry_auth") == true, "\(failure.map { "\($0)" } ?? "")")
        for (type, words) in [
            ("resource \"docker_image\"", "registry_auth"), ("data \"docker_registry_image\"", "registry_auth"),
            ("data \"docker_registry_image_tags\"", "authentication required"),
        ] {
            let reading = try await DockerTemplate(head + "\n\(type) \"a\" {\n name = \"\(address)/denied:2\"\n}")
            failure = await #expect(throws: DockerTemplate.Failure.self) { try await reading.apply() }
            #expect(failure?.description.contains(words) == true, "\(type): \(failure.map { "\($0)" } ?? "")")
        }
        try await pushing.destroy()
        try await pushing.client.removeImage(image)
    }

    @Test("auth_config of the resource counts before the provider's; an image that is gone from the registry is pushed again")
    func ownCredentials() async throws {
        let address = try await TestRegistry.shared.address()
        let image = "\(address)/own:1"
        let auth = "auth_config {\n address = \"\(address)\"\n username = \"ada\"\n password = \"s3cret\"\n}"
        let template = try await DockerTemplate(Self.provider(address, "wrong") + "\n" + Self.push(image, auth))
        try await template.apply()
        #expect(try await template.changes() == [])
        let client = RegistryClient(of: try #require(ImageReference(image)), credentials: TestRegistry.credentials)
        let digest = try #require(try template.attributes("docker_registry_image.i")["sha256_digest"]?.stringValue)
        try await client.deleteManifest(digest)
        #expect(try await template.changes() == ["docker_registry_image.i create"])
        try await template.apply()
        #expect(try await client.manifest(digest)["schemaVersion"] == 2)
        try await template.destroy()
        #expect(await isMissing { try await client.manifest(digest) })
        try await template.client.removeImage(image)
    }

    private func isMissing(_ body: () async throws -> JSONValue) async -> Bool {
        do {
            _ = try await body()
            return false
        } catch let error as RegistryError {
            return error.isNotFound
        } catch {
            return false
        }
    }

    @Test(
        "an image is built and pushed at once; with pull triggers it is pulled even if one of the name is there, and force_remove removes what is used"
    )
    func buildAndTriggers() async throws {
        let address = try await TestRegistry.shared.address()
        let image = "\(address)/built:1"
        let build = "build {\n context = \"app\"\n}"
        let template = try await DockerTemplate(
            Self.provider(address) + "\nresource \"docker_registry_image\" \"i\" {\n name = \"\(image)\"\n \(build)\n}")
        try template.write("FROM \(TestEngine.image)\nENV WHO=registry\n", to: "app/Dockerfile")
        try await template.apply()
        #expect(try await template.changes() == [])
        let client = template.client
        // Another image takes the name here; the registry still has the first.
        try await client.tag(TestEngine.image, as: try #require(ImageReference(image)))
        func pull(_ more: String) -> String {
            Self.provider(address) + "\nresource \"docker_image\" \"p\" {\n name = \"\(image)\"\n force_remove = true\n \(more)\n}"
        }
        let pulling = try await DockerTemplate(pull(""))
        try await pulling.apply()
        #expect(try await client.image(image).at("Config|Env") == ["PATH=/bin", "FROM_IMAGE=1"])
        try pulling.write(pull("pull_triggers = [\"1\"]"))
        #expect(try await pulling.changes() == ["docker_image.p replace"])
        try await pulling.apply()
        #expect(try await client.image(image).at("Config|Env|2") == "WHO=registry")
        #expect(try await pulling.changes() == [])
        let id = try #require(try await client.createContainer(["Image": .string(image)], name: "uses-built")["Id"]?.stringValue)
        try await pulling.destroy()
        await #expect(throws: DockerError.self) { _ = try await client.image(image) }
        try await client.removeContainer(id)
        try await template.destroy()
    }

    @Test("another platform is asked for, though one of the name is there")
    func platform() async throws {
        let image: JSONValue = ["Os": "linux", "Architecture": "arm64", "Variant": "v8"]
        for platform in ["", "linux", "linux/arm64", "linux/aarch64", "Linux/arm64/v8"] { #expect(ImagePull.isOf(platform, image)) }
        for platform in ["windows", "linux/amd64", "linux/arm64/v7"] { #expect(!ImagePull.isOf(platform, image)) }
        let address = try await TestRegistry.shared.address()
        let template = try await DockerTemplate(
            Self.provider(address) + "\nresource \"docker_image\" \"p\" {\n name = \"\(address)/none:1\"\n platform = \"linux/s390x\"\n}")
        try await template.client.tag(TestEngine.image, as: try #require(ImageReference("\(address)/none:1")))
        let failure = await #expect(throws: DockerTemplate.Failure.self) { try await template.apply() }
        #expect(
            failure?.description.contains("Unable to pull") == true && failure?.description.contains("no such tag") == true,
            "\(failure.map { "\($0)" } ?? "")")
        try await template.client.removeImage("\(address)/none:1")
    }
}
