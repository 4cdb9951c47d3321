/* Its manifest names no processor.
 * manifest: s/"arch": "[^"]*"/"arch": 64/ */
#include "base.h"
