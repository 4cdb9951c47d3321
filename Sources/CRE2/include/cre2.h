/* RE2 for Swift: the few calls that are needed, without C++ in the header.
 * An expression is immutable once compiled and may be used from any number of threads at once. */
#ifndef BERTH_CRE2_H
#define BERTH_CRE2_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct cre2_regexp cre2_regexp;

/* What is wrong with a pattern. */
typedef enum cre2_error {
    CRE2_OK = 0,
    CRE2_INTERNAL,
    CRE2_BAD_ESCAPE,
    CRE2_BAD_CHAR_CLASS,
    CRE2_BAD_CHAR_RANGE,
    CRE2_MISSING_BRACKET,
    CRE2_MISSING_PAREN,
    CRE2_UNEXPECTED_PAREN,
    CRE2_TRAILING_BACKSLASH,
    CRE2_REPEAT_ARGUMENT,
    CRE2_REPEAT_SIZE,
    CRE2_REPEAT_OP,
    CRE2_BAD_PERL_OP,
    CRE2_BAD_UTF8,
    CRE2_BAD_NAMED_CAPTURE,
    CRE2_PATTERN_TOO_LARGE
} cre2_error;

/* Where a group matched, as byte offsets; both are -1 if it took no part. */
typedef struct cre2_span {
    ptrdiff_t start;
    ptrdiff_t end;
} cre2_span;

/* Compiles a pattern that may use at most `memory_max` bytes. Always returns an expression to be deleted, which may have an
 * error; NULL only when there is no memory. */
cre2_regexp *cre2_compile(const char *pattern, size_t length, int64_t memory_max);
void cre2_delete(cre2_regexp *re);

cre2_error cre2_error_code(const cre2_regexp *re);
/* The part of the pattern at fault; lives as long as the expression. */
const char *cre2_error_argument(const cre2_regexp *re, size_t *length);

/* How many groups there are, without the whole match. */
int cre2_group_count(const cre2_regexp *re);
/* The name of a group, counted from 1; NULL if it has none. Lives as long as the expression. */
const char *cre2_group_name(const cre2_regexp *re, int group);

/* Searches `text` from the byte `from` on; what stands before it still counts for \b and ^. Fills `spans` with the whole match
 * and its groups, at most `count`. */
bool cre2_search(const cre2_regexp *re, const char *text, size_t length, size_t from, cre2_span *spans, int count);

#ifdef __cplusplus
}
#endif
#endif
