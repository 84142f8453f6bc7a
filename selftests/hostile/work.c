// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What work queues do for the module under test: whether any of it is left, and
 * KCOV's record of it, which else has only what the calling task runs. The
 * tracepoints of work queues tell when work is queued, begins and ends, so the
 * module needs no annotation. Delayed work counts from the end of its delay.
 *
 * A record takes memory, which callbacks of tracepoints can't wait for. So there
 * is room for one, made before; who begins beside the first is not recorded.
 */

#include <linux/cpu.h>
#include <linux/errno.h>
#include <linux/jiffies.h>
#include <linux/kcov.h>
#include <linux/minmax.h>
#include <linux/mutex.h>
#include <linux/sched.h>
#include <linux/string.h>
#include <linux/tracepoint.h>
#include <linux/wait.h>
#include <linux/workqueue.h>
#include <trace/events/workqueue.h>

#include "vser_device.h"
#include "work.h"

#define VSERDEV_WORKERS 8

/**
 * struct vserdev_watched - the work of one module
 * @lock: protects @owner
 * @owner: who has asked for it, or NULL
 * @begin: where the module's code begins; fixed while the callbacks are there,
 *         as the next two are
 * @end: where it ends
 * @handle: of KCOV's, whose record it is; 0: nobody's
 * @queued: work that has not begun; some of it may have been cancelled
 * @begun: changes when work begins
 * @workers: who runs such work; the first one is recorded; by cmpxchg()
 * @wait: for their end
 */
static struct vserdev_watched {
	struct mutex lock;
	struct vserdev *owner;
	unsigned long begin;
	unsigned long end;
	u64 handle;
	atomic_t queued;
	atomic_t begun;
	struct task_struct *workers[VSERDEV_WORKERS];
	wait_queue_head_t wait;
} watched = {
	.lock = __MUTEX_INITIALIZER(watched.lock),
	.wait = __WAIT_QUEUE_HEAD_INITIALIZER(watched.wait),
};

static bool vserdev_is_watched(work_func_t function)
{
	unsigned long at = (unsigned long)function;

	return at >= watched.begin && at < watched.end;
}

static void vserdev_on_queue(void *unused, int cpu, struct pool_workqueue *pwq,
			     struct work_struct *work)
{
	if (vserdev_is_watched(work->func))
		atomic_inc(&watched.queued);
}

static void vserdev_on_start(void *unused, struct work_struct *work)
{
	unsigned int i;

	if (!vserdev_is_watched(work->func))
		return;
	for (i = 0; i < VSERDEV_WORKERS; i++) {
		if (!cmpxchg(&watched.workers[i], NULL, current))
			break;
	}
	atomic_inc(&watched.begun);
	atomic_dec_if_positive(&watched.queued);
	if (!i)
		kcov_remote_start(watched.handle);
}

/* The work itself may have been freed. */
static void vserdev_on_end(void *unused, struct work_struct *gone,
			   work_func_t function)
{
	unsigned int i;

	if (!vserdev_is_watched(function))
		return;
	for (i = 0; i < VSERDEV_WORKERS; i++) {
		if (READ_ONCE(watched.workers[i]) == current)
			break;
	}
	if (i == VSERDEV_WORKERS)
		return; /* it had begun before we looked */
	if (!i)
		kcov_remote_stop();
	WRITE_ONCE(watched.workers[i], NULL);
	wake_up_all(&watched.wait);
}

/**
 * struct vserdev_probe - a tracepoint that we are told of
 * @name: the tracepoint's
 * @callback: of ours
 * @tp: the tracepoint; NULL if this kernel does not have it
 */
struct vserdev_probe {
	const char *name;
	void *callback;
	struct tracepoint *tp;
};

/* In the order of their registration: whose beginning is seen, his end is. */
static struct vserdev_probe vserdev_probes[] = {
	{ "workqueue_execute_end", vserdev_on_end },
	{ "workqueue_execute_start", vserdev_on_start },
	{ "workqueue_queue_work", vserdev_on_queue },
};

static void vserdev_find_probe(struct tracepoint *tp, void *unused)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(vserdev_probes); i++) {
		if (!strcmp(tp->name, vserdev_probes[i].name))
			vserdev_probes[i].tp = tp;
	}
}

/**
 * vserdev_work_init - find the tracepoints
 *
 * They are not exported, but can be found.
 *
 * Return: 0, or -EOPNOTSUPP on a kernel without them.
 */
