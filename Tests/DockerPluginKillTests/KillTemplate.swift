/// The standard Docker template, with a network and an image of its own.
enum KillTemplate {
    static let text = """
        terraform {
          required_providers {
            coder  = { source = "coder/coder" }
            docker = { source = "kreuzwerker/docker" }
          }
        }

        data "coder_workspace" "me" {}
        data "coder_workspace_owner" "me" {}

        resource "coder_agent" "main" {
          arch = "amd64"
          os   = "linux"
        }

        resource "random_id" "run" {
          byte_length = 4
        }

        resource "docker_volume" "home" {
          name = "kill-${data.coder_workspace.me.id}-home"
          lifecycle {
            ignore_changes = all
          }
          labels {
            label = "coder.workspace_id"
            value = data.coder_workspace.me.id
          }
        }

        resource "docker_network" "private" {
          name = "kill-${data.coder_workspace.me.id}"
        }

        resource "docker_image" "main" {
          name = "berth.test/kill-${data.coder_workspace.me.id}:1"
          build {
            context = "image"
          }
        }

        resource "docker_container" "workspace" {
          count      = data.coder_workspace.me.start_count
          name       = "kill-${data.coder_workspace.me.id}"
          image      = docker_image.main.image_id
          hostname   = data.coder_workspace.me.name
          entrypoint = ["sh", "-c", "sleep 1000"]
          env        = ["CODER_AGENT_TOKEN=${coder_agent.main.token}", "RUN=${random_id.run.hex}"]
          host {
            host = "host.docker.internal"
            ip   = "host-gateway"
          }
          networks_advanced {
            name = docker_network.private.name
          }
          volumes {
            container_path = "/home/coder"
            volume_name    = docker_volume.home.name
            read_only      = false
          }
        }

        resource "null_resource" "after" {
          count    = data.coder_workspace.me.start_count
          triggers = { container = docker_container.workspace[0].id }
        }
        """
}
