/// The text of a template with servers in a cloud, one needing the next.
struct CloudTemplate {
    var endpoint: String
    var zone = "z1"
    var size = "small"
    var lifecycle = ""

    /// `a` needs nothing, `b` needs `a`, and `c` needs `b`.
    var text: String {
        """
        terraform {
          required_providers {
            cloud = { source = "test/cloud" }
          }
        }
        provider "cloud" {
          endpoint = "\(endpoint)"
          token    = "hunter2"
        }
        resource "cloud_server" "a" {
          name = "a"
          zone = "\(zone)"
          size = "\(size)"
          \(lifecycle)
        }
        resource "cloud_server" "b" {
          name  = "b"
          size  = "\(size)"
          needs = [cloud_server.a.id]
        }
        resource "cloud_server" "c" {
          name   = "c"
          zone   = "\(zone)"
          needs  = [cloud_server.b.id]
          secret = "hunter3"
        }
        """
    }
}
