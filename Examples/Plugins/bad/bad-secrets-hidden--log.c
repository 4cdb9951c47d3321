/* Logs a password. */
#define SIN_BEFORE_STEP say(job, BERTH_DEBUG, STR("preparing"), w.token);
#include "base.h"
