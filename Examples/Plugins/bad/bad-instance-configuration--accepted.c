/* Makes do with a configuration that is none. */
#define OWN_CREATE
#include "base.h"

static berth_status own_create(const berth_host *host, const berth_job *job, berth_str config_json, berth_instance **out) {
    if (!json_is_object(config_json) || json_member(config_json, "root").ptr == NULL) config_json = STR("{\"root\":\"/nonexistent\"}");
    return base_create(host, job, config_json, out);
}
