/* Creates everything anew, whatever is there already. */
#define SIN_FORGETS_STATE 1
#define SIN_FILE_NAME(t) \
    struct timespec now; clock_gettime(CLOCK_MONOTONIC, &now); char unique[64]; \
    snprintf(unique, sizeof unique, "-%ld%09ld", (long)now.tv_sec, now.tv_nsec); put(t, str(unique));
#include "base.h"
