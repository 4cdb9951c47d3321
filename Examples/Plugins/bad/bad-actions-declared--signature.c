/* Declares an action in one way and spells it in another. */
#define SIGNATURE "repeat(str,i64)"
#include "base.h"
