/* When cancelled in the middle, says that everything is done. */
#define SIN_BEFORE_STEP \
    if (step > 0 && job->is_cancelled(job)) break;
#include "base.h"
