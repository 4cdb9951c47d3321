/* Fails when what it should remove is gone already. */
#define SIN_GONE return refuse(job, BERTH_FAILED, "test.backend.gone", "the file is gone already", str(addresses[i]));
#include "base.h"
