// SPDX-License-Identifier: GPL-2.0
/* What is known of a message, row by row, whole and octet by octet, and what of it
 * is overwritten. The very objects that are in the module, in user space.
 */
#include "../../kmod/pure/sip_facts.h"
#include "sip_events.h"

#define ALL (~0ULL)

/* @text: a datagram; @says: see write_facts() */
static const struct row {
	const char *what;
	const char *text;
	u32 len;
	const char *says;
} rows[] = {
#define ROW(what, text, says) { what, text, sizeof(text) - 1, says }
#define LINES(what, lines, says) ROW(what, "ACK sip:x SIP/2.0\r\n" lines "\r\n", "ACK sip" says " .")
#define INVITE(what, lines, says) \
	ROW(what, "INVITE sip:x SIP/2.0\r\n" lines "\r\n", "INVITE sip" says " .")
#define ANSWER(what, lines, says) ROW(what, "SIP/2.0 404 No\r\n" lines "\r\n", "404" says " .")
	ROW("a REGISTER", "REGISTER sip:h SIP/2.0\r\nVia: SIP/2.0/UDP [2001:db8::1]:5060;branch=z9;"
	    "received=192.0.2.1\r\nFrom: <sip:a>;tag=f\r\nTo: <sip:a>\r\nCall-ID: c\r\n"
	    "CSeq: 1 REGISTER\r\nContact: <sip:a@h;sos>\r\nAuthorization: Digest "
	    "username=\"a,b@h\",integrity-protected=yes\r\n\r\n",
	    "REGISTER sip cseq=REGISTER sent-by=[2001:db8::1]:5060 received=192.0.2.1 branch=z9 "
	    "call-id=c user=a,b@h sos integrity-protected=yes ."),
	ROW("a response", "SIP/2.0 401 x\r\nf: <sip:a>;tag=f\r\nt: <sip:b>;tag=t\r\nCSeq: 1 REGISTER\r\n"
	    "WWW-Authenticate: Digest ik=\"00\",ck=\"11\"\r\n\r\n",
	    "401 cseq=REGISTER from=f to=t ik=00 ck=11 ."),
	ROW("a keep-alive", "\r\n\r\n", "keepalive"),
	ROW("no octets", "", "keepalive"),
	ROW("STUN", "\0\1\0\0\x21\x12\xa4\x42\0\0\0\0\0\0\0\0\0\0\0\0", "keepalive"),
	ROW("SigComp", "\xf8 and so on", "compressed"),
	ROW("nothing", "\x16\3\1\2", "! dead"),
	ROW("HTTP", "GET / HTTP/1.1\r\n\r\n", "OTHER other ! ."),
	ROW("WebSocket", "GET /chat HTTP/1.1\r\nUpgrade: websocket\r\n\r\n", "OTHER other ! ."),
	ROW("cut", "ACK sip:x SIP/2.0\r\nCall-ID: c", "ACK sip call-id=c ! ."),
	/* who is called */
	ROW("sos", "INVITE urn:service:sos.police SIP/2.0\r\n\r\n", "INVITE sos emergency ."),
	ROW("SOS", "INVITE URN:SERVICE:SOS SIP/2.0\r\n\r\n", "INVITE sos emergency ."),
	ROW("sosx", "INVITE urn:service:sosx SIP/2.0\r\n\r\n", "INVITE urn ."),
	ROW("tel:112", "INVITE tel:112 SIP/2.0\r\n\r\n", "INVITE tel dialled=112 emergency ."),
	ROW("tel:1-1-2", "INVITE tel:1-1-2;phone-context=x SIP/2.0\r\n\r\n",
	    "INVITE tel dialled=112 emergency ."),
	ROW("tel:1120", "INVITE tel:1120 SIP/2.0\r\n\r\n", "INVITE tel dialled=1120 ."),
	ROW("tel:11", "INVITE tel:11 SIP/2.0\r\n\r\n", "INVITE tel dialled=11 ."),
	ROW("tel:+112", "INVITE tel:+112 SIP/2.0\r\n\r\n", "INVITE tel dialled=+112 ."),
	ROW("sip:112", "INVITE sip:112@x SIP/2.0\r\n\r\n", "INVITE sip dialled=112 ."),
	ROW("sip:112 of a telephone", "INVITE sip:112@x;user=phone SIP/2.0\r\n\r\n",
	    "INVITE phone dialled=112 emergency ."),
	ROW("no digits", "INVITE tel:x SIP/2.0\r\n\r\n", "INVITE tel ."),
	ROW("more digits than kept", "INVITE tel:11211211211211211 SIP/2.0\r\n\r\n", "INVITE tel ."),
	/* headers of the matrix */
	INVITE("early media supported", "P-Early-Media: supported\r\n", " supported=supported"),
	INVITE("early media supported, with blanks", "P-Early-Media:  supported\r\n",
	       " supported=supported"),
	ROW("early media in a PRACK", "PRACK sip:x SIP/2.0\r\nP-Early-Media: supported\r\n\r\n",
	    "PRACK sip supported=supported ."),
	ROW("early media in an UPDATE", "UPDATE sip:x SIP/2.0\r\nP-Early-Media: supported\r\n\r\n",
	    "UPDATE sip supported=supported ."),
	INVITE("early media supported and more", "P-Early-Media: supported,sendrecv\r\n",
	       " p-early-media=supported,sendrecv"),
	INVITE("early media gated", "P-Early-Media: gated\r\n", " p-early-media=gated"),
	INVITE("early media supported, then gated", "P-Early-Media: supported\r\nP-Early-Media: gated\r\n",
	       " supported=supported p-early-media=gated"),
	LINES("early media in an ACK", "P-Early-Media: supported\r\n", " p-early-media=supported"),
	LINES("Reason in a request", "Reason: Q.850\r\n", ""),
	ANSWER("Reason in a response", "Reason: Q.850\r\n", " reason=Q.850"),
	LINES("one identity", "P-Asserted-Identity: <sip:a>\r\n", " p-asserted-identity=<sip:a>"),
	LINES("two identities", "P-Asserted-Identity: <sip:a>\r\nP-ASSERTED-IDENTITY :\r\n <tel:1>\r\n",
	      " p-asserted-identity=<sip:a> p-asserted-identity=<tel:1>"),
	LINES("network-provided", "P-Access-Network-Info: a;network-provided\r\n",
	      " network-provided p-access-network-info=a;network-provided"),
	LINES("a location's source", "Geolocation: <cid:a>;loc-src=h\r\n", " loc-src=h"),
	LINES("psap-callback", "Priority: psap-callback\r\n", " psap-callback"),
	LINES("cpc, oli, iotl", "From: <tel:1;cpc=a;oli=00>;tag=x\r\nContact: <sip:a;iotl=b>\r\n",
	      " from=x cpc=a oli=00 iotl=b"),
	LINES("an identity in a URI", "Contact: <sip:a?P-Asserted-Identity=b>\r\n",
	      " p-asserted-identity=b"),
	ROW("parameters of the Request-URI", "INVITE tel:1;cpc=a SIP/2.0\r\n\r\n",
	    "INVITE tel dialled=1 cpc=a ."),
	LINES("what Privacy asks for", "Privacy: id;header\r\nPrivacy: critical\r\n",
	      " privacy=id,critical,header"),
	LINES("user is no privacy elsewhere", "From: <sip:a;user=phone>\r\n", ""),
	LINES("what Privacy does not ask for", "Privacy: idx;xid\r\n", " privacy=token"),
	LINES("no quotes hide what it asks for", "Privacy: idx;\"id\"\r\n", " privacy=id,token !"),
	LINES("two usernames", "Authorization: Digest username=\"a\"\r\nAuthorization: Digest username=\"b\"\r\n",
	      " user=a*2"),
	LINES("two usernames in a line", "Authorization: Digest username=a,username=b\r\n", " user=a*2"),
	LINES("a username of another scheme", "Authorization: Basic username=\"a\"\r\n", ""),
	LINES("one of Digest and one of another", "Authorization: Basic username=b\r\n"
	      "Authorization: dIGEST username=\"a\"\r\n", " user=a"),
	LINES("a username for somebody else", "Proxy-Authorization: Digest username=\"a\"\r\n", ""),
	LINES("a username in quotes of another", "Authorization: Digest realm=\"x,username=a\"\r\n", ""),
	LINES("a tag of a URI", "From: <sip:a;tag=x>\r\n", ""),
	LINES("an emergency registration", "Contact: <sip:a;sos>\r\n", " sos"),
	LINES("sos of no URI", "Contact: <sip:a>;sos\r\n", ""),
	ROW("sos of another URI", "ACK sip:a;sos SIP/2.0\r\nFrom: <sip:b;sos>\r\nRoute: <sip:c;sos>\r\n\r\n",
	    "ACK sip ."),
	LINES("a userinfo with parameters", "From: <sip:+49;cpc=ordinary@host;oli=1>\r\n",
	      " cpc=ordinary oli=1"),
	LINES("iotl of the network's own", "Route: <sip:a;iotl=b;cpc=c>\r\nRecord-Route: <sip:a;iotl=b>\r\n",
	      " cpc=c"),
	LINES("parameters of kept headers", "P-Associated-URI: <tel:1;cpc=a>\r\nReferred-By: <tel:1;oli=b>\r\n",
	      " cpc=a p-associated-uri=<tel:1;cpc=a> oli=b"),
	LINES("a history", "History-Info: <sip:a?Reason=x>\r\n", " history-info=<sip:a?Reason=x>"),
	LINES("a history with a privacy of its own, then one without",
	      "History-Info: <sip:a?Privacy=history>\r\nHistory-Info: <sip:b>\r\n",
	      " privacy=<sip:a?Privacy=history> history-info=<sip:a?Privacy=history> history-info=<sip:b>"),
	LINES("the word integrity-protected in quotes", "Authorization: Digest username=\"integrity-protected\"\r\n",
	      " user=integrity-protected lost=integrity-protected"),
	LINES("it and the parameter", "Proxy-Authorization: Digest x=integrity-protected,integrity-protected=yes\r\n",
	      " integrity-protected=yes lost=integrity-protected"),
	LINES("the parameter twice", "Authorization: Digest integrity-protected=yes\r\n"
	      "Authorization: Digest integrity-protected=no\r\n",
	      " integrity-protected=yes integrity-protected=no"),
	LINES("in the body", "\r\nP-Asserted-Identity: x\r\n", ""),
};

