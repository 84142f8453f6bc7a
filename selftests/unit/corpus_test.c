// SPDX-License-Identifier: GPL-2.0-or-later
/* What libFuzzer has found worth keeping, through the same checks again. */

#include <dirent.h>
#include <stdio.h>

#include "../fuzz/fuzz.h"
#include "unit.h"

static void feed(const char *name)
{
	uint8_t data[4096];
	char path[4096];
	size_t size;
	FILE *file;

	snprintf(path, sizeof(path), "%s%s", CORPUS, name);
	file = fopen(path, "re");
	assert_non_null(file);
	size = fread(data, 1, sizeof(data), file);
	fclose(file);
	assert_int_equal(LLVMFuzzerTestOneInput(data, size), 0);
}

static void every_input_of_the_corpus_passes(void **state)
{
	DIR *folder = opendir(CORPUS);
	struct dirent *entry;
	size_t inputs = 0;

	(void)state;
	assert_non_null(folder);
	while ((entry = readdir(folder))) {
		if (entry->d_name[0] == '.')
			continue;
		feed(entry->d_name);
		inputs++;
	}
	closedir(folder);
	assert_true(inputs > 0);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(every_input_of_the_corpus_passes),
};

UNIT_MAIN(CORPUS_NAME, tests, NULL)
