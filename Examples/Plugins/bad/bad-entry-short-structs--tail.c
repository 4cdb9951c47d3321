/* Clears the hello as far as it goes, fields it does not know included. */
#define OWN_ENTRY
#include "base.h"

berth_status berth_plugin_v1(berth_hello *hello, const berth_plugin **out) {
    memset((char *)hello + sizeof *hello, 0, hello->size - sizeof *hello);
    return base_entry(hello, out);
}
