// SPDX-License-Identifier: GPL-2.0-or-later

#include "json_lexer.hpp"

#include <utility>

namespace agent {

namespace {

constexpr std::string_view kStructure = "{}[]:,";

bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

bool is_letter(char c)
{
	return c >= 'a' && c <= 'z';
}

bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

// Control characters, and the two bytes that no UTF-8 text has.
bool is_break(char c)
{
	const auto byte = static_cast<unsigned char>(c);

	return byte < 0x20 || byte >= 0xfe;
}

TokenType structure(char c)
{
	constexpr TokenType kTypes[] = {TokenType::BeginObject, TokenType::EndObject,
					TokenType::BeginArray,	TokenType::EndArray,
					TokenType::Colon,	TokenType::Comma};

	return kTypes[kStructure.find(c)];
}

char take(std::string_view &input)
{
	const char c = input.front();

	input.remove_prefix(1);
	return c;
}

} // namespace

Token JsonLexer::finish(TokenType type)
{
	done_ = std::exchange(text_, {});
	state_ = State::Start;
	return {type, done_};
}

// The next byte, and what came before it.
Token JsonLexer::spoil(std::string_view &input)
{
	text_ += take(input);
	const Token token = finish(TokenType::Stray);
	state_ = State::Recovery;
	return token;
}

// Returns true at a byte to begin with.
bool JsonLexer::skip(std::string_view &input)
{
	while (!input.empty()) {
		const char c = input.front();
		if ((is_break(c) && c != '\t') || kStructure.find(c) != kStructure.npos) {
			state_ = State::Start;
			return true;
		}
		input.remove_prefix(1);
	}
	return false;
}

std::optional<Token> JsonLexer::next(std::string_view &input)
{
	while (!input.empty()) {
		std::optional<Token> token;

		if (state_ == State::Recovery && !skip(input))
			return {};
		if (state_ == State::Start)
			token = start(input);
		else if (state_ == State::String || state_ == State::Escape)
			token = continue_string(input);
		else if (state_ == State::Keyword)
			token = continue_keyword(input);
		else
			token = continue_number(input);
		if (token)
			return token;
		if (text_.size() > kTokenLimit) {
			token = finish(TokenType::TooLong);
			state_ = State::Recovery;
			return token;
		}
	}
	return {};
}

std::optional<Token> JsonLexer::start(std::string_view &input)
{
	const char c = input.front();

	if (is_blank(c)) {
		take(input);
		return {};
	}
	if (kStructure.find(c) != kStructure.npos) {
		text_ = take(input);
		return finish(structure(c));
	}
	if (c == '"' || c == '\'') {
		quote_ = c;
		state_ = State::String;
	} else if (c == '-') {
		state_ = State::Minus;
	} else if (is_digit(c)) {
		state_ = c == '0' ? State::Zero : State::Digits;
	} else if (is_letter(c)) {
		state_ = State::Keyword;
	} else {
		return spoil(input);
	}
	text_ = take(input);
	return {};
}

std::optional<Token> JsonLexer::continue_string(std::string_view &input)
{
	while (!input.empty() && text_.size() <= kTokenLimit) {
		const char c = input.front();

		if (is_break(c))
			return spoil(input);
		text_ += take(input);
		if (state_ == State::Escape)
			state_ = State::String;
		else if (c == '\\')
			state_ = State::Escape;
		else if (c == quote_)
			return finish(TokenType::String);
	}
	return {};
}

std::optional<Token> JsonLexer::continue_keyword(std::string_view &input)
{
	while (!input.empty() && text_.size() <= kTokenLimit) {
		if (!is_letter(input.front()))
			return finish(TokenType::Keyword);
		text_ += take(input);
	}
	return {};
}

// One byte of a number, or its end.
std::optional<Token> JsonLexer::continue_number(std::string_view &input)
{
	const char c = input.front();
	const bool digit = is_digit(c);
	const bool exponent = (c == 'e' || c == 'E') && state_ != State::Zero; // QMP's 0e1 is two

	switch (state_) {
	case State::Minus:
		if (!digit)
			return spoil(input);
		state_ = c == '0' ? State::Zero : State::Digits;
		break;
	case State::Zero:
	case State::Digits:
		if (digit && state_ == State::Zero)
			return spoil(input);
		if (!digit && c != '.' && !exponent)
			return finish(TokenType::Integer);
		if (!digit)
			state_ = c == '.' ? State::Point : State::Exponent;
		break;
	case State::Exponent:
		if (!digit && c != '+' && c != '-')
			return spoil(input);
		state_ = digit ? State::ExponentDigits : State::ExponentSign;
		break;
	case State::Point:
	case State::ExponentSign:
		if (!digit)
			return spoil(input);
		state_ = state_ == State::Point ? State::Fraction : State::ExponentDigits;
		break;
	default: // Fraction, ExponentDigits
		if (!digit && !(exponent && state_ == State::Fraction))
			return finish(TokenType::Float);
		if (!digit)
			state_ = State::Exponent;
		break;
	}
	text_ += take(input);
	return {};
}

} // namespace agent
