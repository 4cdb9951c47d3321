/* Gives another plugin each time. */
#define OWN_ENTRY
#include "base.h"

berth_status berth_plugin_v1(berth_hello *hello, const berth_plugin **out) {
    static berth_plugin copies[2];
    static unsigned turn;
    const berth_status status = base_entry(hello, out);
    if (status != BERTH_OK) return status;
    copies[turn % 2] = plugin;
    *out = &copies[turn++ % 2];
    return BERTH_OK;
}
