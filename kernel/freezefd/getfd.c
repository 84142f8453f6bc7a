// SPDX-License-Identifier: GPL-2.0
/* FIGETFREEZEFD: from a list of files to a freeze descriptor. */

#include <linux/capability.h>
#include <linux/cred.h>
#include <linux/err.h>
#include <linux/errno.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/mount.h>
#include <linux/sched.h>
#include <linux/uaccess.h>

#include <gatehouse/freezefd.h>

#include "call.h"
#include "drive.h"
#include "file.h"
#include "getfd.h"
#include "handle.h"
#include "params.h"

static struct fs_freeze_target __user *
freezefd_getfd_target(const struct fs_freeze_getfd *get, u32 i)
{
	return u64_to_user_ptr(get->targets + (u64)i * get->target_size);
}

static int freezefd_getfd_check(const struct fs_freeze_getfd *get)
{
	if (!get->nr_targets || get->target_size < sizeof(struct fs_freeze_target))
		return -EINVAL;
	if (get->nr_targets > FREEZEFD_TARGETS_MAX)
		return -ENOSPC;
	return get->target_size > PAGE_SIZE ? -E2BIG : 0;
}

/* Whether the caller may freeze what it has opened, and whether anybody can. */
static int freezefd_getfd_may(const struct file *file,
			      const struct fs_freeze_target *target)
{
	struct super_block *sb = file->f_path.mnt->mnt_sb;

	if (!ns_capable(sb->s_user_ns, CAP_SYS_ADMIN))
		return -EPERM;
	if (target->flags & FS_FREEZE_TARGET_OPTIONAL ||
	    freezefd_can_freeze(sb))
		return 0;
	return -EOPNOTSUPP;
}

static int freezefd_getfd_add(struct freezefd_handle *handle, u32 i,
			      const struct fs_freeze_getfd *get)
{
	struct freezefd_member *m = &handle->set.members[i];
	struct fs_freeze_target target;
	struct file *file;
	int err;

	err = copy_struct_from_user(&target, sizeof(target),
				    freezefd_getfd_target(get, i),
				    get->target_size);
	if (err)
		return err;
	if (target.flags & ~FS_FREEZE_TARGET_OPTIONAL)
		return -EOPNOTSUPP;
	m->level = target.level;
	m->optional = target.flags & FS_FREEZE_TARGET_OPTIONAL;
	/* Not what was opened by O_PATH. */
	file = fget(target.fd);
	if (!file)
		return -EBADF;
	err = freezefd_getfd_may(file, &target) ?:
	      freezefd_handle_attach(handle, i, &file->f_path);
	fput(file);
	return err;
}

static int freezefd_getfd_add_all(struct freezefd_handle *handle,
				  const struct fs_freeze_getfd *get)
{
	u32 i;

	for (i = 0; i < handle->nr; i++) {
		int err = freezefd_getfd_add(handle, i, get);

		if (err) {
			handle->set.members[i].error = err;
			return err;
		}
	}
	return 0;
}

/* Tells of each target what has become of it. */
static int freezefd_getfd_report(struct freezefd_handle *handle,
				 const struct fs_freeze_getfd *get)
{
	u32 i;

	for (i = 0; i < handle->nr; i++) {
		int error = READ_ONCE(handle->set.members[i].error);

		if (put_user(error, &freezefd_getfd_target(get, i)->error))
			return -EFAULT;
	}
	return 0;
}

static int freezefd_getfd_fill(struct freezefd_handle *handle,
			       const struct fs_freeze_getfd *get)
{
	int err;

	err = freezefd_params_timeout(get->timeout_ms,
				      freezefd_params_timeout_default(),
				      &handle->timeout_ms);
	if (err)
		return err;
	handle->flags = get->flags;
	if (freezefd_params_guard())
		handle->flags |= FS_FREEZE_FD_GUARD;
	handle->cookie = get->cookie;
	if (get->flags & FS_FREEZE_FD_OWNER)
		handle->owner = current->files;
	err = freezefd_getfd_add_all(handle, get);
	if (err)
		freezefd_getfd_report(handle, get);
	return err;
}

static struct freezefd_handle *
freezefd_getfd_make(const struct fs_freeze_getfd *get)
{
	struct freezefd_handle *handle = freezefd_handle_alloc(get->nr_targets);
	int err;

	if (!handle)
		return ERR_PTR(-ENOMEM);
	freezefd_drive_setup(handle);
	err = freezefd_getfd_fill(handle, get);
	if (err) {
		freezefd_handle_free(handle);
		return ERR_PTR(err);
	}
	freezefd_handle_publish(handle);
	return handle;
}

/* Freezes at once if asked to, and tells how the targets took it. */
static int freezefd_getfd_start(struct freezefd_handle *handle,
				const struct fs_freeze_getfd *get)
{
	int err = 0, fault;

	if (get->flags & FS_FREEZE_FD_FREEZE)
		err = freezefd_call_freeze(handle, handle->timeout_ms);
	if (err == -EINTR)
		return err;
	fault = freezefd_getfd_report(handle, get);
	return err ?: fault;
}

/**
 * freezefd_getfd - make a freeze descriptor
 * @get: as the program has passed it, checked as all ioctls are
 *
 * Return: a descriptor, or an error.
 */
long freezefd_getfd(const struct fs_freeze_getfd *get)
{
	struct freezefd_handle *handle;
	struct file *file;
	int fd, err;

	err = freezefd_getfd_check(get);
	if (err)
		return err;
	handle = freezefd_getfd_make(get);
	if (IS_ERR(handle))
		return PTR_ERR(handle);
	file = freezefd_file_open(handle);
	if (IS_ERR(file)) {
		freezefd_call_close(handle);
		return PTR_ERR(file);
	}
	/* The file has the handle now. */
	fd = get_unused_fd_flags(O_CLOEXEC);
	if (fd < 0) {
		fput(file);
		return fd;
	}
	err = freezefd_getfd_start(handle, get);
	if (err) {
		put_unused_fd(fd);
		fput(file);
		return err;
	}
	fd_install(fd, file);
	return fd;
}
