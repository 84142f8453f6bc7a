// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What programs of today will pass to kernels of tomorrow: each member of the
 * structs of gatehouse/freezefd.h stays where it is. A member that a struct gets
 * at its end is a new row; no row changes.
 */

#include <gatehouse/freezefd.h>

#include "unit.h"

struct row {
	const char *what;
	size_t is;
	size_t shall;
};

#define OFFSET(type, member, offset) \
	{ #type "::" #member, offsetof(struct type, member), offset }
#define SIZE(type, size) { "size of " #type, sizeof(struct type), size }
#define NUMBER(name, number) { #name, name, number }

static const struct row rows[] = {
	OFFSET(fs_freeze_info, size, 0),
	OFFSET(fs_freeze_info, flags, 4),
	OFFSET(fs_freeze_info, features, 8),
	OFFSET(fs_freeze_info, flags_supported, 12),
	OFFSET(fs_freeze_info, timeout_default_ms, 16),
	OFFSET(fs_freeze_info, timeout_max_ms, 20),
	OFFSET(fs_freeze_info, targets_max, 24),
	SIZE(fs_freeze_info, 32),

	OFFSET(fs_freeze_query, size, 0),
	OFFSET(fs_freeze_query, flags, 4),
	OFFSET(fs_freeze_query, fd, 8),
	OFFSET(fs_freeze_query, state, 12),
	OFFSET(fs_freeze_query, holders, 16),
	OFFSET(fs_freeze_query, kernel_holders, 20),
	OFFSET(fs_freeze_query, user_holders, 24),
	OFFSET(fs_freeze_query, dev_major, 28),
	OFFSET(fs_freeze_query, dev_minor, 32),
	SIZE(fs_freeze_query, 40),

	OFFSET(fs_freeze_target, fd, 0),
	OFFSET(fs_freeze_target, level, 4),
	OFFSET(fs_freeze_target, flags, 8),
	OFFSET(fs_freeze_target, error, 12),
	SIZE(fs_freeze_target, 16),

	OFFSET(fs_freeze_getfd, size, 0),
	OFFSET(fs_freeze_getfd, flags, 4),
	OFFSET(fs_freeze_getfd, targets, 8),
	OFFSET(fs_freeze_getfd, nr_targets, 16),
	OFFSET(fs_freeze_getfd, target_size, 20),
	OFFSET(fs_freeze_getfd, timeout_ms, 24),
	OFFSET(fs_freeze_getfd, cookie, 32),
	SIZE(fs_freeze_getfd, 40),

	OFFSET(fs_freeze_op, size, 0),
	OFFSET(fs_freeze_op, flags, 4),
	OFFSET(fs_freeze_op, timeout_ms, 8),
	SIZE(fs_freeze_op, 16),

	OFFSET(fs_freeze_status, size, 0),
	OFFSET(fs_freeze_status, flags, 4),
	OFFSET(fs_freeze_status, state, 8),
	OFFSET(fs_freeze_status, lost, 12),
	OFFSET(fs_freeze_status, generation, 16),
	OFFSET(fs_freeze_status, frozen_since_ns, 24),
	OFFSET(fs_freeze_status, remaining_ms, 32),
	OFFSET(fs_freeze_status, nr_targets, 36),
	OFFSET(fs_freeze_status, nr_frozen, 40),
	OFFSET(fs_freeze_status, nr_foreign, 44),
	OFFSET(fs_freeze_status, error, 48),
	SIZE(fs_freeze_status, 56),

	OFFSET(fs_freeze_event, size, 0),
	OFFSET(fs_freeze_event, event, 4),
	OFFSET(fs_freeze_event, seq, 8),
	OFFSET(fs_freeze_event, time_ns, 16),
	OFFSET(fs_freeze_event, cookie, 24),
	OFFSET(fs_freeze_event, dev_major, 32),
	OFFSET(fs_freeze_event, dev_minor, 36),
	OFFSET(fs_freeze_event, lost, 40),
	SIZE(fs_freeze_event, 48),

	NUMBER(FREEZEFD_GET_INFO, 0xFC00),
	NUMBER(FIISFROZEN, 0xFC01),
	NUMBER(BLKISFROZEN, 0xFC02),
	NUMBER(FIGETFREEZEFD, 0xFC03),
	NUMBER(FS_FREEZE_THAW_ALL, 0xFC04),
	NUMBER(FS_FREEZE_FD, 0xFC10),
	NUMBER(FS_THAW_FD, 0xFC11),
	NUMBER(FS_ISFROZEN_FD, 0xFC12),
	NUMBER(FS_FREEZE_EXTEND_FD, 0xFC13),
};

static void each_member_lies_where_its_row_says(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		if (rows[i].is != rows[i].shall)
			fail_msg("%s is %zu, not %zu", rows[i].what, rows[i].is,
				 rows[i].shall);
	}
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(each_member_lies_where_its_row_says),
};

UNIT_MAIN("freezefd_uapi", tests, NULL)
