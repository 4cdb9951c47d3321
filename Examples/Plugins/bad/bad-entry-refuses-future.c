/* Claims to speak what was not written when it was built. */
#define OWN_ENTRY
#include "base.h"

berth_status berth_plugin_v1(berth_hello *hello, const berth_plugin **out) {
    if (hello->minor_min > BERTH_ABI_MINOR) {
        *out = &plugin;
        return BERTH_OK;
    }
    return base_entry(hello, out);
}
