// SPDX-License-Identifier: GPL-2.0
/* Copies of operations. */

#include <linux/container_of.h>
#include <linux/errno.h>
#include <linux/fs.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>

#include "guard.h"
#include "super.h"

/**
 * struct freezefd_guard - operations that refuse thaws
 * @node: in freezefd_guards, under freezefd_guards_mutex
 * @original: what a superblock has without a guard
 * @ops: what it has with one
 */
struct freezefd_guard {
	struct list_head node;
	const struct super_operations *original;
	struct super_operations ops;
};

/* Covers the list; taken by workers, without any other lock. */
static DEFINE_MUTEX(freezefd_guards_mutex);
static LIST_HEAD(freezefd_guards);

static struct freezefd_guard *
freezefd_guard_get(const struct super_operations *original)
{
	struct freezefd_guard *guard;

	lockdep_assert_held(&freezefd_guards_mutex);
	list_for_each_entry(guard, &freezefd_guards, node) {
		if (guard->original == original)
			return guard;
	}
	guard = kmalloc(sizeof(*guard), GFP_KERNEL);
	if (!guard)
		return NULL;
	guard->original = original;
	guard->ops = *original;
	compat_refuse_thaws(&guard->ops);
	list_add(&guard->node, &freezefd_guards);
	return guard;
}

/**
 * freezefd_guard_start - let nobody thaw a filesystem by FITHAW
 * @sb: its superblock
 *
 * Return: 0 or -ENOMEM.
 */
int freezefd_guard_start(struct super_block *sb)
{
	struct freezefd_guard *guard;

	if (COMPAT_FREEZES_NEST)
		return 0;
	mutex_lock(&freezefd_guards_mutex);
	guard = freezefd_guard_get(sb->s_op);
	if (guard)
		WRITE_ONCE(sb->s_op, &guard->ops);
	mutex_unlock(&freezefd_guards_mutex);
	return guard ? 0 : -ENOMEM;
}

/**
 * freezefd_guard_stop - undo freezefd_guard_start(), also when that has failed
 * @sb: the superblock
 */
void freezefd_guard_stop(struct super_block *sb)
{
	struct freezefd_guard *guard;

	mutex_lock(&freezefd_guards_mutex);
	list_for_each_entry(guard, &freezefd_guards, node) {
		if (sb->s_op == &guard->ops)
			WRITE_ONCE(sb->s_op, guard->original);
	}
	mutex_unlock(&freezefd_guards_mutex);
}

/** freezefd_guard_exit - once a module, when no superblock has a guard */
void freezefd_guard_exit(void)
{
	struct freezefd_guard *guard, *next;

	if (list_empty(&freezefd_guards))
		return;
	/* Those who were about to refuse a thaw have done so. */
	synchronize_rcu_tasks();
	list_for_each_entry_safe(guard, next, &freezefd_guards, node)
		kfree(guard);
}
