/* SPDX-License-Identifier: GPL-2.0 */
#ifndef FREEZEFD_NOTIFIER_H
#define FREEZEFD_NOTIFIER_H

int freezefd_notifier_init(void);
void freezefd_notifier_exit(void);

#endif /* FREEZEFD_NOTIFIER_H */
