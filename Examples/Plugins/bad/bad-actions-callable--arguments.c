/* Takes the arguments of an action in the wrong order. */
#define OWN_REPEAT
#include "base.h"

static berth_status own_repeat(berth_instance *self, const berth_job *job, const berth_request *request, const berth_str *word,
                               uint64_t times) {
    const uint64_t swapped_times = (uint64_t)(uintptr_t)word;
    const berth_str *const swapped_word = (const berth_str *)(uintptr_t)times;
    return base_repeat(self, job, request, swapped_word, swapped_times);
}
