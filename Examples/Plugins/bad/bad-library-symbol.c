/* Has an entry point of a major that no host knows, and no other. */
#define berth_plugin_v1 berth_plugin_v9
#include "base.h"
