/* SPDX-License-Identifier: GPL-2.0 */
#ifndef FREEZEFD_NETLINK_H
#define FREEZEFD_NETLINK_H

int freezefd_netlink_init(void);
void freezefd_netlink_exit(void);

#endif /* FREEZEFD_NETLINK_H */
