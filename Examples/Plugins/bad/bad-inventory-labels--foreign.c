/* Lists what belongs to others, too. */
#define SIN_FILTERS 0
#include "base.h"
