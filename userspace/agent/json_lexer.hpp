// SPDX-License-Identifier: GPL-2.0-or-later
//
// JsonLexer: bytes of the host to tokens, as they come. A token may end with
// any byte and lie in any number of reads; nothing but the token at hand is
// kept, and that is limited.
//
// QMP has some ways of its own. Strings may stand in single quotes. A byte that
// fits nowhere is an error with the text that it spoils, and what follows is
// skipped up to one that can be a beginning: a control character but tab, one of
// {}[],: or the byte 0xff, by which a host makes sure that it is understood.

#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace agent {

enum class TokenType {
	BeginObject,
	EndObject,
	BeginArray,
	EndArray,
	Colon,
	Comma,
	Integer,
	Float,
	Keyword, // letters, not looked at
	String,	 // with its quotes and escapes
	Stray,	 // text that is no token, to the byte that spoils it
	TooLong, // more than kTokenLimit
};

struct Token {
	TokenType type;
	std::string_view text; // until the next call
};

// Of one token, and of all in a message (json_stream.hpp).
inline constexpr size_t kTokenLimit = 1 << 20;

class JsonLexer
{
public:
	// Takes bytes off the input, up to the end of a token or of the input.
	std::optional<Token> next(std::string_view &input);

private:
	enum class State {
		Start,
		Recovery, // after an error
		String,
		Escape, // in a string, after a backslash
		Minus,
		Zero,
		Digits,
		Point,
		Fraction,
		Exponent,
		ExponentSign,
		ExponentDigits,
		Keyword,
	};

	std::optional<Token> start(std::string_view &input);
	std::optional<Token> continue_string(std::string_view &input);
	std::optional<Token> continue_number(std::string_view &input);
	std::optional<Token> continue_keyword(std::string_view &input);
	Token finish(TokenType type);
	Token spoil(std::string_view &input);
	bool skip(std::string_view &input);

	State state_ = State::Start;
	char quote_ = 0;
	std::string text_; // of the token at hand
	std::string done_; // of the one that was returned
};

} // namespace agent
