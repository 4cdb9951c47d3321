/// A workspace template as people write them: 12 parameters, presets and tags, with 70 resources that the answers shape.
struct FormTemplate {
    static let resources = 70

    /// The parameter whose answer changes, and answers for it in turn.
    static let changing = (name: "region", answers: ["eu-central", "us-east", "ap-south"])

    /// A template for Coder. Most resources belong to providers that are nowhere: a form does not need them.
    var text: String {
        head + parameters + presets + agents
            + (0..<24).map(container).joined() + (0..<24).map(instance).joined()
    }

    /// As much for the built-in provider only, with variables in place of parameters, so that Terraform can plan it offline.
    var builtinText: String {
        """
        variable "region" {
          type    = string
          default = "eu-central"
          validation {
            condition     = contains(["eu-central", "us-east", "ap-south"], var.region)
            error_message = "There is no such region."
          }
        }
        variable "size" {
          type    = number
          default = 4
        }

        locals {
          prefix = "workspace-${var.region}"
          labels = { region = var.region, size = tostring(var.size) }
        }


        """
            + (0..<Self.resources).map { index in
                """
                resource "terraform_data" "part_\(index)" {
                  count = var.region == "\(index % 3 == 0 ? "us-east" : "eu-central")" ? 1 : 2
                  input = { name = "${local.prefix}-\(index)", labels = merge(local.labels, { part = "\(index)" }), size = var.size * \(index) }
                }


                """
            }.joined()
    }

    private var head: String {
        """
        terraform {
          required_providers {
            coder  = { source = "coder/coder" }
            docker = { source = "kreuzwerker/docker" }
            aws    = { source = "hashicorp/aws" }
          }
        }

        data "coder_workspace" "me" {}
        data "coder_workspace_owner" "me" {}
        data "coder_provisioner" "here" {}

        locals {
          prefix  = "coder-${data.coder_workspace_owner.me.name}-${lower(data.coder_workspace.me.name)}"
          regions = { "eu-central" = ["fra", "muc"], "us-east" = ["iad"], "ap-south" = ["bom", "del", "maa"] }
          zones   = local.regions[data.coder_parameter.region.value]
          sizes   = { for cpu in [2, 4, 8, 16] : tostring(cpu) => cpu * 2 }
          labels  = { owner = data.coder_workspace_owner.me.name, region = data.coder_parameter.region.value }
        }

        data "coder_workspace_tags" "here" {
          tags = {
            region = data.coder_parameter.region.value
            zones  = join(",", local.zones)
            arch   = data.coder_provisioner.here.arch
          }
        }


        """
    }

    private var parameters: String {
        """
        data "coder_parameter" "region" {
          name         = "region"
          display_name = "Region"
          default      = "eu-central"
          order        = 1
          mutable      = true
          dynamic "option" {
            for_each = { "eu-central" = "Frankfurt", "us-east" = "Virginia", "ap-south" = "Mumbai" }
            content {
              name  = option.value
              value = option.key
              icon  = "/icon/${option.key}.svg"
            }
          }
        }

        data "coder_parameter" "zone" {
          name    = "zone"
          default = local.zones[0]
          order   = 2
          mutable = true
          dynamic "option" {
            for_each = local.zones
            content {
              name  = upper(option.value)
              value = option.value
            }
          }
        }

        data "coder_parameter" "cpu" {
          name    = "cpu"
          type    = "number"
          default = data.coder_parameter.region.value == "us-east" ? 8 : 4
          order   = 3
          mutable = true
          dynamic "option" {
            for_each = local.sizes
            content {
              name  = "${option.key} cores, ${option.value} GB"
              value = option.key
            }
          }
        }

        data "coder_parameter" "disk" {
          name    = "disk"
          type    = "number"
          default = 20
          order   = 4
          mutable = true
          validation {
            min   = 10
            max   = data.coder_parameter.cpu.value * 50
            error = "{value} GB is not between {min} and {max}."
          }
        }

        data "coder_parameter" "gpu" {
          count   = data.coder_parameter.region.value == "us-east" ? 1 : 0
          name    = "gpu"
          type    = "bool"
          default = false
          order   = 5
        }

        data "coder_parameter" "tools" {
          name      = "tools"
          type      = "list(string)"
          form_type = "multi-select"
          default   = jsonencode(["git"])
          order     = 6
          mutable   = true
          dynamic "option" {
            for_each = toset(["git", "go", "node", "rust", "swift"])
            content {
              name  = title(option.key)
              value = option.key
            }
          }
        }


        """
            + (7...12).map { index in
                """
                data "coder_parameter" "setting_\(index)" {
                  name        = "setting-\(index)"
                  description = "Used as *${local.prefix}-\(index)* in ${data.coder_parameter.region.value}."
                  default     = "${data.coder_parameter.zone.value}-\(index)"
                  order       = \(index)
                  mutable     = true
                  validation {
                    regex = "^[a-z0-9-]+$"
                    error = "Letters, digits and dashes only."
                  }
                }


                """
            }.joined()
    }

    private var presets: String {
        (0..<3).map { index in
            """
            data "coder_workspace_preset" "preset_\(index)" {
              name       = "Preset \(index)"
              default    = \(index == 0)
              parameters = {
                (data.coder_parameter.region.name) = "\(["eu-central", "us-east", "ap-south"][index])"
                (data.coder_parameter.cpu.name)    = "\([4, 8, 16][index])"
              }
            }


            """
        }.joined()
    }

    /// Two agents, with ten apps each.
    private var agents: String {
        (0..<2).map { agent in
            """
            resource "coder_agent" "agent_\(agent)" {
              arch           = data.coder_provisioner.here.arch
              os             = "linux"
              startup_script = "install ${join(" ", jsondecode(data.coder_parameter.tools.value))}"
              env            = { REGION = data.coder_parameter.region.value, DISK = data.coder_parameter.disk.value }
            }


            """
                + (0..<10).map { app in
                    """
                    resource "coder_app" "app_\(agent)_\(app)" {
                      count    = data.coder_workspace.me.start_count
                      agent_id = coder_agent.agent_\(agent).id
                      slug     = "app-\(agent)-\(app)"
                      url      = "http://localhost:\(8000 + app)"
                    }


                    """
                }.joined()
        }.joined()
    }

    private func container(_ index: Int) -> String {
        """
        resource "docker_container" "container_\(index)" {
          count    = data.coder_workspace.me.start_count
          name     = "${local.prefix}-\(index)"
          image    = "registry.example.com/${data.coder_parameter.region.value}/image:\(index)"
          env      = [for tool in jsondecode(data.coder_parameter.tools.value) : "TOOL_${upper(tool)}=1"]
          cpu_set  = data.coder_parameter.cpu.value
          networks = [\(index == 0 ? "" : "docker_container.container_\(index - 1)[0].id")]
        }


        """
    }

    private func instance(_ index: Int) -> String {
        """
        resource "aws_instance" "instance_\(index)" {
          for_each          = toset(local.zones)
          ami               = "ami-\(index)"
          instance_type     = "t3.${data.coder_parameter.cpu.value}xlarge"
          availability_zone = each.key
          tags              = merge(local.labels, { Name = "${local.prefix}-${each.key}-\(index)" })
          root_block_device {
            volume_size = data.coder_parameter.disk.value
          }
        }


        """
    }
}
