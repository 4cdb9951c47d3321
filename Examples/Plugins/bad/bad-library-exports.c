/* Shows a helper function to the whole process. */
#include "base.h"

BERTH_EXPORT int berth_test_helper(void);
int berth_test_helper(void) { return 1; }
