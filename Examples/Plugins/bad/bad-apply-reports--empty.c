/* Creates things and does not report them. */
#define SIN_REPORTS 0
#include "base.h"
