/// Texts with everything in them that scanner and parser know.
enum SyntaxSamples {
    static let valid: [String] = [
        "",
        "# only a comment",
        "a = 1\n",
        "a = -1.5e+3 // one\nb = !true /* two */\n",
        "block \"label\" name {\n  nested { a = 1 }\n}\n",
        "a = [1, 2,\n  [3], {x = 1, \"y\" : 2, (z) = 3\n}]\n",
        "a = f(x, y...)\nb = provider::x::f()\n",
        "a = b.c[0].d[\"e\"][f].0.g\n",
        "a = b[*].c[0]\nd = e.*.f.0\n",
        "a = x ? y : z ? 1 : 2\nb = (1\n + 2) * 3 % 4 == 5 && 6 >= 7 || !false\n",
        "a = [for k, v in m : v if k != null]\n",
        "a = {for k, v in m : k => v... if k != \"\"}\n",
        "a = \"x${y}$${z}%%{w}\\n\\u00e9\\U0001F600$\"\n",
        "a = \"${x}\"\nb = \"${~ x ~}  ${\"n ${y}\"}\"\n",
        "a = <<EOT\n  one ${two}\n  %{ if x ~}\n three\n  %{ else }four%{ endif }\n  EOT\n",
        "a = <<-EOT\n    one\n\n      two\n    EOT\nb = 1\n",
        "a = \"%{ for k, v in m }${k}=${v}%{ endfor }\"\n",
        "é = \"日本\" # ü\r\nb = 2\r\n",
        "\u{FEFF}a = 1\n",
    ]

    static let broken: [String] = [
        "a = \"abc\n",
        "a = <<EOT\nno end\n",
        "a = [1, 2\n",
        "a {\n",
        "a = 'x'; b = `y`\n",
        "a = \"${\"\n",
        "a = \"%{ if }\"\nb = \"%{ endfor }\"\n",
        "a = \"\\q\\u12\"\n",
        "/* open",
        "a = 1..2\nb = c.0.1\n",
        "a = {b 1}\n",
        "a = x & y | z ^ ~w\n",
        "a = [for]\nb = {for x y}\n",
        "a = f(1 2)\nb = g(\n",
        "a = x.\nb = x[\nc = x[*\n",
        "~} } ] )\n",
        "a = ?\n",
    ]

    static var all: [String] { valid + broken }
}
