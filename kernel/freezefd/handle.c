// SPDX-License-Identifier: GPL-2.0
/* Handles come and go. */

#include <linux/errno.h>
#include <linux/hrtimer.h>
#include <linux/module.h>
#include <linux/mount.h>
#include <linux/mutex.h>
#include <linux/overflow.h>
#include <linux/sched.h>
#include <linux/slab.h>

#include <gatehouse/freezefd.h>

#include "fs.h"
#include "handle.h"

/* Covers the list. Around freezefd_lock. */
static DEFINE_MUTEX(freezefd_handles_mutex);
static LIST_HEAD(freezefd_handles);

struct workqueue_struct *freezefd_handle_wq;

/**
 * freezefd_handle_free - free a handle
 * @handle: a handle that is thawed, and that nobody has open
 */
void freezefd_handle_free(struct freezefd_handle *handle)
{
	u32 i;

	mutex_lock(&freezefd_handles_mutex);
	list_del(&handle->node);
	mutex_unlock(&freezefd_handles_mutex);
	hrtimer_cancel(&handle->timer);
	for (i = 0; i < handle->nr; i++) {
		freezefd_fs_detach(&handle->targets[i].hold);
		path_put(&handle->targets[i].path);
	}
	put_pid(handle->creator);
	kvfree(handle->set.members);
	kvfree(handle);
	module_put(THIS_MODULE);
}

static void freezefd_handle_free_work(struct work_struct *work)
{
	freezefd_handle_free(container_of(work, struct freezefd_handle, free_work));
}

/**
 * freezefd_handle_alloc - make a handle without filesystems
 * @nr: how many it will have
 *
 * Return: the handle, for freezefd_drive_setup(), or NULL.
 */
struct freezefd_handle *freezefd_handle_alloc(u32 nr)
{
	struct freezefd_handle *handle;

	handle = kvzalloc(struct_size(handle, targets, nr), GFP_KERNEL_ACCOUNT);
	if (!handle)
		return NULL;
	handle->set.members = kvcalloc(nr, sizeof(*handle->set.members),
				       GFP_KERNEL_ACCOUNT);
	if (!handle->set.members) {
		kvfree(handle);
		return NULL;
	}
	handle->nr = nr;
	handle->set.nr = nr;
	handle->creator = get_task_pid(current, PIDTYPE_TGID);
	init_waitqueue_head(&handle->wait);
	INIT_WORK(&handle->free_work, freezefd_handle_free_work);
	INIT_LIST_HEAD(&handle->node);
	/* Who calls has a file of the module open. */
	__module_get(THIS_MODULE);
	return handle;
}

/**
 * freezefd_handle_attach - give a handle a filesystem
 * @handle: a handle that is not published
 * @i: which of its targets
 * @path: any of the filesystem
 *
 * Return: 0, -EEXIST, -ENOMEM.
 */
int freezefd_handle_attach(struct freezefd_handle *handle, u32 i,
			   const struct path *path)
{
	struct freezefd_target *target = &handle->targets[i];
	u32 other;

	for (other = 0; other < handle->nr; other++) {
		const struct vfsmount *mnt = handle->targets[other].path.mnt;

		if (mnt && mnt->mnt_sb == path->mnt->mnt_sb)
			return -EEXIST;
	}
	target->handle = handle;
	target->path = *path;
	path_get(&target->path);
	target->hold.cookie = handle->cookie;
	target->hold.guard = handle->flags & FS_FREEZE_FD_GUARD;
	return freezefd_fs_attach(&target->hold, path->mnt->mnt_sb);
}

/**
 * freezefd_handle_publish - let those who thaw all find the handle
 * @handle: a handle with all its filesystems
 */
void freezefd_handle_publish(struct freezefd_handle *handle)
{
	mutex_lock(&freezefd_handles_mutex);
	list_add_tail(&handle->node, &freezefd_handles);
	mutex_unlock(&freezefd_handles_mutex);
}

/**
 * freezefd_handle_for_each - call a function for all handles
 * @call: the function; it may not sleep for long, and no handle is freed
 *        meanwhile
 * @data: passed to it
 */
void freezefd_handle_for_each(void (*call)(struct freezefd_handle *handle,
					   void *data),
			      void *data)
{
	struct freezefd_handle *handle;

	mutex_lock(&freezefd_handles_mutex);
	list_for_each_entry(handle, &freezefd_handles, node)
		call(handle, data);
	mutex_unlock(&freezefd_handles_mutex);
}

/**
 * freezefd_handle_init - once a module
 *
 * Return: 0 or -ENOMEM.
 */
int freezefd_handle_init(void)
{
	freezefd_handle_wq = alloc_workqueue("freezefd_free", WQ_UNBOUND, 0);
	return freezefd_handle_wq ? 0 : -ENOMEM;
}

/** freezefd_handle_exit - undo freezefd_handle_init(); waits for the last to be freed */
void freezefd_handle_exit(void)
{
	destroy_workqueue(freezefd_handle_wq);
}
