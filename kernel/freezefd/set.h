/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A set of filesystems that are frozen together: what is to be done next, and
 * what has become of it. Nothing here knows a filesystem, a lock or a timer, so
 * the same code runs under CMocka and KUnit.
 *
 * Levels are frozen in ascending order, a level at a time, and thawed in
 * descending order. Two things never wait for their turn: a member whose freeze
 * is under way when the set stops is given up at once, since it may wait for
 * one that we have frozen; and when the thaw of a level takes too long all the
 * rest is thawed with it, since it may wait for one of a lower level.
 */
#ifndef FREEZEFD_SET_H
#define FREEZEFD_SET_H

#include <linux/types.h>

/**
 * enum freezefd_member_state - what a set has asked of a filesystem
 * @FREEZEFD_IDLE: nothing, or all that was asked is done
 * @FREEZEFD_FREEZING: to freeze
 * @FREEZEFD_FROZEN: it is frozen
 * @FREEZEFD_THAWING: to thaw
 * @FREEZEFD_ABANDONED: to thaw, while it was still freezing
 * @FREEZEFD_LEFT_OUT: it can't be frozen and does not matter
 */
enum freezefd_member_state {
	FREEZEFD_IDLE,
	FREEZEFD_FREEZING,
	FREEZEFD_FROZEN,
	FREEZEFD_THAWING,
	FREEZEFD_ABANDONED,
	FREEZEFD_LEFT_OUT,
};

/**
 * struct freezefd_member - one filesystem of a set
 * @level: as in struct fs_freeze_target
 * @optional: the same
 * @state: what has been asked of it
 * @error: why its last freeze failed, or 0
 */
struct freezefd_member {
	u32 level;
	bool optional;
	enum freezefd_member_state state;
	int error;
};

/**
 * struct freezefd_set - a set
 * @state: FS_FREEZE_*
 * @lost: FS_FREEZE_LOST_*, why the last freeze was lost
 * @error: why the last freeze failed, or 0
 * @hurry: order has taken too long: thaw all
 * @level: the one that is being frozen or thawed
 * @generation: completed freezes
 * @nr: members, one at least
 * @members: the set's filesystems
 */
struct freezefd_set {
	u32 state;
	u32 lost;
	int error;
	bool hurry;
	u32 level;
	u64 generation;
	u32 nr;
	struct freezefd_member *members;
};

/**
 * enum freezefd_ask - what is to be asked of a member's filesystem
 * @FREEZEFD_ASK_NOTHING: nothing
 * @FREEZEFD_ASK_FREEZE: to freeze
 * @FREEZEFD_ASK_THAW: to thaw, or to give up freezing
 */
enum freezefd_ask {
	FREEZEFD_ASK_NOTHING,
	FREEZEFD_ASK_FREEZE,
	FREEZEFD_ASK_THAW,
};

int freezefd_set_start(struct freezefd_set *set);
void freezefd_set_stop(struct freezefd_set *set, u32 cause);
void freezefd_set_expire(struct freezefd_set *set);

enum freezefd_ask freezefd_set_ask(struct freezefd_set *set, u32 i);
bool freezefd_set_step(struct freezefd_set *set);

void freezefd_set_frozen(struct freezefd_set *set, u32 i);
void freezefd_set_failed(struct freezefd_set *set, u32 i, int error);
void freezefd_set_thawed(struct freezefd_set *set, u32 i);
void freezefd_set_robbed(struct freezefd_set *set, u32 i);

bool freezefd_set_is_settled(const struct freezefd_set *set);
int freezefd_set_lost_error(const struct freezefd_set *set);
u32 freezefd_set_count(const struct freezefd_set *set,
		       enum freezefd_member_state state);

#endif /* FREEZEFD_SET_H */
