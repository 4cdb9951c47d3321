/* For plugins that are linked with `--wrap=signal --wrap=umask`: libraries in them (SwiftNIO, swift-system) refer to these two,
 * but a plugin must not change its process. A worker ignores SIGPIPE, which is all that SwiftNIO wants to have changed. */
#include <signal.h>
#include <sys/types.h>

typedef void (*signal_handler)(int);

signal_handler __wrap_signal(int number, signal_handler handler);
mode_t __wrap_umask(mode_t mask);

signal_handler __wrap_signal(int number, signal_handler handler) {
    (void)number;
    (void)handler;
    return SIG_DFL;
}

mode_t __wrap_umask(mode_t mask) {
    (void)mask;
    return 022;
}
