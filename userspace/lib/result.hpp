// SPDX-License-Identifier: GPL-2.0-or-later
//
// Result<T>: a value, or the Error that says why there is none. Every fallible
// function returns one; TRY(x) takes the value out or returns the Error to the
// caller, so each exit path stays visible. Nothing here throws.

#pragma once

#include <cstring>
#include <string>
#include <utility>
#include <variant>

namespace gatehouse {

// What failed: the errno, and what was attempted ("open '/dev/kvm'"). With
// code 0 the text is the whole message.
struct Error {
	int code = 0;
	std::string attempted;

	std::string message() const { return code ? attempted + ": " + strerror(code) : attempted; }
};

template <typename T> class [[nodiscard]] Result
{
public:
	Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
	Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}

	bool ok() const { return state_.index() == 0; }

	// value() and error() may be called only for what ok() said.
	T &value() { return *std::get_if<0>(&state_); }
	const T &value() const { return *std::get_if<0>(&state_); }
	const Error &error() const { return *std::get_if<1>(&state_); }

	T take() { return std::move(value()); }
	Error take_error() { return std::move(*std::get_if<1>(&state_)); }

	// Has this failed with this errno?
	bool failed_with(int code) const { return !ok() && error().code == code; }

private:
	std::variant<T, Error> state_;
};

template <> class [[nodiscard]] Result<void>
{
public:
	Result() = default;
	Result(Error error) : error_(std::move(error)), ok_(false) {}

	bool ok() const { return ok_; }
	const Error &error() const { return error_; }

	void take() const {}
	Error take_error() { return std::move(error_); }
	bool failed_with(int code) const { return !ok_ && error_.code == code; }

private:
	Error error_;
	bool ok_ = true;
};

} // namespace gatehouse

// The value of a Result, or return its Error from the enclosing function.
#define TRY(expression)                                                                            \
	({                                                                                         \
		auto try_result = (expression);                                                    \
		if (!try_result.ok()) [[unlikely]]                                                 \
			return try_result.take_error();                                            \
		try_result.take();                                                                 \
	})
