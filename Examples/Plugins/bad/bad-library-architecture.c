/* Is built for another processor. build.sh writes the number of one that is rare into the finished library. */
#include "base.h"
