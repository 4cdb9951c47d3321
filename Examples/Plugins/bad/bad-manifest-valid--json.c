/* Its manifest ends too soon.
 * manifest: $d */
#include "base.h"
