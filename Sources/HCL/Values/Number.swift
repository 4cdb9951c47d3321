/// A number of the language: a binary float with 512 bits of precision, as Terraform's; ordinary integers are kept as such.
package enum Number: Sendable {
    case integer(Int64)
    case big(BigNumber)
}
