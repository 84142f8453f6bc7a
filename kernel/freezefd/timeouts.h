/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How long a freeze may last: asked for by a program, bounded by the module's
 * parameters, and these by what is sane. There is always an end.
 */
#ifndef FREEZEFD_TIMEOUTS_H
#define FREEZEFD_TIMEOUTS_H

#include <linux/types.h>

/* Below the 120 s after which the kernel reports hung tasks. */
#define FREEZEFD_TIMEOUT_DEFAULT_MS	60000
/* What the parameters are bounded by. */
#define FREEZEFD_TIMEOUT_LIMIT_MS	600000

/* A level that thaws for longer than this gets company of the lower ones. */
#define FREEZEFD_THAW_STEP_MS		100

int freezefd_timeout_choose(u32 asked, u32 fallback, u32 max, u32 *chosen);

#endif /* FREEZEFD_TIMEOUTS_H */
