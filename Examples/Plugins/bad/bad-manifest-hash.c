/* Is not the library its manifest speaks of.
 * manifest: s/"sha256": "[^"]*"/"sha256": "0000000000000000000000000000000000000000000000000000000000000000"/ */
#include "base.h"
