/* Is another version than its manifest says.
 * manifest: s/"version": "1.0.0"/"version": "2.0.0"/ */
#include "base.h"
