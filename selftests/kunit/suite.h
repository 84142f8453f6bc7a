/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What each KUnit file has besides its cases: the rows of a table as parameters
 * of a case, each with its own result; and the suite, which is a module.
 */
#ifndef GATEHOUSE_KUNIT_SUITE_H
#define GATEHOUSE_KUNIT_SUITE_H

#include <kunit/test.h>
#include <linux/module.h>
#include <linux/string.h>

/* Cases in the rows of @array: @name_gen_params() for KUNIT_CASE_PARAM(). A row's
 * member `what` says what it is. (KUNIT_ARRAY_PARAM_DESC() is not in 6.1.)
 */
#define SUITE_ROWS(name, array)                                            \
	static void name##_describe(typeof((array) + 0) row, char *text)        \
	{                                                                       \
		strscpy(text, row->what, KUNIT_PARAM_DESC_SIZE);                \
	}                                                                       \
	KUNIT_ARRAY_PARAM(name, array, name##_describe)

/* The suite @title, of the cases in the array `cases`, tests @file. */
#define SUITE_MODULE(title, file)                                           \
	static struct kunit_suite suite = {                                     \
		.name = title,                                                  \
		.test_cases = cases,                                            \
	};                                                                      \
	kunit_test_suite(suite);                                                \
	MODULE_DESCRIPTION("KUnit suite of " file);                             \
	MODULE_LICENSE("GPL")

#endif
