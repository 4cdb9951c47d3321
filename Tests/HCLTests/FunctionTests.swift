import HCL
import Testing

struct FunctionTests {
    @Test(
        "numbers",
        arguments: [
            ("ceil(-0.5)", "0"), ("pow(2, 10)", "1024"), ("parseint(\"zZ\", 62)", "2231"), ("signum(-3)", "-1"),
            ("max(1, \"2\")", "2"), ("log(8, 2)", "3"), ("pow(-8, 1/3)", "Call to function \"pow\" failed: result is not a number."),
        ])
    func numbers(call: String, result: String) { #expect(Call.outcome(call) == result) }

    @Test(
        "strings",
        arguments: [
            (#"title("hello-world é")"#, #""Hello-World É""#), (#"substr("hello", -3, 2)"#, #""ll""#),
            (#"substr("hello", -2, 0)"#, #""lo""#), (#"length("नमस्ते")"#, "4"), (#"strrev("a👨‍👩‍👧b")"#, #""b👨‍👩‍👧a""#),
            (#"chomp("a\r\n\n")"#, #""a""#), (#"split("", "ab")"#, #"["a","b"]"#), (#"trim("éaé", "é")"#, #""a""#),
            (#"upper("ß")"#, #""ß""#), (#"join(",", ["a", null])"#, joinsNull),
        ])
    func strings(call: String, result: String) { #expect(Call.outcome(call) == result) }

    private static let joinsNull = #"Invalid value for "lists" parameter: element 1 is null; cannot concatenate null values."#

    @Test(
        "regular expressions are those of Go",
        arguments: [
            (#"regex("(?<n>a)", "a").n"#, #""a""#), (#"regexall("a*", "baac")"#, #"["","aa",""]"#),
            (#"replace("abc", "/(b)/", "$1x")"#, #""ac""#), (#"replace("abc", "/x*/", "-")"#, #""-a-b-c-""#),
            (#"replace("abc", "", "-")"#, #""-a-b-c-""#),
            (
                #"regex("(?<=a)b", "ab")"#,
                #"Invalid value for "pattern" parameter: invalid regexp pattern: invalid named capture in (?<=a)b."#
            ),
        ])
    func regularExpressions(call: String, result: String) { #expect(Call.outcome(call) == result) }

    @Test(
        "verbs",
        arguments: [
            (#"format("%08.3f|%-5d|%+d", -3.14159, 5, 7)"#, #""-003.142|5    |+7""#),
            (#"format("%v %s", 1e10, 1e10)"#, #""1e+10 10000000000""#),
            (#"format("%.0f %.0f", 0.5, 1.5)"#, #""0 2""#), (#"format("%#x %o %b", 255, 8, 5)"#, #""0xff 10 101""#),
            (#"format("%[2]s %[1]s", "a", "b")"#, #""b a""#), (#"format("%10s|", "日本")"#, #""        日本|""#),
            (#"format("%.20f", 0.1)"#, #""0.10000000000000000000""#), (#"format("%g", 0.00001234)"#, #""1.234e-05""#),
        ])
    func verbs(call: String, result: String) { #expect(Call.outcome(call) == result) }

    @Test(
        "dates",
        arguments: [
            (#"formatdate("EEE, DD MMM YYYY HH:mmAA ZZZ", "2018-01-02T23:12:01+05:30")"#, #""Tue, 02 Jan 2018 11:12PM +0530""#),
            (#"timeadd("2016-02-28T23:59:59Z", "1s")"#, #""2016-02-29T00:00:00Z""#),
            (#"timeadd("1969-12-31T23:59:59Z", "-48h")"#, #""1969-12-29T23:59:59Z""#),
            (#"timecmp("2018-01-02T03:12:01+01:00", "2018-01-02T02:12:01Z")"#, "0"),
        ])
    func dates(call: String, result: String) { #expect(Call.outcome(call) == result) }

    @Test(
        "networks",
        arguments: [
            (#"cidrhost("10.0.0.0/8", -1)"#, #""10.255.255.255""#), (#"cidrhost("2001:db8::/64", 5)"#, #""2001:db8::5""#),
            (#"cidrsubnet("2001:db8::/32", 32, 5)"#, #""2001:db8:0:5::/64""#), (#"cidrnetmask("10.0.0.0/12")"#, #""255.240.0.0""#),
            (#"cidrsubnets("10.1.0.0/16", 4, 4, 8)"#, #"["10.1.0.0/20","10.1.16.0/20","10.1.32.0/24"]"#),
            (#"cidrsubnet("10.0.0.0/8", 8, -1)"#, #""0.1.0.0/16""#),
        ])
    func networks(call: String, result: String) { #expect(Call.outcome(call) == result) }

    @Test(
        "YAML",
        arguments: [
            (#"yamldecode("a: 017\nb: 0x1F\nc: yes\nd: 1_000\n")"#, #"{"a":17,"b":31,"c":true,"d":"1_000"}"#),
            (#"yamldecode("a: &x {k: 1}\nb:\n  <<: *x\n  j: 2\n")"#, #"{"a":{"k":1},"b":{"j":2,"k":1}}"#),
            (
                #"yamldecode("--- 1\n--- 2\n")"#,
                #"Call to function "yamldecode" failed: on line 1, column 1: unexpected extra content after value."#
            ),
            (#"yamlencode({ a = [1, { b = null }], c = "x\ny\n" })"#, #""\"a\":\n- 1\n- \"b\": null\n\"c\": |\n  x\n  y\n""#),
        ])
    func yaml(call: String, result: String) { #expect(Call.outcome(call) == result) }

    @Test("a document whose aliases multiply is refused")
    func aliases() {
        let lines = (1...9).map { level in
            "a\(level): &a\(level) [" + [String](repeating: "*a\(level - 1)", count: 10).joined(separator: ",") + "]"
        }
        let document = (["a0: &a0 x"] + lines).joined(separator: "\\n")
        #expect(Call.outcome("yamldecode(\"\(document)\")").contains("stands for more than 1000000 values"))
        let deep = String(repeating: "[", count: 600)
        #expect(Call.outcome("yamldecode(\"\(deep)\")").contains("nested more than 500 times"))
    }

    @Test(
        "encodings",
        arguments: [
            (#"base64gzip("hello")"#, #""H4sIAAAAAAAA/8pIzcnJBwAAAP//AQAA//+GphA2BQAAAA==""#),
            (#"textencodebase64("日", "Shift_JIS")"#, #""k/o=""#), (#"urlencode("a b+é")"#, #""a+b%2B%C3%A9""#),
            (#"csvdecode("a,b\n\"x,y\",2")"#, #"[{"a":"x,y","b":"2"}]"#), (#"md5("")"#, #""d41d8cd98f00b204e9800998ecf8427e""#),
            (#"uuidv5("dns", "www.terraform.io")"#, #""a5008fae-b28c-5ba5-96cd-82b4c53552d6""#),
        ])
    func encodings(call: String, result: String) { #expect(Call.outcome(call) == result) }

    @Test("what differs each time is unknown until it is wanted")
    func impure() {
        #expect(Call.outcome("uuid()") == "unknown")
        #expect(Call.outcome("timestamp()") == "unknown")
        let environment = FunctionEnvironment(baseDirectory: "/", timestamp: "2026-01-02T03:04:05Z")
        #expect(Call.outcome("length(uuid())", environment) == "36")
        #expect(Call.outcome("timestamp()", environment) == "\"2026-01-02T03:04:05Z\"")
        #expect(Call.outcome("substr(bcrypt(\"x\", 4), 0, 7)", environment) == "\"$2a$04$\"")
        #expect(Call.outcome("bcrypt(\"x\", 31)", environment).contains("takes too long"))
    }
}
