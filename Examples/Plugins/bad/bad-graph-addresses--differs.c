/* Reads under other addresses than it applied. */
#define SIN_ADDRESS ".again"
#include "base.h"
