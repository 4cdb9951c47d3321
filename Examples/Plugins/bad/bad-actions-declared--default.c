/* Has a default that its own constraint refuses. */
#define TIMES_DEFAULT "1000"
#include "base.h"
