// SPDX-License-Identifier: GPL-2.0
/* A handle as text, for /proc/PID/fdinfo and debugfs. */

#include <linux/fs.h>
#include <linux/kdev_t.h>
#include <linux/pid.h>
#include <linux/proc_ns.h>
#include <linux/seq_file.h>

#include <gatehouse/freezefd.h>

#include "call.h"
#include "handle.h"
#include "show.h"

static const char *const freezefd_show_states[] = {
	[FS_FREEZE_THAWED] = "thawed",
	[FS_FREEZE_FREEZING] = "freezing",
	[FS_FREEZE_FROZEN] = "frozen",
	[FS_FREEZE_THAWING] = "thawing",
};

static const char *const freezefd_show_members[] = {
	[FREEZEFD_IDLE] = "thawed",
	[FREEZEFD_FREEZING] = "freezing",
	[FREEZEFD_FROZEN] = "frozen",
	[FREEZEFD_THAWING] = "thawing",
	[FREEZEFD_ABANDONED] = "abandoned",
	[FREEZEFD_LEFT_OUT] = "left-out",
};

static void freezefd_show_lost(struct seq_file *s, u32 lost)
{
	seq_printf(s, "lost:\t%s%s%s%s%s\n", lost ? "" : "no",
		   lost & FS_FREEZE_LOST_TIMEOUT ? "timeout" : "",
		   lost & FS_FREEZE_LOST_FOREIGN ? "foreign" : "",
		   lost & FS_FREEZE_LOST_FORCED ? "forced" : "",
		   lost & FS_FREEZE_LOST_OWNER ? "owner" : "");
}

/**
 * freezefd_show - write down a handle
 * @handle: the handle
 * @s: where to
 */
void freezefd_show(struct freezefd_handle *handle, struct seq_file *s)
{
	struct fs_freeze_status status;
	u32 i;

	freezefd_call_get_status(handle, &status);
	seq_printf(s, "state:\t%s\n", freezefd_show_states[status.state]);
	freezefd_show_lost(s, status.lost);
	seq_printf(s, "error:\t%d\n", status.error);
	seq_printf(s, "generation:\t%llu\n", status.generation);
	seq_printf(s, "remaining_ms:\t%u\n", status.remaining_ms);
	seq_printf(s, "creator:\t%d\n", pid_vnr(handle->creator));
	seq_printf(s, "cookie:\t%llu\n", handle->cookie);
	for (i = 0; i < handle->nr; i++) {
		const struct freezefd_hold *hold = &handle->targets[i].hold;
		const struct freezefd_member *m = &handle->set.members[i];
		dev_t dev = hold->fs->sb->s_dev;

		seq_printf(s, "target:\t%u:%u level %u %s error %d\n",
			   MAJOR(dev), MINOR(dev), m->level,
			   freezefd_show_members[READ_ONCE(m->state)],
			   READ_ONCE(m->error));
	}
}