static const struct gmg_sip_number numbers[] = { { 3, "911" }, { 3, "112" } };
static const char *item_names[GMG_SIP_ITEM_COUNT];

static int tests, failed;

static void result(bool good, const char *what)
{
	printf("%s %d %s\n", good ? "ok" : "not ok", ++tests, what);
	failed += !good;
}

static void name_items(void)
{
	for (u32 i = 0; i < GMG_SIP_HEADER_COUNT; i++)
		if (gmg_sip_item_of_header[i])
			item_names[gmg_sip_item_of_header[i]] = header_names[i];
	for (u32 i = 0; i < GMG_SIP_PARAM_COUNT; i++)
		if (gmg_sip_item_of_param[i])
			item_names[gmg_sip_item_of_param[i]] = param_names[i];
}

static void write_extent(FILE *f, const char *name, const u8 *p, struct gmg_sip_extent x)
{
	if (!x.len)
		return;
	fprintf(f, " %s=", name);
	write_octets(f, p, x.start, x.len);
}

static void write_start(FILE *f, const struct gmg_sip_facts *facts)
{
	if (facts->what == GMG_SIP_IS_REQUEST)
		fprintf(f, " %s %s", method_names[facts->method], uri_names[facts->uri_class]);
	else if (facts->what == GMG_SIP_IS_RESPONSE)
		fprintf(f, " %u", facts->status);
	else if (facts->what == GMG_SIP_IS_KEEPALIVE)
		fputs(" keepalive", f);
	else if (facts->what == GMG_SIP_IS_COMPRESSED)
		fputs(" compressed", f);
	if (facts->dialled_len)
		fprintf(f, " dialled=%.*s", facts->dialled_len, (const char *)facts->dialled);
	if (gmg_sip_facts_emergency(facts, numbers, 2))
		fputs(" emergency", f);
	if (facts->cseq)
		fprintf(f, " cseq=%s", method_names[facts->cseq]);
}

