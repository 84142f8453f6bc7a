/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A freeze descriptor: a set, the filesystems of its members, a timer.
 *
 * A handle lives from freezefd_handle_alloc() until freezefd_call_close() was
 * called and its set is thawed, which may be long after: then it is freed by a
 * worker, with the module's reference that it has. As long as it lives its
 * filesystems can't be unmounted.
 *
 * The timer runs whenever the set is not thawed: at first till the deadline;
 * then, while it thaws, till order has taken too long. It needs no task, no
 * memory and no lock that anybody sleeps with.
 */
#ifndef FREEZEFD_HANDLE_H
#define FREEZEFD_HANDLE_H

#include <linux/fs.h>
#include <linux/hrtimer.h>
#include <linux/list.h>
#include <linux/path.h>
#include <linux/pid.h>
#include <linux/types.h>
#include <linux/wait.h>
#include <linux/workqueue.h>

#include "hold.h"
#include "set.h"

struct freezefd_handle;

/**
 * struct freezefd_target - what a handle has of a member of its set
 * @handle: the handle
 * @path: keeps the filesystem mounted; never changes
 * @hold: of the filesystem
 */
struct freezefd_target {
	struct freezefd_handle *handle;
	struct path path;
	struct freezefd_hold hold;
};

/**
 * struct freezefd_handle - a freeze descriptor
 * @node: in the list of all, under freezefd_handles_mutex
 * @cookie: never changes, nor do:
 * @timeout_ms: the deadline of freezes that have none of their own
 * @flags: FS_FREEZE_FD_*
 * @creator: the process that made it
 * @owner: with FS_FREEZE_FD_OWNER the files of its creator, till they are closed;
 *         only compared; under freezefd_lock, as are:
 * @set: the set; its members go with @targets
 * @told_state: freezefd_set::state when the handle was last brought up to date
 * @told_lost: freezefd_set::lost at that time
 * @told_hurry: freezefd_set::hurry at that time
 * @changed: the state has changed since the program asked for it
 * @closed: nobody has it open; to be freed when it is thawed
 * @deadline: when @timer is to fire, CLOCK_MONOTONIC
 * @frozen_since: CLOCK_BOOTTIME; while it is frozen
 * @timer: freezefd_set_expire()
 * @wait: woken when the state changes
 * @free_work: frees it, when it thaws after its close
 * @nr: targets; never changes
 * @targets: the filesystems; their paths never change
 */
struct freezefd_handle {
	struct list_head node;
	u64 cookie;
	u32 timeout_ms;
	u32 flags;
	struct pid *creator;
	fl_owner_t owner;
	struct freezefd_set set;
	u32 told_state;
	u32 told_lost;
	bool told_hurry;
	bool changed;
	bool closed;
	ktime_t deadline;
	ktime_t frozen_since;
	struct hrtimer timer;
	wait_queue_head_t wait;
	struct work_struct free_work;
	u32 nr;
	struct freezefd_target targets[];
};

/* Frees handles. */
extern struct workqueue_struct *freezefd_handle_wq;

int freezefd_handle_init(void);
void freezefd_handle_exit(void);

struct freezefd_handle *freezefd_handle_alloc(u32 nr);
int freezefd_handle_attach(struct freezefd_handle *handle, u32 i,
			   const struct path *path);
void freezefd_handle_publish(struct freezefd_handle *handle);
void freezefd_handle_free(struct freezefd_handle *handle);

void freezefd_handle_for_each(void (*call)(struct freezefd_handle *handle,
					   void *data),
			      void *data);

#endif /* FREEZEFD_HANDLE_H */
