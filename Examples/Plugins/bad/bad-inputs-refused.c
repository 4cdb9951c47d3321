/* Takes inputs of any shape and uses what it can find in them. */
#define SIN_REFUSES_INPUTS 0
#include "base.h"
