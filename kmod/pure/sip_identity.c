// SPDX-License-Identifier: GPL-2.0
#include "sip_identity.h"

enum {
	/* Octets that are looked at in one go. */
	WINDOW = 384,
	/* More than an IMPI of an IMSI takes, with each of its octets escaped but those
	 * of its realm, which have no percent.
	 */
	OVERLAP = 3 * (GMG_SIP_IMSI_MAX + 1) + 2 * (GMG_SIP_IMSI_NAI_MAX - GMG_SIP_IMSI_MAX) + 2,
	/* Longer than any IMPI with each of its octets escaped; what is longer is none. */
	USERNAME_MAX = WINDOW,
};

#define VALUES (BIT_ULL(GMG_SIP_FROM) | BIT_ULL(GMG_SIP_TO) | BIT_ULL(GMG_SIP_CONTACT) | \
		BIT_ULL(GMG_SIP_P_PREFERRED_IDENTITY) | BIT_ULL(GMG_SIP_AUTHORIZATION) | \
		BIT_ULL(GMG_SIP_PROXY_AUTHORIZATION))

static void take_place(struct gmg_sip_places *places, u8 header, bool username, u32 start,
		       u32 len)
{
	if (!len)
		return;
	if (places->n == GMG_SIP_PLACES) {
		places->more = true;
		return;
	}
	places->place[places->n++] = (struct gmg_sip_place){
		.at = { start, len }, .header = header, .username = username,
	};
}

void gmg_sip_places_take(struct gmg_sip_places *places, const struct gmg_sip_batch *batch)
{
	const struct gmg_sip_event *e;

	for (e = batch->event; e < batch->event + batch->count; e++) {
		if (e->type == GMG_SIP_HEADER && VALUES >> e->id & 1)
			take_place(places, e->id, false, e->value, e->value_len);
		else if (e->type == GMG_SIP_PARAM && e->param == GMG_SIP_PARAM_USERNAME)
			take_place(places, e->id, true, e->value, e->value_len);
		else if (e->type == GMG_SIP_REQUEST)
			take_place(places, GMG_SIP_REQUEST_URI, false, e->start, e->len);
	}
}

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

/* Is the realm of an operator's IMS at *@at? '#' stands for a digit. Writes it to @to;
 * *@at is behind it then.
 */
static bool find_realm(const u8 *p, u32 len, u32 *at, u8 *to)
{
	static const u8 realm[] = "ims.mnc###.mcc###.3gppnetwork.org";
	u32 i, j = *at;

	for (i = 0; i < sizeof(realm) - 1; i++, j++) {
		u8 c;

		j += j < len && p[j] == '\\';
		if (j >= len)
			return false;
		c = p[j] >= 'A' && p[j] <= 'Z' ? p[j] | 0x20 : p[j];
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

u32 gmg_sip_imsi_find(const u8 *p, u32 len, u32 *at, u8 impi[GMG_SIP_IMSI_NAI_MAX])
{
	for (; *at < len; ++*at) {
		u32 sign = at_sign(p, len, *at), behind = *at + sign, n;

		if (!sign)
			continue;
		/* of a quoted pair */
		n = find_imsi(p, *at - (*at && p[*at - 1] == '\\'), impi);
		if (!n || !find_realm(p, len, &behind, impi + n + 1))
			continue;
		impi[n] = '@';
		*at = behind;
		return n + GMG_SIP_IMSI_NAI_MAX - GMG_SIP_IMSI_MAX;
	}
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

static void expose(struct gmg_sip_identity *id, const struct gmg_sip_place *place, u64 repeated,
		   bool bound)
{
	id->exposed = true;
	id->bound |= bound && !(repeated >> place->header & 1);
}

/* Whatever its form, a username may be one that is known. */
static void read_username(struct gmg_sip_identity *id, const struct gmg_sip_place *place,
			  u64 repeated, const struct gmg_sip_who *who, u8 *room)
{
	u32 n;
	u8 tmpi;

	if (place->at.len > USERNAME_MAX || !who->copy(who->arg, place->at.start, place->at.len, room))
		return;
	n = unquote(room, place->at.len);
	if (!n || n > GMGUARD_IMPI_MAX)
		return;
	if (!gmg_sip_nai_is_tmpi(room, n)) {
		if (who->bound(who->arg, room, n))
			expose(id, place, repeated, true);
		return;
	}
	tmpi = who->tmpi(who->arg, room);
	id->tmpi = max(id->tmpi, tmpi);
}

static void read_value(struct gmg_sip_identity *id, const struct gmg_sip_place *place,
		       u64 repeated, const struct gmg_sip_who *who, u8 *room)
{
	u8 impi[GMG_SIP_IMSI_NAI_MAX];
	u32 done, len, at, n;

	for (done = 0; done < place->at.len; done += WINDOW - OVERLAP) {
		len = min(place->at.len - done, (u32)WINDOW);
		if (!who->copy(who->arg, place->at.start + done, len, room))
			return;
		for (at = 0; (n = gmg_sip_imsi_find(room, len, &at, impi));)
			expose(id, place, repeated, who->bound(who->arg, impi, n));
		if (done + len == place->at.len)
			return;
	}
}

struct gmg_sip_identity gmg_sip_identity_read(const struct gmg_sip_places *places, u64 repeated,
					      const struct gmg_sip_who *who)
{
	struct gmg_sip_identity id = {};
	const struct gmg_sip_place *place;
	u8 room[WINDOW];

	static_assert(OVERLAP < WINDOW / 2, "windows go on");
	for (place = places->place; place < places->place + places->n; place++)
		if (place->username)
			read_username(&id, place, repeated, who, room);
		else
			read_value(&id, place, repeated, who, room);
	/* what is not looked at may have one */
	id.exposed |= places->more;
	return id;
}
