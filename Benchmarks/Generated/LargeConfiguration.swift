/// A configuration of 2,000 objects that needs no provider but the built-in one, so that Terraform can run it offline.
///
/// Services of ten, each after the one before it; forty resources with `for_each`; twenty calls of a module. Arguments refer to
/// variables, locals, other resources and outputs of modules, as those of a grown configuration do.
struct LargeConfiguration {
    /// 1200 + 40 · 10 + 20 · 20.
    static let resources = 2000

    /// The texts of the files, by path.
    var files: [String: String] {
        ["main.tf": settings + outputs, "services.tf": services, "regions.tf": regions, "teams.tf": teams, "modules/team/main.tf": team]
    }

    /// Several megabytes of it, as one file.
    var repeatedText: [UInt8] {
        let text = files.sorted { $0.key < $1.key }.map(\.value).joined(separator: "\n")
        return Array(String(repeating: text, count: 8).utf8)
    }

    private var settings: String {
        """
        variable "environment" {
          type        = string
          description = "Where this runs."
          default     = "staging"
          validation {
            condition     = contains(["staging", "production"], var.environment)
            error_message = "The environment must be staging or production."
          }
        }

        variable "size" {
          type    = number
          default = 3
        }

        locals {
          prefix  = "acme-${var.environment}"
          regions = { for index in range(10) : format("eu-%02d", index) => { zone = index % 3, weight = index * 10 } }
          labels = {
            environment = var.environment
            managed_by  = "berth"
            size        = tostring(var.size)
          }
          members = [for index in range(5) : "member-${index}"]
        }

        """
    }

    private var services: String {
        (0..<1200).map { index in
            let dependency = index % 10 == 0 ? "local.prefix" : "terraform_data.service_\(index - 1).id"
            return """
                # Service \(index) of the platform.
                resource "terraform_data" "service_\(index)" {
                  input = {
                    name     = "${local.prefix}-service-\(index)"
                    replicas = var.size > 2 ? var.size * \(index % 4 + 1) : 1
                    after    = \(dependency)
                    labels   = merge(local.labels, { service = "service-\(index)", tier = "\(index % 2 == 0 ? "web" : "batch")" })
                    command  = ["serve", "--port", tostring(8000 + \(index)), "--members", join(",", local.members)]
                  }
                  triggers_replace = [local.prefix, "\(index / 100)"]
                }


                """
        }.joined()
    }

    private var regions: String {
        (0..<40).map { index in
            """
            resource "terraform_data" "region_\(index)" {
              for_each = local.regions
              input = {
                region = each.key
                zone   = "${each.key}-${each.value.zone}"
                weight = each.value.weight + \(index)
                name   = upper(replace("${local.prefix}/${each.key}", "/", "_"))
                peer   = terraform_data.service_\(index * 10).output.name
              }
            }


            """
        }.joined()
    }

    private var teams: String {
        (0..<20).map { index in
            """
            module "team_\(index)" {
              source = "./modules/team"
              name   = "team-\(index)"
              labels = merge(local.labels, { team = "\(index)" })
              parent = \(index == 0 ? "local.prefix" : "module.team_\(index - 1).root")
            }


            """
        }.joined()
    }

    private var team: String {
        """
        variable "name" { type = string }
        variable "labels" { type = map(string) }
        variable "parent" { type = string }

        locals {
          owner = lower("${var.parent}/${var.name}")
        }

        resource "terraform_data" "root" {
          input = { name = var.name, owner = local.owner, labels = var.labels }
        }

        resource "terraform_data" "member" {
          count = 9
          input = "${var.name}-${count.index}-${length(terraform_data.root.input.labels)}"
        }

        output "root" { value = terraform_data.root.input.name }
        output "members" { value = terraform_data.member[*].id }

        """
            + (0..<10).map { index in
                """
                resource "terraform_data" "part_\(index)" {
                  input = {
                    owner  = local.owner
                    member = terraform_data.member[\(index % 9)].input
                    labels = [for key, value in var.labels : "${key}=${value}" if value != ""]
                  }
                }

                """
            }.joined()
    }

    private var outputs: String {
        (0..<20).map { index in
            """
            output "team_\(index)" {
              value = module.team_\(index).members
            }

            """
        }.joined() + """
            output "names" {
              value = [for service in [terraform_data.service_0, terraform_data.service_1, terraform_data.service_2] : service.input.name]
            }

            """
    }
}
