/* Goes on when its state could not be stored. */
#define SIN_CHECKPOINT(status) ((void)(status), BERTH_OK)
#include "base.h"
