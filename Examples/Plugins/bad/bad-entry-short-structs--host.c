/* Takes a newer, longer host for a mistake. */
#define OWN_CREATE
#include "base.h"

static berth_status own_create(const berth_host *host, const berth_job *job, berth_str config_json, berth_instance **out) {
    if (host->size != sizeof *host)
        return refuse(job, BERTH_INVALID_STATE, "test.host.size", "the host has the wrong size", NO_STR);
    return base_create(host, job, config_json, out);
}
