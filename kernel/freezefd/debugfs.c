// SPDX-License-Identifier: GPL-2.0
/* /sys/kernel/debug/freezefd/handles: every freeze descriptor, as its fdinfo. */

#include <linux/debugfs.h>
#include <linux/module.h>
#include <linux/seq_file.h>

#include "debugfs.h"
#include "handle.h"
#include "show.h"

static struct dentry *freezefd_debugfs_folder;

static void freezefd_debugfs_show_one(struct freezefd_handle *handle, void *data)
{
	struct seq_file *s = data;

	freezefd_show(handle, s);
	seq_putc(s, '\n');
}

static int freezefd_debugfs_show(struct seq_file *s, void *data)
{
	freezefd_handle_for_each(freezefd_debugfs_show_one, s);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(freezefd_debugfs);

/** freezefd_debugfs_init - once a module; a kernel without debugfs has no file */
void freezefd_debugfs_init(void)
{
	freezefd_debugfs_folder = debugfs_create_dir("freezefd", NULL);
	debugfs_create_file("handles", 0400, freezefd_debugfs_folder, NULL,
			    &freezefd_debugfs_fops);
}

/** freezefd_debugfs_exit - undo freezefd_debugfs_init() */
void freezefd_debugfs_exit(void)
{
	debugfs_remove(freezefd_debugfs_folder);
}
