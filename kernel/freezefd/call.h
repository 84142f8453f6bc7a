/* SPDX-License-Identifier: GPL-2.0 */
#ifndef FREEZEFD_CALL_H
#define FREEZEFD_CALL_H

#include <linux/fs.h>
#include <linux/poll.h>
#include <linux/types.h>

struct freezefd_handle;
struct fs_freeze_status;

int freezefd_call_freeze(struct freezefd_handle *handle, u32 timeout_ms);
int freezefd_call_thaw(struct freezefd_handle *handle, u32 wait_ms);
int freezefd_call_extend(struct freezefd_handle *handle, u32 timeout_ms);
void freezefd_call_stop(struct freezefd_handle *handle, u32 cause);
void freezefd_call_flush(struct freezefd_handle *handle, fl_owner_t id,
			 bool last);
void freezefd_call_close(struct freezefd_handle *handle);
int freezefd_call_stop_all(u32 cause, u32 wait_ms);

void freezefd_call_get_status(struct freezefd_handle *handle,
			      struct fs_freeze_status *status);
void freezefd_call_told(struct freezefd_handle *handle);
__poll_t freezefd_call_poll(struct freezefd_handle *handle);

#endif /* FREEZEFD_CALL_H */
