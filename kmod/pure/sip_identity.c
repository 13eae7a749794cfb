// SPDX-License-Identifier: GPL-2.0
#include "sip_identity.h"

enum {
	/* Octets that are looked at in one go; a username is one go. */
	WINDOW = 2 * (GMGUARD_IMPI_MAX + 1),
	/* More than an IMPI of an IMSI takes, with each of its octets escaped, and that in
	 * quotes again, and what tells that it is over.
	 */
	OVERLAP = 4 * GMG_SIP_IMSI_NAI_MAX + 2,
};

#define VALUES (BIT_ULL(GMG_SIP_FROM) | BIT_ULL(GMG_SIP_TO) | BIT_ULL(GMG_SIP_CONTACT) | \
		BIT_ULL(GMG_SIP_P_PREFERRED_IDENTITY) | BIT_ULL(GMG_SIP_P_ASSERTED_IDENTITY) | \
		BIT_ULL(GMG_SIP_P_CALLED_PARTY_ID) | BIT_ULL(GMG_SIP_P_ASSOCIATED_URI) | \
		BIT_ULL(GMG_SIP_REFER_TO) | BIT_ULL(GMG_SIP_REFERRED_BY) | \
		BIT_ULL(GMG_SIP_REPLY_TO) | \
		BIT_ULL(GMG_SIP_HISTORY_INFO) | BIT_ULL(GMG_SIP_REMOTE_PARTY_ID) | \
		BIT_ULL(GMG_SIP_AUTHORIZATION) | BIT_ULL(GMG_SIP_PROXY_AUTHORIZATION))

/* What tells a UE by which public identities it is registered, or who somebody else is,
 * does so whatever they are; that somebody wants to be private is for other rules.
 */
#define TOLD (BIT_ULL(GMG_SIP_P_ASSOCIATED_URI) | BIT_ULL(GMG_SIP_P_ASSERTED_IDENTITY) | \
	      BIT_ULL(GMG_SIP_HISTORY_INFO) | BIT_ULL(GMG_SIP_REMOTE_PARTY_ID))

static bool is_digit(u8 c)
{
	return c >= '0' && c <= '9';
}

/* Of what a user or a domain name may go on with. */
static bool goes_on(u8 c)
{
	return is_digit(c) || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '-' ||
	       c == '_' || c == '+' || c == '~' || c == '!' || c == '*' || c >= 0x80;
}

/* The digits that end before @end, perhaps escaped as in a URI (%30) or in quotes (\0),
 * if they are 14 or 15 and nothing more of a user is before them. How many; 0: not so.
 */
static u32 find_imsi(const u8 *p, u32 end, u8 digits[GMG_SIP_IMSI_MAX])
{
	u8 backwards[GMG_SIP_IMSI_MAX];
	u32 n = 0, i;

	while (end && is_digit(p[end - 1])) {
		if (n == GMG_SIP_IMSI_MAX)
			return 0;
		backwards[n++] = p[end - 1];
		if (end > 2 && p[end - 2] == '3' && p[end - 3] == '%')
			end -= 3;
		else
			end -= end > 1 && p[end - 2] == '\\' ? 2 : 1;
	}
	if (n < GMG_SIP_IMSI_MIN || (end && (goes_on(p[end - 1]) || p[end - 1] == '.')))
		return 0;
	for (i = 0; i < n; i++)
		digits[i] = backwards[n - 1 - i];
	return n;
}

/* The value of a hexadecimal digit, or 16. */
static u8 nibble(u8 c)
{
	if (is_digit(c))
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : 16;
}

u32 gmg_sip_octet(const u8 *p, u32 len, u32 at, u8 *c)
{
	at += at < len && p[at] == '\\';
	if (at >= len)
		return 0;
	*c = p[at];
	if (*c != '%' || len - at < 3 || nibble(p[at + 1]) > 15 || nibble(p[at + 2]) > 15)
		return at + 1;
	*c = nibble(p[at + 1]) << 4 | nibble(p[at + 2]);
	return at + 3;
}

/* Is the realm of an operator's IMS at *@at? '#' stands for a digit. Writes it to @to;
 * *@at is behind it then.
 */
static bool find_realm(const u8 *p, u32 len, u32 *at, u8 *to)
{
	static const u8 realm[] = "ims.mnc###.mcc###.3gppnetwork.org";
	u32 i, j = *at;
	u8 c;

	for (i = 0; i < sizeof(realm) - 1; i++) {
		j = gmg_sip_octet(p, len, j, &c);
		if (!j)
			return false;
		c = c >= 'A' && c <= 'Z' ? c | 0x20 : c;
		if (realm[i] == '#' ? !is_digit(c) : c != realm[i])
			return false;
		to[i] = c;
	}
	if (j < len && (goes_on(p[j]) || (p[j] == '.' && j + 1 < len && goes_on(p[j + 1]))))
		return false;
	*at = j;
	return true;
}

/* Octets of the '@' at @at, be it escaped, or 0. */
static u32 at_sign(const u8 *p, u32 len, u32 at)
{
	if (p[at] == '@')
		return 1;
	return p[at] == '%' && len - at >= 3 && p[at + 1] == '4' && p[at + 2] == '0' ? 3 : 0;
}

