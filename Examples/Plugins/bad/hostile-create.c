/* Does not come back from create. */
#define OWN_CREATE
#include "base.h"

static berth_status own_create(const berth_host *host, const berth_job *job, berth_str config_json, berth_instance **out) {
    for (volatile int waiting = 1; waiting;) pause();
    return base_create(host, job, config_json, out);
}