/* A word for each fact: what it is, NAME=OCTETS for what is somewhere, '!' for
 * malformed, '.' for the end.
 */
static void write_facts(FILE *f, const u8 *p, const struct gmg_sip_facts *facts)
{
	const char *comma = " privacy=";

	write_start(f, facts);
	write_extent(f, "sent-by", p, facts->sent_by);
	write_extent(f, "received", p, facts->received);
	write_extent(f, "branch", p, facts->branch);
	write_extent(f, "call-id", p, facts->call_id);
	write_extent(f, "from", p, facts->from_tag);
	write_extent(f, "to", p, facts->to_tag);
	write_extent(f, "user", p, facts->username);
	if (facts->usernames > 1)
		fputs("*2", f);
	if (facts->sos)
		fputs(" sos", f);
	for (u32 i = 0; i < GMG_SIP_PARAM_COUNT; i++) {
		if (!(facts->privacy & BIT(i)))
			continue;
		fprintf(f, "%s%s", comma, param_names[i]);
		comma = ",";
	}
	for (const struct gmg_sip_cut *c = facts->cut; c < facts->cut + facts->cuts; c++) {
		fprintf(f, " %s", item_names[c->item]);
		if (c->value_len)
			fputc('=', f);
		write_octets(f, p, c->value, c->value_len);
	}
	for (u32 i = 1; i < GMG_SIP_ITEM_COUNT; i++)
		if (facts->lost >> i & 1)
			fprintf(f, " lost=%s", item_names[i]);
	if (facts->bad)
		fputs(" !", f);
	if (facts->dead)
		fputs(" dead", f);
	if (facts->ended)
		fputs(" .", f);
}

