// SPDX-License-Identifier: GPL-2.0-or-later

#include "harden.hpp"

#include <fmt/format.h>
#include <linux/capability.h>
#include <seccomp.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <memory>

#include "syscall.hpp"

namespace agent {

using namespace gatehouse;

namespace {

constexpr int kKept[] = {CAP_SYS_ADMIN, CAP_SYS_TIME, CAP_SYS_BOOT, CAP_DAC_READ_SEARCH,
			 CAP_IPC_LOCK};

// Ways to more power, or into other processes; none of them is needed here or
// by shutdown. A list of what is allowed would have to know every shutdown.
constexpr int kDenied[] = {
	SCMP_SYS(acct),
	SCMP_SYS(add_key),
	SCMP_SYS(bpf),
	SCMP_SYS(chroot),
	SCMP_SYS(create_module),
	SCMP_SYS(delete_module),
	SCMP_SYS(finit_module),
	SCMP_SYS(fsconfig),
	SCMP_SYS(fsmount),
	SCMP_SYS(fsopen),
	SCMP_SYS(init_module),
	SCMP_SYS(io_uring_setup),
	SCMP_SYS(ioperm),
	SCMP_SYS(iopl),
	SCMP_SYS(kexec_file_load),
	SCMP_SYS(kexec_load),
	SCMP_SYS(keyctl),
	SCMP_SYS(mount),
	SCMP_SYS(mount_setattr),
	SCMP_SYS(move_mount),
	SCMP_SYS(open_by_handle_at),
	SCMP_SYS(open_tree),
	SCMP_SYS(perf_event_open),
	SCMP_SYS(personality),
	SCMP_SYS(pidfd_getfd),
	SCMP_SYS(pivot_root),
	SCMP_SYS(process_vm_readv),
	SCMP_SYS(process_vm_writev),
	SCMP_SYS(ptrace),
	SCMP_SYS(request_key),
	SCMP_SYS(setns),
	SCMP_SYS(swapoff),
	SCMP_SYS(swapon),
	SCMP_SYS(umount),
	SCMP_SYS(umount2),
	SCMP_SYS(unshare),
	SCMP_SYS(userfaultfd),
};

uint64_t kept_mask()
{
	uint64_t mask = 0;

	for (const int capability : kKept)
		mask |= uint64_t{1} << capability;
	return mask;
}

Result<void> drop_capabilities()
{
	const uint64_t kept = kept_mask();
	__user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
	std::array<__user_cap_data_struct, 2> sets = {};

	// Up to the last one that this kernel has.
	for (int number = 0; prctl(PR_CAPBSET_READ, number, 0, 0, 0) >= 0; number++)
		if (!(kept >> number & 1))
			TRY(sys::prctl(PR_CAPBSET_DROP, static_cast<unsigned long>(number),
				       "PR_CAPBSET_DROP"));
	if (syscall(SYS_capget, &header, sets.data()) < 0)
		return Error{errno, "capget"};
	for (size_t i = 0; i < sets.size(); i++) {
		const auto mask = static_cast<uint32_t>(kept >> 32 * i);
		sets[i].permitted &= mask;
		sets[i].effective &= mask;
		sets[i].inheritable = 0;
	}
	if (syscall(SYS_capset, &header, sets.data()) < 0)
		return Error{errno, "capset"};
	return {};
}

Result<void> filter_calls()
{
	const std::unique_ptr<void, void (*)(void *)> filter(seccomp_init(SCMP_ACT_ALLOW),
							     seccomp_release);

	if (!filter)
		return Error{ENOMEM, "seccomp_init"};
	for (const int call : kDenied)
		// One that this architecture has not is no failure.
		if (const int status =
			    seccomp_rule_add(filter.get(), SCMP_ACT_ERRNO(EPERM), call, 0);
		    status < 0 && status != -EDOM)
			return Error{-status, "seccomp_rule_add"};
	if (const int status = seccomp_load(filter.get()); status < 0)
		return Error{-status, "seccomp_load"};
	return {};
}

Result<void> forbid_core()
{
	const rlimit none = {0, 0};

	if (setrlimit(RLIMIT_CORE, &none) < 0)
		return Error{errno, "setrlimit"};
	return sys::prctl(PR_SET_DUMPABLE, 0, "PR_SET_DUMPABLE");
}

Result<void> lock_memory()
{
	if (mlockall(MCL_CURRENT | MCL_FUTURE) < 0)
		return Error{errno, "mlockall"};
	return {};
}

Result<void> forbid_privileges()
{
	return sys::prctl(PR_SET_NO_NEW_PRIVS, 1, "PR_SET_NO_NEW_PRIVS");
}

} // namespace

void harden(Log &log)
{
	for (const auto step :
	     {forbid_core, lock_memory, forbid_privileges, drop_capabilities, filter_calls})
		if (const auto done = step(); !done.ok())
			log.warning(fmt::format("not hardened: {}", done.error().message()));
}

} // namespace agent
