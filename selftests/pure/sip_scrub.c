// SPDX-License-Identifier: GPL-2.0
/* Where something was removed nothing is left of it, however it was written: by what
 * the scanner says of the rest, and by a reader of lines that knows no rules. The very
 * objects that are in the module, in user space.
 */
#include <ctype.h>
#include <strings.h>

#include "../../kmod/pure/sip_verdict.h"
#include "sip_events.h"

enum { ROUNDS = 60000, SIZE = 4096 };

static const struct gmg_sip_context contexts[] = {
	{ .trust = GMG_TRUST_UNTRUSTED, .port = GMG_PORT_UNPROTECTED },
	{ .trust = GMG_TRUST_UNTRUSTED, .port = GMG_PORT_PROTECTED },
	{ .trust = GMG_TRUST_UNTRUSTED, .port = GMG_PORT_PROTECTED, .out = true, .withheld = true },
	{ .trust = GMG_TRUST_FOREIGN, .out = true },
	{ .trust = GMG_TRUST_FOREIGN },
};

#define CONTEXTS (sizeof(contexts) / sizeof(*contexts))

/* How one may write a header: %n its name, %v its value. */
static const char *const spellings[] = {
	"%n: %v\r\n", "%l: %v\r\n", "%u:%v\r\n", "%n : %v\r\n", "%n\t\t:\t%v\r\n", "%n:\r\n %v\r\n",
	"%n:\r\n\t %v\r\n", "%n: %v\n", "%n:\n %v\r\n", "%n: %v\r\n%n: %v\r\n", "%n: %v,%v\r\n",
	"Subject: \"x\r\n%n: %v\r\n", "Subject: x\n%n: %v\n", "Subject: x\\\r\n%n: %v\r\n",
	"%n\r\n : %v\r\n", "%n\n\t: %v\r\n", "Subject: x\r%n: %v\r\n", "Subject: x\r\r\n%n: %v\r\n",
	"Subject: x\r\n\r%n: %v\r\n", "Subject: x\0\r\n%n: %v\r\n", "%n: %v\r", "%n: \0%v\r\n",
	"%n\0: %v\r\n", "\r%n: %v\r\n", "garbage\r\n%n: %v\r\n", ": x\r\n%n: %v\r\n",
	"Subject: x\r\n \r\n%n: %v\r\n", "x:\r\n%n: %v\r\n", "%n: \"%v\r\n", "%n: %v\r\n \r\n\t\r\n",
	"%n:%v\r\n ;x=\"\\\"\r\n", "Content-Length: 0\r\n%n: %v\r\n", " %n: %v\r\n",
	/* no headers */
	"X%n: %v\r\n", "%n-X: %v\r\n", "Subject: x\r\n %n: %v\r\n", "Subject: \"%n: %v\"\r\n",
	"\r\n%n: %v\r\n", "Subject: x\n\n%n: %v\r\n",
};

static const struct { const char *name, *value; } headers[] = {
	{ "P-Asserted-Identity", "<sip:evil@x.net>" },
	{ "P-Charging-Vector", "icid-value=\"a,b\";x" },
	{ "P-Access-Network-Info", "a; network-provided" },
	{ "Path", "<sip:p;lr>" },
	{ "Security-Client", "ipsec-3gpp; alg=x" },
	{ "P-Early-Media", "gated" },
	{ "Authorization", "Digest username=\"u\", integrity-protected=\"yes\", uri=\"sip:x\"" },
	{ "WWW-Authenticate", "Digest realm=\"r\", ik=\"00112233\", ck = 44556677, nonce=\"n\"" },
	{ "Proxy-Authenticate", "Digest ck=\"44\"" },
	{ "Contact", "<sip:a;cpc=x;iotl=y?P-Asserted-Identity=z>;expires=1" },
	{ "Contact", "<sip:+49;cpc=x;oli=yy@h1.net;iotl=z>, \"b;cpc=x\" <sip:b@h2.net?P-Asserted-Identity=x>" },
	{ "To", "sip:+49;cpc=ordinary@h3.net;oli=y;tag=z" },
	{ "Proxy-Authorization", "Digest username=\"x-integrity-protected=yes\", opaque=a\"b, "
	  "integrity-protected=auth-done, x=c\"d" },
	{ "WWW-Authenticate", "Digest realm=a\"b, ik=\"00112233\", ck=44556677, x=\"d\"" },
	{ "From", "\"a;cpc=x\" <tel:1;cpc=y>;tag=z" },
	{ "Geolocation", "<cid:x>;loc-src=y" },
	{ "Priority", "psap-callback" },
	{ "History-Info", "<sip:a?Reason=x>;index=1" },
};