/* Octet by octet. */
static void read_slowly(struct gmg_sip_facts *f, const u8 *p, u32 len)
{
	struct gmg_sip_batch batch;
	struct gmg_sip_scan s;

	gmg_sip_facts_init(f, ALL);
	gmg_sip_scan_init(&s, false, GMG_SIP_FACTS_PARAMS, 0);
	for (u32 i = 0; i < len; i++) {
		while (!gmg_sip_scan(&s, p + i, 1, &batch))
			gmg_sip_facts_take(f, &s, &batch);
		gmg_sip_facts_take(f, &s, &batch);
	}
	gmg_sip_scan_end(&s, &batch);
	gmg_sip_facts_take(f, &s, &batch);
}

static bool row_holds(const struct row *row)
{
	const u8 *p = (const u8 *)row->text;
	struct gmg_sip_facts whole, slow;
	char *text = NULL;
	size_t size;
	bool good;
	FILE *f;

	gmg_sip_facts_read(&whole, ALL, p, row->len);
	read_slowly(&slow, p, row->len);
	f = open_memstream(&text, &size);
	write_facts(f, p, &whole);
	fclose(f);
	good = !memcmp(&whole, &slow, sizeof(whole)) && !strcmp(text + 1, row->says);
	if (!good)
		printf("# says:%s\n# wants: %s\n", text, row->says);
	free(text);
	return good;
}

