/* Refuses a configuration without saying why. */
#define OWN_CREATE
#include "base.h"

static berth_status own_create(const berth_host *host, const berth_job *job, berth_str config_json, berth_instance **out) {
    char root[1025];
    if (!json_is_object(config_json) || json_text(json_member(config_json, "root"), root, sizeof root) != 0)
        return BERTH_INVALID_ARGUMENT;
    return base_create(host, job, config_json, out);
}
