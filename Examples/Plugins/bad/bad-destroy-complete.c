/* Forgets a file instead of removing it. */
#define SIN_KEEPS(entry) (strstr((entry)->file, "-box") != NULL)
#include "base.h"
