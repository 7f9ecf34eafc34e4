/* SPDX-License-Identifier: MIT */
/* The one function behind printf, snprintf and their kind, in place of musl's, which brings along exact
 * floating point numbers of any size, wide characters, and on arm64 arithmetic in 128 bits: 11 KB there,
 * 20 KB here. It knows what this program asks for: flags - 0 + and blank, #x, width, precision, hh h l
 * ll z j t, and d i u x X o c s p %, and f for numbers below 1e15 with at most 9 decimals. Anything
 * else ends the program. */
#include <assert.h>
#include <limits.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#ifdef __GLIBC__
typedef int printf_is_the_libcs_own; /* ISO C wants a translation unit not to be empty */
#else

/* Gathers, so that what goes to an unbuffered stream goes in one piece. */
struct sink {
	FILE *to;
	size_t n, used;
	bool failed;
	char text[512];
};

static void put(struct sink *s, const char *text, size_t n)
{
	if (n > sizeof s->text - s->used || !text) {
		s->failed |= fwrite(s->text, 1, s->used, s->to) != s->used;
		s->used = 0;
	}
	s->n += n;
	if (n > sizeof s->text) {
		s->failed |= fwrite(text, 1, n, s->to) != n;
	} else if (n) {
		memcpy(s->text + s->used, text, n);
		s->used += n;
	}
}

static void fill(struct sink *s, char c, size_t n)
{
	for (; n; n--)
		put(s, &c, 1);
}

/* One conversion: what stands between % and its letter. */
struct spec {
	bool left, zero, plus, blank, alternate;
	int width, precision; /* precision -1: none given */
	enum { INT, CHAR, SHORT, LONG, WIDE } size;
	char letter;
};

/* Zeros by width stand where blanks would, but behind the sign. */
static void field(struct sink *s, const struct spec *c, const char *sign, size_t zeros,
	const char *text, size_t n)
{
	const size_t all = strlen(sign) + zeros + n;
	const size_t pad = (size_t)c->width > all ? (size_t)c->width - all : 0;
	if (!c->left && !c->zero)
		fill(s, ' ', pad);
	put(s, sign, strlen(sign));
	fill(s, '0', zeros + (c->zero && !c->left ? pad : 0));
	put(s, text, n);
	if (c->left)
		fill(s, ' ', pad);
}

static const char *sign_of(const struct spec *c, bool minus)
{
	return minus ? "-" : c->plus ? "+" : c->blank ? " " : "";
}

/* Writes digits from the end of the room towards its begin, and returns where they begin. */
static char *digits(char *end, uintmax_t v, unsigned base, bool upper)
{
	for (; v; v /= base)
		*--end = (upper ? "0123456789ABCDEF" : "0123456789abcdef")[v % base];
	return end;
}

static void number(struct sink *s, struct spec *c, const char *sign, uintmax_t v, unsigned base)
{
	char room[sizeof v * CHAR_BIT / 3 + 1], *const end = room + sizeof room;
	const char *begin = digits(end, v, base, c->letter == 'X');
	const size_t n = (size_t)(end - begin),
		     least = (size_t)(c->precision < 0 ? 1 : c->precision);
	if (c->precision >= 0)
		c->zero = false;
	if (c->alternate && v && base == 16)
		sign = c->letter == 'X' ? "0X" : "0x";
	field(s, c, sign, n < least ? least - n : 0, begin, n);
}

static void fraction(struct sink *s, const struct spec *c, double v)
{
	char room[32], *const end = room + sizeof room;
	const int places = c->precision < 0 ? 6 : c->precision;
	const bool minus = v < 0;
	double scaled = minus ? -v : v;
	assert(scaled < 1e15 && places <= 9); /* not a number is neither */
	for (int i = 0; i < places; i++)
		scaled *= 10;
	assert(scaled < 1e18);
	uint64_t whole = (uint64_t)scaled;
	const double rest = scaled - (double)whole;
	whole += rest > 0.5 || (rest == 0.5 && whole % 2);
	char *begin = digits(end, whole, 10, false);
	while (end - begin <= places)
		*--begin = '0';
	if (places) { /* the point goes between, and what stands before it moves */
		const size_t before = (size_t)(end - begin - places);
		memmove(begin - 1, begin, before);
		begin--;
		begin[before] = '.';
	}
	field(s, c, sign_of(c, minus), 0, begin, (size_t)(end - begin));
}

