#include "cre2.h"

#include <new>
#include <vector>

#include <re2/re2.h>

struct cre2_regexp {
    cre2_regexp(re2::StringPiece pattern, const RE2::Options &options) : expression(pattern, options) {}
    RE2 expression;
};

extern "C" cre2_regexp *cre2_compile(const char *pattern, size_t length, int64_t memory_max) {
    RE2::Options options;
    options.set_log_errors(false);
    options.set_max_mem(memory_max);
    return new (std::nothrow) cre2_regexp(re2::StringPiece(pattern, length), options);
}

extern "C" void cre2_delete(cre2_regexp *re) { delete re; }

extern "C" cre2_error cre2_error_code(const cre2_regexp *re) {
    switch (re->expression.error_code()) {
    case RE2::NoError: return CRE2_OK;
    case RE2::ErrorBadEscape: return CRE2_BAD_ESCAPE;
    case RE2::ErrorBadCharClass: return CRE2_BAD_CHAR_CLASS;
    case RE2::ErrorBadCharRange: return CRE2_BAD_CHAR_RANGE;
    case RE2::ErrorMissingBracket: return CRE2_MISSING_BRACKET;
    case RE2::ErrorMissingParen: return CRE2_MISSING_PAREN;
    case RE2::ErrorUnexpectedParen: return CRE2_UNEXPECTED_PAREN;
    case RE2::ErrorTrailingBackslash: return CRE2_TRAILING_BACKSLASH;
    case RE2::ErrorRepeatArgument: return CRE2_REPEAT_ARGUMENT;
    case RE2::ErrorRepeatSize: return CRE2_REPEAT_SIZE;
    case RE2::ErrorRepeatOp: return CRE2_REPEAT_OP;
    case RE2::ErrorBadPerlOp: return CRE2_BAD_PERL_OP;
    case RE2::ErrorBadUTF8: return CRE2_BAD_UTF8;
    case RE2::ErrorBadNamedCapture: return CRE2_BAD_NAMED_CAPTURE;
    case RE2::ErrorPatternTooLarge: return CRE2_PATTERN_TOO_LARGE;
    default: return CRE2_INTERNAL;
    }
}

extern "C" const char *cre2_error_argument(const cre2_regexp *re, size_t *length) {
    *length = re->expression.error_arg().size();
    return re->expression.error_arg().data();
}

extern "C" int cre2_group_count(const cre2_regexp *re) { return re->expression.NumberOfCapturingGroups(); }

extern "C" const char *cre2_group_name(const cre2_regexp *re, int group) {
    const auto &names = re->expression.CapturingGroupNames();
    const auto found = names.find(group);
    return found == names.end() ? nullptr : found->second.c_str();
}

extern "C" bool cre2_search(const cre2_regexp *re, const char *text, size_t length, size_t from, cre2_span *spans, int count) {
    std::vector<re2::StringPiece> groups(static_cast<size_t>(count));
    const re2::StringPiece piece(text, length);
    if (!re->expression.Match(piece, from, length, RE2::UNANCHORED, groups.data(), count)) { return false; }
    for (int i = 0; i < count; i++) {
        const auto &group = groups[static_cast<size_t>(i)];
        if (group.data() == nullptr) {
            spans[i] = {-1, -1};
        } else {
            const ptrdiff_t start = group.data() - text;
            spans[i] = {start, start + static_cast<ptrdiff_t>(group.size())};
        }
    }
    return true;
}
