/* Once cancelled in the middle, waits for something that never comes. */
#define SIN_BEFORE_STEP \
    while (step > 0 && job->is_cancelled(job)) pause();
#include "base.h"
