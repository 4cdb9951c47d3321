/* Plans without saying what would change. */
#define SIN_CHANGE(change) ((void)(change), 0)
#include "base.h"
