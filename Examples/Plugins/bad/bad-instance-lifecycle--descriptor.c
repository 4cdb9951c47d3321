/* Leaves a descriptor open for each instance. */
#define OWN_CREATE
#include "base.h"

static berth_status own_create(const berth_host *host, const berth_job *job, berth_str config_json, berth_instance **out) {
    const int forgotten = open("/dev/null", O_RDONLY | O_CLOEXEC);
    (void)forgotten;
    return base_create(host, job, config_json, out);
}