#define HEADERS (sizeof(headers) / sizeof(*headers))

static u8 enforce[GMGUARD_REASON_MAX + 1], items_only[GMGUARD_REASON_MAX + 1];
static int tests, failed;
static bool copied;

static void result(bool good, const char *what)
{
	printf("%s %d %s\n", good ? "ok" : "not ok", ++tests, what);
	failed += !good;
}

static u64 watched(const struct gmg_sip_context *c)
{
	return gmg_sip_matrix_items(&gmg_sip_matrix_default, gmg_sip_boundary(c));
}

static struct gmg_sip_verdict judge(struct gmg_sip_facts *f, const struct gmg_sip_context *c,
				    const u8 *p, u32 len, const u8 *mode)
{
	gmg_sip_facts_read(f, watched(c), p, len);
	return gmg_sip_verdict(f, c, &gmg_sip_matrix_default, mode);
}

/* The header block ends where an empty line is to every reader. */
static u32 body(const u8 *p, u32 len)
{
	static struct events all;

	scan(p, len, false, len, len, &all);
	for (u32 i = 0; i < all.count; i++)
		if (all.event[i].type == GMG_SIP_HEADERS_END)
			return all.event[i].start;
	return len;
}

/* A line that begins with @name and has its colon, to whoever ends lines at CR or LF. */
static bool line_says(const u8 *p, u32 len, const char *name)
{
	u32 n = strlen(name);

	for (u32 i = 1; i + n < len; i++) {
		u32 at = i + n;

		if ((p[i - 1] != '\r' && p[i - 1] != '\n') || strncasecmp((const char *)p + i, name, n))
			continue;
		while (at < len && (p[at] == ' ' || p[at] == '\t'))
			at++;
		if (at < len && p[at] == ':')
			return true;
	}
	return false;
}

/* Is there a header that @c's boundary removes, whatever it says? */
static bool lines_are_clean(const struct gmg_sip_context *c, const u8 *p, u32 len)
{
	const u8 *action = gmg_sip_matrix_default.action[gmg_sip_boundary(c)];

	for (u32 i = 1; i < GMG_SIP_REQUEST_URI; i++) {
		u8 item = gmg_sip_item_of_header[i];

		/* of these it depends on the message */
		if (item == GMG_SIP_ITEM_REASON || item == GMG_SIP_ITEM_P_EARLY_MEDIA)
			continue;
		if (action[item] == GMG_SIP_REMOVE && line_says(p, len, header_names[i]))
			return false;
	}
	return true;
}

/* A reader that knows of SIP what a line is and how it goes on, and looks for words. */

/* To the end of the line that begins at @at, with what continues it. */
static u32 line_end(const u8 *p, u32 len, u32 at)
{
	while (at < len && (p[at] != '\n' || (at + 1 < len && (p[at + 1] == ' ' || p[at + 1] == '\t'))))
		at++;
	return at;
}

/* The next line from *@at on with a header @name: its value is from *@at to the end. */
static u32 next_line(const u8 *p, u32 len, const char *name, u32 *at)
{
	u32 n = strlen(name);

	for (u32 end, i = *at; i < len; i = end + 1) {
		end = line_end(p, len, i);
		if (end - i <= n || strncasecmp((const char *)p + i, name, n))
			continue;
		for (i += n; i < end && strchr(" \t\r\n", p[i]) && p[i]; i++)
			;
		if (i < end && p[i] == ':') {
			*at = i + 1;
			return end;
		}
	}
	return 0;
}

static bool has(const u8 *p, u32 len, const u8 *what, u32 n)
{
	for (u32 i = 0; n && i + n <= len; i++)
		if (!strncasecmp((const char *)p + i, (const char *)what, n))
			return true;
	return false;
}

/* Nobody outside says that integrity is protected. */
static bool no_word(const u8 *p, u32 len)
{
	static const char *const names[] = { "Authorization", "Proxy-Authorization" };
	static const u8 word[] = "integrity-protected";

	for (u32 i = 0; i < 2; i++)
		for (u32 at = 0, end; (end = next_line(p, len, names[i], &at)); at = end + 1)
			if (has(p + at, end - at, word, sizeof(word) - 1))
				return false;
	return true;
}

/* What a challenge in @p has as a key is nowhere in the header block at @out; if pieces of
 * messages were copied to and fro, it is no longer where it was. Keys are behind "Digest"
 * or a separator.
 */