static uintmax_t unsigned_arg(const struct spec *c, va_list *args)
{
	switch (c->size) {
	case CHAR:
		return (unsigned char)va_arg(*args, unsigned);
	case SHORT:
		return (unsigned short)va_arg(*args, unsigned);
	case INT:
		return va_arg(*args, unsigned);
	case LONG:
		return va_arg(*args, unsigned long);
	default:
		return va_arg(*args, uintmax_t);
	}
}

static void signed_number(struct sink *s, struct spec *c, va_list *args)
{
	intmax_t v;
	switch (c->size) {
	case CHAR:
		v = (signed char)va_arg(*args, int);
		break;
	case SHORT:
		v = (short)va_arg(*args, int);
		break;
	case INT:
		v = va_arg(*args, int);
		break;
	case LONG:
		v = va_arg(*args, long);
		break;
	default:
		v = va_arg(*args, intmax_t);
	}
	number(s, c, sign_of(c, v < 0), v < 0 ? -(uintmax_t)v : (uintmax_t)v, 10);
}

static void convert(struct sink *s, struct spec *c, va_list *args)
{
	const char *text;
	char letter;
	switch (c->letter) {
	case 'd':
	case 'i':
		signed_number(s, c, args);
		break;
	case 'u':
		number(s, c, "", unsigned_arg(c, args), 10);
		break;
	case 'o':
		number(s, c, "", unsigned_arg(c, args), 8);
		break;
	case 'x':
	case 'X':
		number(s, c, "", unsigned_arg(c, args), 16);
		break;
	case 'p':
		c->alternate = true;
		number(s, c, "", (uintptr_t)va_arg(*args, void *), 16);
		break;
	case 'f':
		fraction(s, c, va_arg(*args, double));
		break;
	case 'c':
		letter = (char)va_arg(*args, int);
		field(s, c, "", 0, &letter, 1);
		break;
	case 's':
		text = va_arg(*args, const char *);
		text = text ? text : "(null)";
		field(s, c, "", 0, text,
			c->precision < 0 ? strlen(text) : strnlen(text, (size_t)c->precision));
		break;
	default:
		assert(c->letter == '%');
		put(s, "%", 1);
	}
}

/* A width or precision: digits, or a star for an argument. */
static const char *count(const char *p, int *n, va_list *args)
{
	*n = 0;
	if (*p == '*') {
		*n = va_arg(*args, int);
		return p + 1;
	}
	for (; *p >= '0' && *p <= '9' && *n < 100000; p++)
		*n = *n * 10 + *p - '0';
	return p;
}

static const char *read_spec(const char *p, struct spec *c, va_list *args)
{
	*c = (struct spec){ .precision = -1 };
	for (;; p++)
		if (*p == '-')
			c->left = true;
		else if (*p == '0')
			c->zero = true;
		else if (*p == '+')
			c->plus = true;
		else if (*p == ' ')
			c->blank = true;
		else if (*p == '#')
			c->alternate = true;
		else
			break;
	p = count(p, &c->width, args);
	if (c->width < 0) {
		c->left = true;
		c->width = -c->width;
	}
	if (*p == '.') {
		p = count(p + 1, &c->precision, args);
		if (c->precision < 0)
			c->precision = -1;
	}
	for (; *p == 'h'; p++)
		c->size = c->size == SHORT ? CHAR : SHORT;
	for (; *p == 'l'; p++)
		c->size = c->size == LONG ? WIDE : LONG;
	/* All three have the size of long on the machines there are, and j too. */
	for (; *p == 'z' || *p == 'j' || *p == 't'; p++)
		c->size = WIDE;
	c->letter = *p;
	return p + 1;
}

int vfprintf(FILE *restrict to, const char *restrict format, va_list given)
{
	_Static_assert(sizeof(size_t) == sizeof(uintmax_t), "z is read as j");
	_Static_assert(sizeof(ptrdiff_t) == sizeof(uintmax_t), "t is read as j");
	struct sink s = { .to = to };
	va_list args;
	va_copy(args, given);
	while (*format) {
		const size_t plain = strcspn(format, "%");
		put(&s, format, plain);
		format += plain;
		if (*format) {
			struct spec c;
			format = read_spec(format + 1, &c, &args);
			convert(&s, &c, &args);
		}
	}
	va_end(args);
	put(&s, NULL, 0);
	return s.failed || s.n > INT_MAX ? -1 : (int)s.n;
}
#endif
