// SPDX-License-Identifier: GPL-2.0
#include <string.h>

#include "text.h"

static bool is_white(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

struct gmg_text text_of(const char *s)
{
	return (struct gmg_text){ s, strlen(s) };
}

struct gmg_text text_trim(struct gmg_text t)
{
	while (t.len && is_white(*t.p)) {
		t.p++;
		t.len--;
	}
	while (t.len && is_white(t.p[t.len - 1]))
		t.len--;
	return t;
}

/* Octets below 64, which all separators are, as bits. */
static uint64_t set_of(const char *octets)
{
	uint64_t set = 0;

	for (; *octets; octets++)
		set |= UINT64_C(1) << *octets;
	return set;
}

static bool is_in(uint64_t set, char c)
{
	return (uint8_t)c < 64 && set >> c & 1;
}

/* Most pieces have no URI and no escape in quotes: then it takes no walk from octet to octet
 * to find the separator that ends one. False if there may be.
 */
static bool find_plain(struct gmg_text t, char separator, size_t *at)
{
	const char *end = t.p + t.len, *from = t.p, *to = NULL, *quote;

	for (;;) {
		/* the one that was found may have been in quotes */
		if (!to || to < from)
			to = memchr(from, separator, end - from) ?: end;
		quote = memchr(from, '"', to - from);
		if (memchr(from, '<', (quote ?: to) - from))
			return false;
		if (!quote)
			break;
		from = memchr(quote + 1, '"', end - quote - 1);
		if (!from || memchr(quote + 1, '\\', from - quote - 1))
			return false;
		from++;
	}
	*at = to - t.p;
	return true;
}

/* Where the first of @separators is, or the end. */
static size_t find_any(struct gmg_text t, const char *separators)
{
	const uint64_t ends = set_of(separators), special = ends | set_of("\"<>");
	bool quoted = false, in_uri = false;
	size_t i;

	for (i = 0; i < t.len; i++) {
		char c = t.p[i];

		if (!is_in(special, c)) {
			i += quoted && c == '\\' && i + 1 < t.len;
			continue;
		}
		if (c == '"' && !in_uri)
			quoted = !quoted;
		else if (quoted)
			continue;
		else if (c == '<' || c == '>')
			in_uri = c == '<';
		else if (!in_uri && is_in(ends, c))
			break;
	}
	return i;
}

bool text_next(struct gmg_text *rest, const char *separators, struct gmg_text *piece,
	       char *ended_by)
{
	struct gmg_text t = *rest;
	size_t i;

	if (!t.p)
		return false;
	if (separators[1] || !find_plain(t, *separators, &i))
		i = find_any(t, separators);
	*piece = text_trim((struct gmg_text){ t.p, i });
	if (ended_by)
		*ended_by = i < t.len ? t.p[i] : '\0';
	*rest = (struct gmg_text){ NULL, 0 };
	if (i < t.len)
		*rest = (struct gmg_text){ t.p + i + 1, t.len - i - 1 };
	return true;
}

void text_param(struct gmg_text piece, struct gmg_text *name, struct gmg_text *value)
{
	struct gmg_text rest = piece;

	if (!text_next(&rest, "=", name, NULL))
		*name = (struct gmg_text){ NULL, 0 };
	*value = rest.p ? text_trim(rest) : rest;
}

struct gmg_text text_unquote(struct gmg_text t)
{
	if (t.len >= 2 && t.p[0] == '"' && t.p[t.len - 1] == '"')
		return (struct gmg_text){ t.p + 1, t.len - 2 };
	return t;
}

struct gmg_text text_scheme(struct gmg_text *value)
{
	struct gmg_text t = text_trim(*value), scheme = { t.p, 0 };

	while (scheme.len < t.len && !is_white(t.p[scheme.len]))
		scheme.len++;
	*value = text_trim((struct gmg_text){ t.p + scheme.len, t.len - scheme.len });
	return scheme;
}

bool text_same(struct gmg_text a, struct gmg_text b)
{
	return a.len == b.len && (!a.len || !memcmp(a.p, b.p, a.len));
}

bool text_number(struct gmg_text t, size_t digits, uint64_t max, uint64_t *value)
{
	uint64_t n = 0;
	size_t i;

	if (!t.p || !t.len || t.len > digits)
		return false;
	for (i = 0; i < t.len; i++) {
		if (t.p[i] < '0' || t.p[i] > '9')
			return false;
		n = n * 10 + (t.p[i] - '0');
	}
	*value = n;
	return n <= max;
}

/* Octets of tokens; to some stacks two of them quote or encode (RFC 7616 3.4). */
enum { TOKEN = 1, PLAIN = 2, BOTH = TOKEN | PLAIN };

static const uint8_t octets[256] = {
	['0' ... '9'] = BOTH, ['A' ... 'Z'] = BOTH, ['a' ... 'z'] = BOTH,
	['-'] = BOTH, ['.'] = BOTH, ['!'] = BOTH, ['%'] = BOTH, ['_'] = BOTH,
	['+'] = BOTH, ['`'] = BOTH, ['~'] = BOTH, ['*'] = TOKEN, ['\''] = TOKEN,
};

static size_t len_of(struct gmg_text t, uint8_t kind)
{
	size_t i = 0;

	while (i < t.len && octets[(uint8_t)t.p[i]] & kind)
		i++;
	return i;
}

size_t text_token_len(struct gmg_text t)
{
	return len_of(t, TOKEN);
}

bool text_token(struct gmg_text t)
{
	return t.p && t.len && text_token_len(t) == t.len;
}

/* What is behind @n octets and white space. */
static struct gmg_text skip(struct gmg_text t, size_t n)
{
	while (n < t.len && is_white(t.p[n]))
		n++;
	return (struct gmg_text){ t.p + n, t.len - n };
}

/* Octets of a string in quotes, with them; 0: it does not end, or has an escape or a fold. */
static size_t quoted_len(struct gmg_text t)
{
	const char *end = memchr(t.p + 1, '"', t.len - 1);
	size_t n = end ? end + 1 - t.p : 0;

	return memchr(t.p, '\\', n) || memchr(t.p, '\r', n) || memchr(t.p, '\n', n) ? 0 : n;
}

bool text_auth_next(struct gmg_text *rest, struct gmg_text *name, struct gmg_text *value)
{
	struct gmg_text t = text_trim(*rest);
	size_t n = len_of(t, PLAIN);

	*name = (struct gmg_text){ t.p, n };
	t = skip(t, n);
	if (!n || !t.len || *t.p != '=')
		return false;
	t = skip(t, 1);
	n = t.len && *t.p == '"' ? quoted_len(t) : len_of(t, PLAIN);
	*value = (struct gmg_text){ t.p, n };
	t = skip(t, n);
	if (!n || (t.len && *t.p != ','))
		return false;
	*rest = (struct gmg_text){ NULL, 0 };
	if (t.len)
		*rest = (struct gmg_text){ t.p + 1, t.len - 1 };
	return true;
}
