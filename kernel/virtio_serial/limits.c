// SPDX-License-Identifier: GPL-2.0
/* What a limit may be, and what it is for a port that nobody has limited. */

#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/moduleparam.h>

#include "buf.h"
#include "limits.h"
#include "rx_rules.h"
#include "tx_window.h"

const struct vser_limit_kind vser_limit_rx = {
	.kib = PAGE_SIZE / 1024,
	.most = VSER_RX_BUFS,
};

const struct vser_limit_kind vser_limit_tx = {
	.kib = (PAGE_SIZE << VSER_TX_ORDER) / 1024,
	.most = VSER_TX_BUFS,
};

/**
 * struct vser_limit_param - a parameter of the module
 * @kind: what it limits
 * @bufs: the limit; a port reads it once
 */
struct vser_limit_param {
	const struct vser_limit_kind *kind;
	unsigned int bufs;
};

static struct vser_limit_param vser_rx_param = { &vser_limit_rx, VSER_RX_BUFS };
static struct vser_limit_param vser_tx_param = { &vser_limit_tx, VSER_TX_BUFS };

/**
 * vser_limit_parse - read a limit
 * @kind: what it limits
 * @text: KiB, a number
 * @bufs: set to as many whole buffers
 *
 * Return: 0; -EINVAL if it is no number, or less than a buffer, or more than
 * the port would hold without it; -ERANGE.
 */
int vser_limit_parse(const struct vser_limit_kind *kind, const char *text,
		     unsigned int *bufs)
{
	unsigned int kib;
	int err = kstrtouint(text, 0, &kib);

	if (err)
		return err;
	if (kib < kind->kib || kib > kind->kib * kind->most)
		return -EINVAL;
	*bufs = kib / kind->kib;
	return 0;
}

/**
 * vser_limits_init - what the module's parameters say
 * @limits: of a new port
 */
void vser_limits_init(struct vser_limits *limits)
{
	limits->rx_bufs = READ_ONCE(vser_rx_param.bufs);
	limits->tx_bufs = READ_ONCE(vser_tx_param.bufs);
}

static int vser_limit_param_set(const char *text, const struct kernel_param *kp)
{
	struct vser_limit_param *param = kp->arg;
	unsigned int bufs;
	int err = vser_limit_parse(param->kind, text, &bufs);

	if (!err)
		WRITE_ONCE(param->bufs, bufs);
	return err;
}

static int vser_limit_param_get(char *text, const struct kernel_param *kp)
{
	const struct vser_limit_param *param = kp->arg;

	return sprintf(text, "%u\n", param->bufs * param->kind->kib);
}

static const struct kernel_param_ops vser_limit_param_ops = {
	.set = vser_limit_param_set,
	.get = vser_limit_param_get,
};

module_param_cb(rx_limit_kib, &vser_limit_param_ops, &vser_rx_param, 0644);
MODULE_PARM_DESC(rx_limit_kib,
		 "KiB that a new port may hold of data from the host, 4 to 512");
module_param_cb(tx_limit_kib, &vser_limit_param_ops, &vser_tx_param, 0644);
MODULE_PARM_DESC(tx_limit_kib,
		 "KiB that a new port may hold of data to the host, 32 to 1024");
