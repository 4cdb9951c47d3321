/* Understands only states that are newer than those it writes. */
#define STATE_VERSION_MIN 2
#include "base.h"
