/* When cancelled in the middle, makes one more file and keeps no record of it. */
#define SIN_BEFORE_STEP \
    if (step > 0 && job->is_cancelled(job)) { \
        text extra = {0}; \
        puts_all(&extra, "x\ntest_box\nx\n", (char *)NULL); \
        put_labels(&extra, request); \
        puts_all(&extra, "\n{\"token\":\"\",\"labels\":", (char *)NULL); \
        put_labels(&extra, request); \
        puts_all(&extra, "}\n", (char *)NULL); \
        (void)backend_put(self, "extra.res", view(&extra)); \
        free(extra.ptr); \
    }
#include "base.h"
