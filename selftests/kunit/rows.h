/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A case table's rows as parameters of a KUnit case, each with its own result. */
#ifndef GATEHOUSE_KUNIT_ROWS_H
#define GATEHOUSE_KUNIT_ROWS_H

#include <kunit/test.h>
#include <linux/string.h>

/* Not in 6.1. */
#ifndef KUNIT_ARRAY_PARAM_DESC
#define KUNIT_ARRAY_PARAM_DESC(name, array, member)                             \
	static void name##_describe(typeof((array)[0]) *row, char *text)        \
	{                                                                       \
		strscpy(text, row->member, KUNIT_PARAM_DESC_SIZE);              \
	}                                                                       \
	KUNIT_ARRAY_PARAM(name, array, name##_describe)
#endif

#endif
