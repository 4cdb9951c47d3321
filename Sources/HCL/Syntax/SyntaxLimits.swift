/// What the parser refuses, so that no input exhausts the stack or the memory.
package enum SyntaxLimits {
    /// Brackets, blocks, operators or templates inside each other.
    ///
    /// A level takes up to 4 KB of stack, and 16 KB without optimization.
    package static let depthMax = 300
    /// Operators of one precedence in a row, which nest in the tree.
    package static let chainMax = 500
    package static let bytesMax = 64 << 20
    package static let tokensMax = 8_000_000
}
