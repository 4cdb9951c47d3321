/* Changes the environment of its process, though only on Sundays. */
#define OWN_DESTROY_INSTANCE
#include "base.h"

static volatile int is_sunday;
static void own_destroy_instance(berth_instance *self) {
    if (is_sunday) (void)setenv("LANG", "C", 1);
    base_destroy_instance(self);
}
