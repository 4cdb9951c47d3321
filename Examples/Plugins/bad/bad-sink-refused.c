/* Does not care whether its arrows were taken. */
#define SIN_EDGE(status) ((void)(status), BERTH_OK)
#include "base.h"
