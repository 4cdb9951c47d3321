/// What the parser refuses, so that no input exhausts the stack or the memory.
package enum SyntaxLimits {
    /// Brackets, blocks, operators or templates inside each other; also the operators of one chain.
    package static let depthMax = 500
    package static let bytesMax = 64 << 20
    package static let tokensMax = 8_000_000
}
