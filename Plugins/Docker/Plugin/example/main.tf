terraform {
  required_providers {
    coder  = { source = "coder/coder" }
    docker = { source = "kreuzwerker/docker" }
  }
}

provider "docker" {}

data "coder_workspace" "me" {}

locals {
  name = "berth-example-${md5(data.coder_workspace.me.id)}"
}

data "coder_parameter" "size" {
  name    = "size"
  type    = "number"
  default = "10"
  mutable = true
}

data "coder_parameter" "password" {
  name    = "password"
  default = ""
  mutable = true
}

resource "docker_volume" "home" {
  name = "${local.name}-home"
  labels {
    label = "example.size"
    value = data.coder_parameter.size.value
  }
}

resource "docker_network" "private" {
  name     = local.name
  internal = true
  labels {
    label = "example.password"
    value = data.coder_parameter.password.value
  }
}