static bool no_key(const u8 *p, const u8 *out, u32 len)
{
	static const char *const names[] = { "WWW-Authenticate", "Proxy-Authenticate" };

	for (u32 i = 0; i < 2; i++)
		for (u32 at = line_end(p, len, 0), end; (end = next_line(p, len, names[i], &at)); at = end + 1)
			for (u32 k = at; k + 2 < end; k++) {
				u32 v = k + 2, n = 0, b = k - 1;

				while (b > at && p[b] == ' ')
					b--;
				if (!strchr("t,;", p[b]) ||
				    (strncasecmp((const char *)p + k, "ik", 2) &&
				     strncasecmp((const char *)p + k, "ck", 2)))
					continue;
				while (v < end && p[v] == ' ')
					v++;
				if (p[v++] != '=')
					continue;
				while (v < end && (p[v] == ' ' || p[v] == '"'))
					v++;
				while (v + n < end && isxdigit(p[v + n]))
					n++;
				if (n >= 6 && (copied ? !memcmp(out + v, p + v, n) :
						       has(out, len, p + v, n)))
					return false;
			}
	return true;
}

/* A host is where it was, wherever a header is that is not removed as a whole; where a CR
 * ends no line, another header may be in it.
 */
static bool same_hosts(const u8 *p, const u8 *out, u32 len)
{
	static const char *const names[] = { "From", "To", "Contact", "Route" };

	for (u32 i = 0; i < 4; i++)
		for (u32 at = 0, end; (end = next_line(p, len, names[i], &at)); at = end + 1)
			for (u32 k = at; k < end; k++)
				for (u32 n = k; p[k] == '@' && n < end &&
				     (n == k || isalnum(p[n]) || p[n] == '.'); n++)
					if (p[n] != out[n])
						return false;
	return true;
}

/* Facts but for the items. What was malformed in them only, no longer is. */
static bool same_otherwise(struct gmg_sip_facts a, struct gmg_sip_facts b)
{
	if (b.bad & ~a.bad)
		return false;
	a.bad = 0;
	b.bad = 0;
	a.headers = 0;
	b.headers = 0;
	a.items = 0;
	b.items = 0;
	memset(a.cut, 0, sizeof(a.cut));
	memset(b.cut, 0, sizeof(b.cut));
	a.cuts = 0;
	b.cuts = 0;
	return !memcmp(&a, &b, sizeof(a));
}

static bool same_but_for_cuts(const struct gmg_sip_facts *f, u64 items, const u8 *a, const u8 *b,
			      u32 len)
{
	for (u32 i = 0; i < len; i++) {
		bool cut = false;

		for (const struct gmg_sip_cut *c = f->cut; c < f->cut + f->cuts; c++)
			cut |= items >> c->item & 1 && (i - c->name < c->name_len ||
							i - c->value < c->value_len);
		if (cut ? b[i] != 'x' : a[i] != b[i])
			return false;
	}
	return true;
}

static void show(const struct gmg_sip_context *c, const u8 *p, u32 len)
{
	printf("# boundary %u: ", gmg_sip_boundary(c));
	for (u32 i = 0; i < len; i++)
		printf(p[i] >= ' ' && p[i] < 127 ? "%c" : "\\x%02x", p[i]);
	putchar('\n');
}

/* What is delivered is clean to the scanner, the same but for what was removed, and if
 * malformed messages are refused, clean to every reader.
 */
static bool message_holds(const struct gmg_sip_context *c, const u8 *p, u32 len, const u8 *mode)
{
	struct gmg_sip_verdict v, again;
	struct gmg_sip_facts f, left;
	u8 out[SIZE];
	bool good;

	v = judge(&f, c, p, len, mode);
	if (v.v.drop)
		return true;
	memcpy(out, p, len);
	gmg_sip_facts_scrub(&f, v.scrub, out, len, 0);
	again = judge(&left, c, out, len, mode);
	good = !again.v.drop && !again.scrub && again.v.reason == v.v.reason &&
	       same_otherwise(f, left) && same_but_for_cuts(&f, v.scrub, p, out, len) &&
	       (mode != enforce || c->out || (lines_are_clean(c, out, body(out, len)) &&
					      no_word(out, body(p, len)))) &&
	       (f.bad & BIT(GMG_SIP_BAD_CR) || same_hosts(p, out, body(p, len))) &&
	       (!c->out || no_key(p, out, body(p, len)));
	if (!good)
		show(c, p, len);
	return good;
}

static bool everywhere(const u8 *p, u32 len)
{
	bool good = true;

	for (size_t i = 0; i < CONTEXTS; i++)
		good &= message_holds(&contexts[i], p, len, enforce) &&
			message_holds(&contexts[i], p, len, items_only);
	return good;
}