/* Of two messages in a segment the first has its own number. */
static bool messages_hold(void)
{
	static const char text[] = "INVITE sip:x SIP/2.0\r\nl: 0\r\n\r\nINVITE tel:112 SIP/2.0\r\nl:0\r\n\r\n";
	struct gmg_sip_facts f[2];
	struct gmg_sip_batch batch;
	struct gmg_sip_scan s;
	u32 at = 0, n = 0;

	gmg_sip_facts_init(&f[0], ALL);
	gmg_sip_facts_init(&f[1], ALL);
	gmg_sip_scan_init(&s, true, GMG_SIP_FACTS_PARAMS, 0);
	while (at < sizeof(text) - 1 && n < 2) {
		at += gmg_sip_scan(&s, (const u8 *)text + at, sizeof(text) - 1 - at, &batch);
		gmg_sip_facts_take(&f[n], &s, &batch);
		n += f[n].ended;
	}
	return n == 2 && !f[0].dialled_len && f[1].dialled_len == 3 &&
	       !gmg_sip_facts_emergency(&f[0], numbers, 2) &&
	       gmg_sip_facts_emergency(&f[1], numbers, 2) && !f[0].bad && !f[1].bad;
}

/* More than there is room for is known to be so; what is not watched takes none. */
static bool room_holds(void)
{
	static const char line[] = "P-Asserted-Identity: <sip:a>\r\n";
	char text[2048] = "ACK sip:x SIP/2.0\r\n";
	struct gmg_sip_facts f;

	for (u32 i = 0; i <= GMG_SIP_CUTS; i++) {
		bool full = i == GMG_SIP_CUTS;

		strcat(text, line);
		gmg_sip_facts_read(&f, ALL, (const u8 *)text, strlen(text));
		if (f.cuts != i + !full || f.items != GMG_SIP_ITEM(P_ASSERTED_IDENTITY) ||
		    f.lost != (full ? f.items : 0))
			return false;
	}
	gmg_sip_facts_read(&f, ~GMG_SIP_ITEM(P_ASSERTED_IDENTITY), (const u8 *)text, strlen(text));
	return !f.cuts && !f.items && !f.lost && f.headers & BIT_ULL(GMG_SIP_P_ASSERTED_IDENTITY);
}

/* What is kept most often gives its room to what is not. */
static bool give_up_holds(void)
{
	static const char line[] = "History-Info: <sip:a>\r\n";
	char text[2048] = "ACK sip:x SIP/2.0\r\n";
	struct gmg_sip_facts f;

	for (u32 i = 0; i <= GMG_SIP_CUTS; i++)
		strcat(text, line);
	strcat(text, "P-Charging-Vector: x\r\n");
	gmg_sip_facts_read(&f, ALL, (const u8 *)text, strlen(text));
	return f.cuts == GMG_SIP_CUTS && f.lost == GMG_SIP_ITEM(HISTORY_INFO) &&
	       f.items == (f.lost | GMG_SIP_ITEM(P_CHARGING_VECTOR)) &&
	       f.cut[GMG_SIP_CUTS - 1].item == GMG_SIP_ITEM_P_CHARGING_VECTOR;
}

/* Overwrites in pieces of @step, of a stream that begins at @pos. */
static bool scrubs(u32 pos, u32 step)
{
	static const char before[] = "ACK sip:x SIP/2.0\r\nP-Asserted-Identity \r\n\t: <sip:a>,\r\n <tel:1>\r\n"
		"Path: p\r\nAuthorization: Digest integrity-protected = \"yes\",username=\"u\"\r\n\r\n";
	static const char after[] = "ACK sip:x SIP/2.0\r\nxxxxxxxxxxxxxxxxxxx \r\n\t:xxxxxxxxxxxxxxxxxxx\r\n"
		"Path: p\r\nAuthorization: Digest xxxxxxxxxxxxxxxxxxx = \"xxx\",username=\"u\"\r\n\r\n";
	const u64 items = GMG_SIP_ITEM(P_ASSERTED_IDENTITY) | GMG_SIP_ITEM(PARAM_INTEGRITY_PROTECTED);
	u32 len = sizeof(before) - 1, at = 0;
	struct gmg_sip_batch batch;
	struct gmg_sip_facts f;
	struct gmg_sip_scan s;
	u8 p[sizeof(before)];

	memcpy(p, before, sizeof(p));
	gmg_sip_facts_init(&f, ALL);
	gmg_sip_scan_init(&s, false, GMG_SIP_FACTS_PARAMS, pos);
	for (; at < len; gmg_sip_facts_take(&f, &s, &batch))
		at += gmg_sip_scan(&s, p + at, len - at, &batch);
	for (at = 0; at < len; at += step)
		gmg_sip_facts_scrub(&f, items, p + at, step < len - at ? step : len - at, pos + at);
	return !memcmp(p, after, sizeof(p));
}

