/* Declares a parameter of a type that does not exist. */
#define TIMES_TYPE 4711
#include "base.h"
