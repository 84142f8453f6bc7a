/* SPDX-License-Identifier: GPL-2.0 */
/* The module's parameters, each of which may change at any time. */
#ifndef FREEZEFD_PARAMS_H
#define FREEZEFD_PARAMS_H

#include <linux/types.h>

u32 freezefd_params_timeout_max(void);
u32 freezefd_params_timeout_default(void);
bool freezefd_params_guard(void);
int freezefd_params_timeout(u32 asked, u32 fallback, u32 *chosen);

#endif /* FREEZEFD_PARAMS_H */
