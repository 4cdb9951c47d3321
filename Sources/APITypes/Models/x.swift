package struct APIResponse: Codable, Sendable { package var message: String; package var detail: String? }
