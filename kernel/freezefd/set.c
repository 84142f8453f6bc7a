// SPDX-License-Identifier: GPL-2.0
/*
 * How a set goes from thawed to frozen and back:
 *
 *	start   THAWED -> FREEZING -> FROZEN     each level when the one below it is done
 *	stop    FREEZING, FROZEN -> THAWING -> THAWED    each when the one above it is
 *
 * After each call that may have changed something, the owner asks the members'
 * filesystems for what freezefd_set_ask() says, again as long as
 * freezefd_set_step() finds that a level is done.
 */

#include <linux/errno.h>
#include <linux/types.h>

#include <gatehouse/freezefd.h>

#include "set.h"

/* The level after @level in the direction of the set; false: it was the last. */
static bool freezefd_set_next_level(const struct freezefd_set *set, bool up,
				    u32 *level)
{
	bool found = false;
	u32 i, next = *level;

	for (i = 0; i < set->nr; i++) {
		u32 other = set->members[i].level;

		if (up ? other <= *level : other >= *level)
			continue;
		if (!found || (up ? other < next : other > next))
			next = other;
		found = true;
	}
	*level = next;
	return found;
}

static u32 freezefd_set_end_level(const struct freezefd_set *set, bool top)
{
	u32 i, level = set->members[0].level;

	for (i = 1; i < set->nr; i++) {
		u32 other = set->members[i].level;

		if (top ? other > level : other < level)
			level = other;
	}
	return level;
}

/**
 * freezefd_set_start - begin to freeze
 * @set: the set
 *
 * Return: 0, or -EBUSY when it is not thawed.
 */
int freezefd_set_start(struct freezefd_set *set)
{
	u32 i;

	if (set->state != FS_FREEZE_THAWED)
		return -EBUSY;
	for (i = 0; i < set->nr; i++) {
		set->members[i].state = FREEZEFD_IDLE;
		set->members[i].error = 0;
	}
	set->state = FS_FREEZE_FREEZING;
	set->lost = 0;
	set->error = 0;
	set->hurry = false;
	set->level = freezefd_set_end_level(set, false);
	return 0;
}

/**
 * freezefd_set_stop - begin to thaw, if that has not begun
 * @set: the set
 * @cause: FS_FREEZE_LOST_*, or 0: its owner wants it so
 */
void freezefd_set_stop(struct freezefd_set *set, u32 cause)
{
	if (set->state != FS_FREEZE_FREEZING && set->state != FS_FREEZE_FROZEN)
		return;
	set->state = FS_FREEZE_THAWING;
	set->lost |= cause;
	set->level = freezefd_set_end_level(set, true);
}

/**
 * freezefd_set_expire - the set's time is over
 * @set: a set that freezes, is frozen, or has thawed for too long
 */
void freezefd_set_expire(struct freezefd_set *set)
{
	if (set->state == FS_FREEZE_THAWING)
		set->hurry = true;
	else
		freezefd_set_stop(set, FS_FREEZE_LOST_TIMEOUT);
}

/**
 * freezefd_set_ask - what to ask of a member's filesystem now
 * @set: the set
 * @i: the member; what is returned counts as asked
 *
 * Return: FREEZEFD_ASK_*.
 */
enum freezefd_ask freezefd_set_ask(struct freezefd_set *set, u32 i)
{
	struct freezefd_member *m = &set->members[i];

	if (set->state == FS_FREEZE_FREEZING) {
		if (m->state != FREEZEFD_IDLE || m->level != set->level)
			return FREEZEFD_ASK_NOTHING;
		m->state = FREEZEFD_FREEZING;
		return FREEZEFD_ASK_FREEZE;
	}
	if (set->state != FS_FREEZE_THAWING)
		return FREEZEFD_ASK_NOTHING;
	if (m->state == FREEZEFD_FREEZING) {
		m->state = FREEZEFD_ABANDONED;
		return FREEZEFD_ASK_THAW;
	}
	if (m->state == FREEZEFD_FROZEN &&
	    (m->level >= set->level || set->hurry)) {
		m->state = FREEZEFD_THAWING;
		return FREEZEFD_ASK_THAW;
	}
	return FREEZEFD_ASK_NOTHING;
}

