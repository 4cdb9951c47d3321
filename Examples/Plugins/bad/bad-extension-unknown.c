/* Answers with something, whatever it is asked for. */
#define OWN_GET_EXTENSION
#include "base.h"

static const void *own_get_extension(const berth_plugin *self, berth_str id) {
    const void *found = base_get_extension(self, id);
    return found != NULL ? found : &actions;
}
