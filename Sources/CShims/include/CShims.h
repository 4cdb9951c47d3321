/* What Glibc's module does not show to Swift. */
#ifndef BERTH_CSHIMS_H
#define BERTH_CSHIMS_H

#endif
