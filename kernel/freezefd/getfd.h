/* SPDX-License-Identifier: GPL-2.0 */
#ifndef FREEZEFD_GETFD_H
#define FREEZEFD_GETFD_H

#include <linux/types.h>

struct fs_freeze_getfd;

/* Most filesystems in a set. */
#define FREEZEFD_TARGETS_MAX	512

/* What FIGETFREEZEFD takes. */
#define FREEZEFD_GETFD_FLAGS	(FS_FREEZE_FD_FREEZE | FS_FREEZE_FD_OWNER | \
				 FS_FREEZE_FD_NONBLOCK | FS_FREEZE_FD_GUARD)

long freezefd_getfd(const struct fs_freeze_getfd *get);

#endif /* FREEZEFD_GETFD_H */
