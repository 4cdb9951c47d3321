/* Does not say which attribute is a secret. */
#define SIN_SENSITIVE "[]"
#include "base.h"
