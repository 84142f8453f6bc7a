// SPDX-License-Identifier: GPL-2.0
/* 6.5: the holder of a block device has operations: a filesystem its own. */
#include <linux/blkdev.h>

bool bdev_holder_ops_probe(struct block_device *bdev)
{
	return bdev->bd_holder_ops == &fs_holder_ops && bdev->bd_holder;
}
