// SPDX-License-Identifier: GPL-2.0
/* Parameters: /sys/module/freezefd/parameters. */

#include <linux/module.h>
#include <linux/moduleparam.h>

#include "params.h"
#include "timeouts.h"

static unsigned int freezefd_timeout_default_ms = FREEZEFD_TIMEOUT_DEFAULT_MS;
static unsigned int freezefd_timeout_max_ms = FREEZEFD_TIMEOUT_LIMIT_MS;

static int freezefd_params_set_ms(const char *value,
				  const struct kernel_param *param)
{
	return param_set_uint_minmax(value, param, 1, FREEZEFD_TIMEOUT_LIMIT_MS);
}

static const struct kernel_param_ops freezefd_params_ms_ops = {
	.set = freezefd_params_set_ms,
	.get = param_get_uint,
};

module_param_cb(timeout_default_ms, &freezefd_params_ms_ops,
		&freezefd_timeout_default_ms, 0644);
MODULE_PARM_DESC(timeout_default_ms, "deadline of a freeze that asks for none");
module_param_cb(timeout_max_ms, &freezefd_params_ms_ops,
		&freezefd_timeout_max_ms, 0644);
MODULE_PARM_DESC(timeout_max_ms, "longest deadline, up to 600000");

static bool freezefd_guard;
module_param_named(guard, freezefd_guard, bool, 0644);
MODULE_PARM_DESC(guard, "refuse thaws by others, as with FS_FREEZE_FD_GUARD");

/**
 * freezefd_params_guard - shall each freeze be guarded?
 *
 * Return: whether it shall.
 */
bool freezefd_params_guard(void)
{
	return READ_ONCE(freezefd_guard);
}

/**
 * freezefd_params_timeout_max - the longest deadline
 *
 * Return: it, in ms.
 */
u32 freezefd_params_timeout_max(void)
{
	return READ_ONCE(freezefd_timeout_max_ms);
}

/**
 * freezefd_params_timeout_default - the deadline of who asks for none
 *
 * Return: it, in ms.
 */
u32 freezefd_params_timeout_default(void)
{
	return min(READ_ONCE(freezefd_timeout_default_ms),
		   freezefd_params_timeout_max());
}

/**
 * freezefd_params_timeout - the deadline that a program gets
 * @asked: by it, or 0
 * @fallback: what it gets then
 * @chosen: the deadline
 *
 * Return: 0, or -EINVAL when it asks for too much.
 */
int freezefd_params_timeout(u32 asked, u32 fallback, u32 *chosen)
{
	return freezefd_timeout_choose(asked, fallback,
				       freezefd_params_timeout_max(), chosen);
}
