/* Always takes the first step before it looks whether it should. */
#define SIN_LOOKS_AT_CANCEL(step) ((step) > 0)
#include "base.h"
