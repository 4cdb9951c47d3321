import HCL
import ProviderKit

/// `random_pet`: a name of words that people can remember.
struct RandomPet: ResourceType {
    var schema: Schema {
        Schema(
            BlockSchema(attributes: [
                "keepers": .keepers,
                "length": .input(.number, "The length (in words) of the pet name.", .optionalComputed, fallback: .integer(2)),
                "prefix": .input(.string, "A string to prefix the name with."),
                "separator": .input(.string, "The character to separate words in the pet name.", .optionalComputed, fallback: .string("-")),
                "id": .result("The random pet name."),
            ]))
    }

    /// More words than anybody remembers.
    private static let lengthMax = 1000

    func plan(_ change: inout PlannedChange, _ operation: ProviderOperation) async throws { ReplacingMap.plan("keepers", &change) }

    func create(_ planned: Value, _ operation: ProviderOperation) async throws -> Value {
        let length = planned.integer("length") ?? 2
        guard length <= Self.lengthMax else {
            throw ProviderError(
                "Create Random Pet Error", "length must be at most \(Self.lengthMax), got: \(length).", at: .attribute("length"))
        }
        let separator = planned.string("separator") ?? "-"
        var words = (0..<max(0, length - 2)).compactMap { _ in PetWords.adverbs.randomElement() }
        if length != 1, let adjective = PetWords.adjectives.randomElement() { words.append(adjective) }
        if let name = PetWords.names.randomElement() { words.append(name) }
        var name = words.joined(separator: separator.lowercased())
        if let prefix = planned.string("prefix"), !prefix.isEmpty { name = prefix + separator + name }
        return planned.setting(["id": .string(name)])
    }
}

/// The words that names of pets are made of.
enum PetWords {
    static let adverbs = words(
        """
        barely boldly bravely brightly calmly cheerfully cleverly daily deeply eagerly early easily evenly fairly fondly freely \
        gently gladly happily hourly kindly lately lightly loudly merrily mildly mostly neatly nicely nightly oddly openly \
        partly politely proudly purely quickly quietly rarely readily really rightly sharply shortly silently simply slowly \
        smoothly softly steadily strongly surely swiftly truly utterly vastly warmly wholly wildly wisely yearly
        """)

    static let adjectives = words(
        """
        able amber ample apt autumn azure balmy bold brave breezy bright brisk busy calm candid careful cheerful clean clear \
        clever cosmic cozy crisp curious dapper daring dear deft eager early earnest easy fair famous fancy fearless festive \
        fine fluent fond frank free fresh friendly frosty gentle giddy glad golden grand green happy hardy hearty honest humble \
        jolly jovial keen kind lively loyal lucky lunar mellow merry mighty misty modest neat nimble noble novel patient plucky \
        polite proud pure quick quiet rapid ready regal rosy royal sharp shiny silver simple sleek smart snowy solar spry stable \
        steady sturdy sunny super sweet swift tender tidy tough tranquil true upbeat velvet vivid warm welcome wise witty young
        """)

    static let names = words(
        """
        adder albatross alpaca ant badger bat bear beaver bee beetle bison bobcat buffalo bull camel caribou cat cheetah chipmunk \
        cod collie condor corgi cougar cow coyote crab crane cricket crow deer dingo dolphin donkey dove dragonfly duck eagle eel \
        egret elephant elk falcon ferret finch fish flamingo fox frog gazelle gecko gerbil gibbon giraffe goat goose gopher \
        grouse gull hamster hare hawk hedgehog heron hippo horse husky ibex ibis iguana jackal jaguar jay kangaroo kestrel kitten \
        kiwi koala lark lemming lemur leopard lion lizard llama lobster lynx macaw magpie manatee marmot marten meerkat mole \
        mongoose moose moth mouse mule newt octopus okapi opossum orca osprey ostrich otter owl ox oyster panda panther parrot \
        peacock pelican penguin perch pheasant pigeon pike pony poodle puffin puma quail rabbit raccoon ram raven robin salmon \
        seahorse seal shark sheep shrew shrimp sloth snail sparrow spider squid squirrel stag starling stork swallow swan tapir \
        terrier tiger toad tortoise toucan trout tuna turkey turtle viper vole walrus wasp weasel whale wolf wombat wren yak zebra
        """)

    private static func words(_ text: String) -> [String] { text.split(separator: " ").map { String($0) } }
}