/* Is one of these eight octets @c? */
static bool has(u64 octets, u8 c)
{
	const u64 ones = 0x0101010101010101ULL, v = octets ^ ones * c;

	/* what an octet borrows from the next may only be wrong where there is one */
	return (v - ones) & ~v & ones << 7;
}

/* The next octet from @at on that begins an '@', or may, or @len. */
static u32 find_sign(const u8 *p, u32 len, u32 at)
{
	u64 octets;

	for (; at + sizeof(octets) <= len; at += sizeof(octets)) {
		memcpy(&octets, p + at, sizeof(octets));
		if (has(octets, '@') || has(octets, '%'))
			break;
	}
	while (at < len && p[at] != '@' && p[at] != '%')
		at++;
	return at;
}

u32 gmg_sip_imsi_find(const u8 *p, u32 len, u32 *at, u8 impi[GMG_SIP_IMSI_NAI_MAX])
{
	u32 i;

	for (i = find_sign(p, len, *at); i < len; i = find_sign(p, len, i + 1)) {
		u32 sign = at_sign(p, len, i), behind = i + sign, n;

		if (!sign)
			continue;
		/* of a quoted pair */
		n = find_imsi(p, i - (i && p[i - 1] == '\\'), impi);
		if (!n || !find_realm(p, len, &behind, impi + n + 1))
			continue;
		impi[n] = '@';
		*at = behind;
		return n + GMG_SIP_IMSI_NAI_MAX - GMG_SIP_IMSI_MAX;
	}
	*at = i;
	return 0;
}

static bool is_space(u8 c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* The octets of a quoted string without the escapes, and without white space around
 * them. How many.
 */
static u32 unquote(u8 *p, u32 len)
{
	u32 i, n = 0;

	for (i = 0; i < len; i++) {
		i += p[i] == '\\' && i + 1 < len;
		if (n || !is_space(p[i]))
			p[n++] = p[i];
	}
	while (n && is_space(p[n - 1]))
		n--;
	return n;
}

/* An IMPI that a TMPI stands for, if @bound, is in @header. */
static void take_impi(struct gmg_sip_identity *id, u8 header, bool bound)
{
	if (id->answer && (header == GMG_SIP_FROM || header == GMG_SIP_TO))
		id->repeated |= bound;
	else
		id->bound |= bound && !(TOLD >> header & 1);
}

/* Whatever its form, a username may be one that is known. One that is longer than any
 * with each of its octets escaped may be what some reader makes it: it is nobody's.
 */
static void read_username(struct gmg_sip_identity *id, u32 start, u32 len,
			  const struct gmg_sip_who *who)
{
	u8 room[WINDOW], tmpi;
	u32 n;

	if (len > WINDOW || !who->copy(who->arg, start, len, room)) {
		id->tmpi = GMG_SIP_TMPI_UNKNOWN;
		return;
	}
	n = unquote(room, len);
	if (!n || n > GMGUARD_IMPI_MAX)
		return;
	if (gmg_sip_nai_is_tmpi(room, n)) {
		tmpi = who->tmpi(who->arg, room);
		id->tmpi = max(id->tmpi, tmpi);
	} else if (who->bound(who->arg, room, n)) {
		id->exposed = true;
		id->bound = true;
	}
}

/* The value of a header, or the Request-URI. */
static void read_value(struct gmg_sip_identity *id, u8 header, u32 start, u32 len,
		       const struct gmg_sip_who *who)
{
	u8 room[WINDOW], impi[GMG_SIP_IMSI_NAI_MAX];
	u32 done, part, at, n;

	static_assert(OVERLAP < WINDOW / 2, "windows go on");
	for (done = 0; done < len; done += WINDOW - OVERLAP) {
		part = min(len - done, (u32)WINDOW);
		if (!who->copy(who->arg, start + done, part, room))
			return;
		/* what begins here the window before had, and what goes on begins nowhere */
		if (done)
			room[0] = '-';
		for (at = 0; (n = gmg_sip_imsi_find(room, part, &at, impi));) {
			id->exposed = true;
			take_impi(id, header, who->bound(who->arg, impi, n));
		}
		if (done + part == len)
			return;
	}
}

void gmg_sip_identity_take(struct gmg_sip_identity *id, const struct gmg_sip_batch *batch,
			   const struct gmg_sip_who *who)
{
	const struct gmg_sip_event *e;

	for (e = batch->event; e < batch->event + batch->count; e++) {
		if (e->type == GMG_SIP_HEADER && VALUES >> e->id & 1)
			read_value(id, e->id, e->value, e->value_len, who);
		else if (e->type == GMG_SIP_PARAM && e->param == GMG_SIP_PARAM_USERNAME)
			read_username(id, e->value, e->value_len, who);
		else if (e->type == GMG_SIP_REQUEST)
			read_value(id, GMG_SIP_REQUEST_URI, e->start, e->len, who);
		else if (e->type == GMG_SIP_RESPONSE)
			id->answer = true;
	}
}
