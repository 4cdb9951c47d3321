import HCL

enum StandardFunctions { static let table: [String: Function] = [:] }
