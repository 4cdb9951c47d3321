/* Has one instance, which is given to everybody. */
#define OWN_CREATE
#define OWN_DESTROY_INSTANCE
#include "base.h"

static berth_instance *only;
static berth_status own_create(const berth_host *host, const berth_job *job, berth_str config_json, berth_instance **out) {
    berth_instance *made = NULL;
    const berth_status status = base_create(host, job, config_json, &made);
    if (status != BERTH_OK) return status;
    if (only == NULL) only = malloc(sizeof *only);
    *only = *made;
    free(made);
    *out = only;
    return BERTH_OK;
}
static void own_destroy_instance(berth_instance *self) { (void)self; }
