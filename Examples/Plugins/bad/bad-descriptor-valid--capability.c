/* Has a read() that its capabilities deny.
 * manifest: s/"read", // */
#define CAPABILITIES (BERTH_CAP_PARSE | BERTH_CAP_PLAN | BERTH_CAP_APPLY | BERTH_CAP_DESTROY | BERTH_CAP_RECOVER)
#include "base.h"