static bool freezefd_set_step_up(struct freezefd_set *set)
{
	u32 i;

	for (i = 0; i < set->nr; i++) {
		const struct freezefd_member *m = &set->members[i];

		if (m->level == set->level &&
		    (m->state == FREEZEFD_IDLE || m->state == FREEZEFD_FREEZING))
			return false;
	}
	if (freezefd_set_next_level(set, true, &set->level))
		return true;
	set->state = FS_FREEZE_FROZEN;
	set->generation++;
	return false;
}

static bool freezefd_set_step_down(struct freezefd_set *set)
{
	u32 i;

	for (i = 0; i < set->nr; i++) {
		const struct freezefd_member *m = &set->members[i];

		if (m->level >= set->level && (m->state == FREEZEFD_FROZEN ||
					       m->state == FREEZEFD_THAWING))
			return false;
	}
	if (freezefd_set_next_level(set, false, &set->level))
		return true;
	if (!freezefd_set_count(set, FREEZEFD_ABANDONED))
		set->state = FS_FREEZE_THAWED;
	return false;
}

/**
 * freezefd_set_step - go to the next level when one is done
 * @set: the set; freezefd_set_ask() was called for all of its members
 *
 * Return: whether there is more to ask.
 */
bool freezefd_set_step(struct freezefd_set *set)
{
	if (set->state == FS_FREEZE_FREEZING)
		return freezefd_set_step_up(set);
	if (set->state == FS_FREEZE_THAWING)
		return freezefd_set_step_down(set);
	return false;
}

/**
 * freezefd_set_frozen - a filesystem is frozen
 * @set: the set
 * @i: the member, which was asked to
 */
void freezefd_set_frozen(struct freezefd_set *set, u32 i)
{
	if (set->members[i].state == FREEZEFD_FREEZING)
		set->members[i].state = FREEZEFD_FROZEN;
}

/**
 * freezefd_set_failed - a filesystem does not freeze
 * @set: the set, which is not frozen then, unless the member is optional
 * @i: the member, which was asked to
 * @error: why
 */
void freezefd_set_failed(struct freezefd_set *set, u32 i, int error)
{
	struct freezefd_member *m = &set->members[i];
	bool abandoned = m->state == FREEZEFD_ABANDONED;

	m->error = error;
	m->state = FREEZEFD_IDLE;
	if (abandoned)
		return;
	if (m->optional && (error == -EOPNOTSUPP || error == -EROFS)) {
		m->state = FREEZEFD_LEFT_OUT;
		return;
	}
	set->error = error;
	freezefd_set_stop(set, 0);
}

/**
 * freezefd_set_thawed - a filesystem is thawed, as far as the set is concerned
 * @set: the set
 * @i: the member, which was asked to
 */
void freezefd_set_thawed(struct freezefd_set *set, u32 i)
{
	set->members[i].state = FREEZEFD_IDLE;
}

/**
 * freezefd_set_robbed - somebody else has thawed a filesystem
 * @set: the set, which is worth nothing without it
 * @i: the member, which was frozen
 */
void freezefd_set_robbed(struct freezefd_set *set, u32 i)
{
	set->members[i].state = FREEZEFD_IDLE;
	freezefd_set_stop(set, FS_FREEZE_LOST_FOREIGN);
}

/**
 * freezefd_set_is_settled - is there nothing to wait for?
 * @set: the set
 *
 * Return: whether it is frozen, or thawed as far as that can be had in time.
 */
bool freezefd_set_is_settled(const struct freezefd_set *set)
{
	return set->state == FS_FREEZE_FROZEN || set->state == FS_FREEZE_THAWED ||
	       set->hurry;
}

/**
 * freezefd_set_lost_error - what calls return for a freeze that was lost
 * @set: the set
 *
 * Return: -ETIMEDOUT, -ESTALE, or 0: it was not.
 */
int freezefd_set_lost_error(const struct freezefd_set *set)
{
	if (set->lost & FS_FREEZE_LOST_TIMEOUT)
		return -ETIMEDOUT;
	return set->lost ? -ESTALE : 0;
}

/**
 * freezefd_set_count - count members
 * @set: the set
 * @state: those in this state
 *
 * Return: how many there are.
 */
u32 freezefd_set_count(const struct freezefd_set *set,
		       enum freezefd_member_state state)
{
	u32 i, count = 0;

	for (i = 0; i < set->nr; i++)
		count += set->members[i].state == state;
	return count;
}
