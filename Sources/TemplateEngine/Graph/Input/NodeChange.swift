package import ResourceGraph

/// What an operation does with a node. A name of its own, because plans have a `ResourceChange`, too.
package typealias NodeChange = ResourceChange
