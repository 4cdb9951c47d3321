#include "cre2.h"

extern "C" int cre2_version(void) { return 1; }