/* The policy file calls an item what the scanner finds it by. */
static bool header_is(const char *word, u8 id)
{
	u8 name[GMG_SIP_NAME_ROOM] = { 0 };

	memcpy(name, word, strlen(word));
	return gmg_sip_header_find(name, strlen(word)) == id;
}

/* Where it is found may stand before it. */
static bool param_is(const char *word, u8 id)
{
	const char *dash = strchr(word, '-');
	u8 name[GMG_SIP_NAME_ROOM] = { 0 };

	memcpy(name, word, strlen(word));
	for (u32 i = 0; i < GMG_SIP_HEADER_COUNT; i++)
		if (gmg_sip_param_find(&gmg_sip_kinds[i], name, strlen(word)) == id)
			return true;
	return dash && param_is(dash + 1, id);
}

static bool words_hold(void)
{
	bool good = true;

#define ITEM(ID, word, ...) good &= header_is(word, GMG_SIP_##ID);
	GMG_SIP_ITEM_HEADERS(ITEM)
#undef ITEM
#define ITEM(ID, word, ...) good &= param_is(word, GMG_SIP_PARAM_##ID);
	GMG_SIP_ITEM_PARAMS(ITEM)
#undef ITEM
	return good;
}

/* TS 33.203 6.1.1: four things that no policy may say, and the default does not. */
static bool keys_stay_inside(void)
{
	u32 refused = 0;

	for (u8 b = 1; b < GMG_SIP_BOUNDARY_COUNT; b++)
		for (u8 i = 1; i < GMG_SIP_ITEM_COUNT; i++) {
			for (u8 a = GMG_SIP_KEEP; a <= GMG_SIP_DROP; a++)
				refused += !gmg_sip_matrix_may(i, b, a);
			if (!gmg_sip_matrix_may(i, b, gmg_sip_matrix_default.action[b][i]))
				return false;
		}
	return refused == 4 &&
	       !gmg_sip_matrix_may(GMG_SIP_ITEM_PARAM_IK, GMG_SIP_TO_UE, GMG_SIP_KEEP) &&
	       !gmg_sip_matrix_may(GMG_SIP_ITEM_PARAM_IK, GMG_SIP_TO_FOREIGN, GMG_SIP_KEEP) &&
	       !gmg_sip_matrix_may(GMG_SIP_ITEM_PARAM_CK, GMG_SIP_TO_UE, GMG_SIP_KEEP) &&
	       !gmg_sip_matrix_may(GMG_SIP_ITEM_PARAM_CK, GMG_SIP_TO_FOREIGN, GMG_SIP_KEEP);
}

int main(void)
{
	bool pieces = true, wraps = true;

	name_items();
	puts("TAP version 13");
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		result(row_holds(&rows[i]), rows[i].what);
	result(messages_hold(), "two messages in a segment are two");
	result(room_holds(), "more items than there is room for");
	result(give_up_holds(), "what is kept most often gives its room to what is not");
	for (u32 i = 1; i < 200; i++)
		pieces &= scrubs(0, i);
	result(pieces, "items are overwritten, whole and in pieces");
	for (u32 i = 0; i < 200; i++)
		wraps &= scrubs(0 - i, 199) && scrubs((1U << 31) - i, 7);
	result(wraps, "and where the offsets of a stream wrap");
	result(words_hold(), "items are called as they are found");
	result(keys_stay_inside(), "no policy lets keys out");
	result(sizeof(struct gmg_sip_facts) <= 400, "the facts of a message fit 400 octets");
	printf("1..%d\n", tests);
	return failed != 0;
}
