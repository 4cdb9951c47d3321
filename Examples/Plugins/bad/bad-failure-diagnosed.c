/* Fails on a state that it cannot read, and does not say so. */
#define SIN_DIAGNOSES_STATE 0
#include "base.h"
