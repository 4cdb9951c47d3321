/* RE2 for Swift: the few calls that are needed, without C++ in the header. */
#ifndef BERTH_CRE2_H
#define BERTH_CRE2_H

#ifdef __cplusplus
extern "C" {
#endif

/* The version of this wrapper. */
int cre2_version(void);

#ifdef __cplusplus
}
#endif
#endif