static u32 put(u8 *p, u32 at, const char *s, int (*as)(int))
{
	for (; *s && at < SIZE; s++)
		p[at++] = as ? as(*s) : *s;
	return at;
}

static int lower(int c)
{
	return c >= 'A' && c <= 'Z' ? c | 0x20 : c;
}

static int upper(int c)
{
	return c >= 'a' && c <= 'z' ? c & ~0x20 : c;
}

/* Octets of a spelling, which may have NULs in it: all end in a line end. */
static u32 spelling_len(const char *s)
{
	u32 len = strlen(s);

	return s[len - 1] == '\n' || s[len - 1] == '\r' ? len : len + 1 + strlen(s + len + 1);
}

static u32 spell(u8 *p, u32 at, const char *s, u32 header)
{
	u32 len = spelling_len(s);

	for (u32 i = 0; i < len; i++) {
		if (s[i] != '%') {
			p[at++] = s[i];
			continue;
		}
		switch (s[++i]) {
		case 'n':
			at = put(p, at, headers[header].name, NULL);
			break;
		case 'l':
			at = put(p, at, headers[header].name, lower);
			break;
		case 'u':
			at = put(p, at, headers[header].name, upper);
			break;
		default:
			at = put(p, at, headers[header].value, NULL);
		}
	}
	return at;
}

static const char *const starts[] = {
	"REGISTER sip:h SIP/2.0\r\n", "INVITE tel:1;cpc=x SIP/2.0\r\n", "SIP/2.0 401 x\r\n",
};

#define STARTS (sizeof(starts) / sizeof(*starts))
#define SPELLINGS (sizeof(spellings) / sizeof(*spellings))

static u32 compose(u8 *p, u32 start, u32 spelling, u32 header)
{
	u32 at = put(p, 0, starts[start], NULL);

	at = put(p, at, "Via: SIP/2.0/UDP h;branch=z9hG4bK1\r\nCall-ID: c\r\n", NULL);
	at = spell(p, at, spellings[spelling], header);
	return put(p, at, "Max-Forwards: 70\r\n\r\nbody\r\nPath: x\r\n", NULL);
}

static bool spellings_hold(u32 header)
{
	bool good = true;
	u8 p[SIZE];

	for (u32 i = 0; i < STARTS; i++)
		for (u32 j = 0; j < SPELLINGS; j++)
			good &= everywhere(p, compose(p, i, j, header));
	return good;
}

static u32 seed = 1;

static u32 any(u32 n)
{
	seed = seed * 1664525 + 1013904223;
	return (seed >> 8) % n;
}

static u32 mutate(u8 *p, u32 len)
{
	static const char octets[] = "\r\n\t \0:;,\"\\<>?&=%xX\x80";
	u32 at = any(len), n = any(24), to;
	u8 line[SIZE];

	switch (any(6)) {
	case 0:
		p[at] = octets[any(sizeof(octets) - 1)];
		return len;
	case 1:
		p[at] ^= 0x20;
		return len;
	case 2:
		memmove(p + at + 1, p + at, len - at);
		p[at] = octets[any(sizeof(octets) - 1)];
		return len + 1;
	case 3:
		n = n < len - at ? n : len - at - 1;
		memmove(p + at, p + at + n, len - at - n);
		return len - n;
	case 4:
		/* a piece of it once more, somewhere else */
		n = n < len - at ? n : len - at;
		to = any(len);
		memmove(p + to + n, p + to, len - to);
		memmove(p + to, p + (at < to ? at : at + n), n);
		return len + n;
	default:
		to = spell(line, 0, spellings[any(SPELLINGS)], any(HEADERS));
		memmove(p + at + to, p + at, len - at);
		memcpy(p + at, line, to);
		return len + to;
	}
}

static bool mutations_hold(void)
{
	u8 p[SIZE];

	copied = true;
	for (u32 i = 0; i < ROUNDS; i++) {
		u32 len = compose(p, any(STARTS), any(SPELLINGS), any(HEADERS));

		for (u32 n = 1 + any(6); n; n--)
			len = mutate(p, len);
		if (!everywhere(p, len))
			return false;
	}
	return true;
}

int main(void)
{
	memset(enforce, GMGUARD_MODE_ENFORCE, sizeof(enforce));
	for (u32 i = 1; i < GMG_SIP_ITEM_COUNT; i++)
		items_only[gmg_sip_item_reason(i)] = GMGUARD_MODE_ENFORCE;

	puts("TAP version 13");
	for (u32 i = 0; i < HEADERS; i++)
		result(spellings_hold(i), headers[i].name);
	result(mutations_hold(), "messages that were changed at random");
	printf("1..%d\n", tests);
	return failed != 0;
}
