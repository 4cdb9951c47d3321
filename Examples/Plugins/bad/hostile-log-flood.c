/* Logs a million lines as fast as it can. */
#define OWN_APPLY
#include "base.h"

static berth_status own_apply(berth_instance *self, const berth_job *job, const berth_request *request) {
    for (int i = 0; i < 1000000; i++) {
        char line[64];
        snprintf(line, sizeof line, "line %d of a million", i);
        say(job, BERTH_INFO, STR("flooding"), str(line));
    }
    return base_apply(self, job, request);
}
