/* Returns the number of repetitions from an action, not a status. */
#define OWN_REPEAT
#include "base.h"

static berth_status own_repeat(berth_instance *self, const berth_job *job, const berth_request *request, const berth_str *word,
                               uint64_t times) {
    const berth_status status = base_repeat(self, job, request, word, times);
    return status == BERTH_OK ? 100 + (berth_status)times : status;
}
