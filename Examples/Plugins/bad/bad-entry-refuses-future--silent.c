/* Refuses a newer host without a word. */
#define OWN_ENTRY
#include "base.h"

berth_status berth_plugin_v1(berth_hello *hello, const berth_plugin **out) {
    const berth_status status = base_entry(hello, out);
    hello->refusal = NO_STR;
    return status;
}
