/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What libFuzzer calls with each input; it must return 0. */
#ifndef GATEHOUSE_FUZZ_H
#define GATEHOUSE_FUZZ_H

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#endif
