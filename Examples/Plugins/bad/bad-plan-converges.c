/* Wants to update what is as it should be. */
#define SIN_CHANGE(change) ((change) == BERTH_CHANGE_NONE ? BERTH_CHANGE_UPDATE : (change))
#include "base.h"
