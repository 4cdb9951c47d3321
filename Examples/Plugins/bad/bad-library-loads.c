/* Needs a function that nobody has. */
#define OWN_CREATE
#include "base.h"

void berth_test_is_nowhere(void);
static berth_status own_create(const berth_host *host, const berth_job *job, berth_str config_json, berth_instance **out) {
    berth_test_is_nowhere();
    return base_create(host, job, config_json, out);
}
