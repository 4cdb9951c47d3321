/* Takes a newer, longer hello for a mistake. */
#define OWN_ENTRY
#include "base.h"

berth_status berth_plugin_v1(berth_hello *hello, const berth_plugin **out) {
    if (hello->size != sizeof *hello) {
        hello->refusal = STR("the hello has the wrong size");
        return BERTH_UNSUPPORTED;
    }
    return base_entry(hello, out);
}