int vserdev_work_init(void)
{
	unsigned int i;

	check_trace_callback_type_workqueue_execute_end(vserdev_on_end);
	check_trace_callback_type_workqueue_execute_start(vserdev_on_start);
	check_trace_callback_type_workqueue_queue_work(vserdev_on_queue);
	for_each_kernel_tracepoint(vserdev_find_probe, NULL);
	for (i = 0; i < ARRAY_SIZE(vserdev_probes); i++) {
		if (!vserdev_probes[i].tp)
			return -EOPNOTSUPP;
	}
	return 0;
}

static bool vserdev_nobody_works(void)
{
	unsigned int i;

	for (i = 0; i < VSERDEV_WORKERS; i++) {
		if (READ_ONCE(watched.workers[i]))
			return false;
	}
	return true;
}

/* Removes all but the first @keep of the callbacks; none of them runs any more. */
static void vserdev_unregister(unsigned int from, unsigned int keep)
{
	while (from-- > keep)
		tracepoint_probe_unregister(vserdev_probes[from].tp,
					    vserdev_probes[from].callback, NULL);
	tracepoint_synchronize_unregister();
}

/* A work that begins to be recorded ends so: KCOV's record is its task's. */
static void vserdev_stop_watching(unsigned int registered)
{
	vserdev_unregister(registered, 1);
	wait_event(watched.wait, vserdev_nobody_works());
	vserdev_unregister(min(registered, 1u), 0);
}

static int vserdev_start_watching(void)
{
	unsigned int i;
	int err;

	for (i = 0; i < ARRAY_SIZE(vserdev_probes); i++) {
		err = tracepoint_probe_register(vserdev_probes[i].tp,
						vserdev_probes[i].callback, NULL);
		if (err) {
			vserdev_stop_watching(i);
			return err;
		}
	}
	return 0;
}

/* The memory of a record is kept for the next one. */
static void vserdev_make_room(struct work_struct *unused)
{
	kcov_remote_start(watched.handle);
	kcov_remote_stop();
}

static void vserdev_run(work_func_t function, int cpu)
{
	struct work_struct work;

	INIT_WORK_ONSTACK(&work, function);
	schedule_work_on(cpu, &work);
	flush_work(&work);
	destroy_work_on_stack(&work);
}

/**
 * vserdev_watch - look at the work of a module from now on
 * @owner: who asks; until vserdev_unwatch()
 * @arg: of the call
 *
 * Return: 0, -EBUSY if somebody does already, -ENOMEM.
 */
int vserdev_watch(struct vserdev *owner, const struct vser_device_watch *arg)
{
	int err = -EBUSY;

	mutex_lock(&watched.lock);
	if (!watched.owner) {
		watched.begin = arg->begin;
		watched.end = arg->end;
		watched.handle = arg->handle;
		atomic_set(&watched.queued, 0);
		vserdev_run(vserdev_make_room, raw_smp_processor_id());
		err = vserdev_start_watching();
		watched.owner = err ? NULL : owner;
	}
	mutex_unlock(&watched.lock);
	return err;
}

/**
 * vserdev_unwatch - undo vserdev_watch()
 * @owner: who may have asked for it
 */
void vserdev_unwatch(struct vserdev *owner)
{
	mutex_lock(&watched.lock);
	if (watched.owner == owner) {
		vserdev_stop_watching(ARRAY_SIZE(vserdev_probes));
		watched.owner = NULL;
	}
	mutex_unlock(&watched.lock);
}

static void vserdev_pass(struct work_struct *unused)
{}

/* Work begins in its order: what was queued before has begun, or was cancelled. */
static void vserdev_flush(void)
{
	int queued = atomic_read(&watched.queued);
	int begun = atomic_read(&watched.begun);
	int cpu;

	cpus_read_lock();
	for_each_online_cpu(cpu)
		vserdev_run(vserdev_pass, cpu);
	cpus_read_unlock();
	if (atomic_read(&watched.begun) == begun)
		atomic_cmpxchg(&watched.queued, queued, 0);
}

/**
 * vserdev_settle - wait until no work is queued, and none runs
 * @arg: of the call
 *
 * Return: 0, -EINTR, -ETIMEDOUT.
 */
int vserdev_settle(const struct vser_device_settle *arg)
{
	unsigned long end = jiffies + msecs_to_jiffies(arg->timeout_ms);
	long left;

	while (atomic_read(&watched.queued) || !vserdev_nobody_works()) {
		left = end - jiffies;
		if (left <= 0)
			return -ETIMEDOUT;
		if (atomic_read(&watched.queued))
			vserdev_flush();
		if (wait_event_interruptible_timeout(watched.wait,
						     vserdev_nobody_works(),
						     left) < 0)
			return -EINTR;
	}
	return 0;
}
