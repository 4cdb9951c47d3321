/* Does not say which labels an object has. */
#define SIN_INVENTORY_ATTRIBUTES(json) ((void)(json), NO_STR)
#include "base.h"
