/* Plans something else each time. */
#define SIN_ATTRIBUTE(t) \
    struct timespec now; clock_gettime(CLOCK_MONOTONIC, &now); char number[64]; \
    snprintf(number, sizeof number, ",\"planned\":%ld%09ld", (long)now.tv_sec, now.tv_nsec); put(t, str(number));
#include "base.h"
