// SPDX-License-Identifier: GPL-2.0
/* scan FILE...: reads each message under callgrind, as a datagram of a UE in clear, and
 * has it write what each way of reading cost: "FILE|OCTETS|HOW", see "scan".
 *
 * HOW is names (of headers, for what they are), facts (all that the rules ask) or verdict
 * (that, and the rules), followed by the number of pieces it comes in.
 */
#include <stdio.h>
#include <stdlib.h>
#include <valgrind/callgrind.h>

#include "../../kmod/pure/sip_verdict.h"

enum { SIZE_MAX_READ = 65536 };

static struct gmg_sip_facts facts;
static struct gmg_sip_verdict verdict;
static u8 mode[GMGUARD_REASON_MAX + 1];

/* as kmod/sip.c does */
static void read_pieces(const u8 *p, u32 len, u32 pieces, u64 params, u64 items, bool take)
{
	u32 done = 0, size = (len + pieces - 1) / pieces, at, n;
	struct gmg_sip_batch batch;
	struct gmg_sip_scan s;

	gmg_sip_facts_init(&facts, items);
	gmg_sip_scan_init(&s, false, params, 0);
	for (; done < len; done += n) {
		n = min(size, len - done);
		for (at = 0; at < n;) {
			at += gmg_sip_scan(&s, p + done + at, n - at, &batch);
			if (take)
				gmg_sip_facts_take(&facts, &s, &batch);
		}
	}
	gmg_sip_scan_end(&s, &batch);
	if (take)
		gmg_sip_facts_take(&facts, &s, &batch);
}

static void measure(const char *file, const u8 *p, u32 len, const char *how, u32 pieces)
{
	struct gmg_sip_context c = {
		.trust = GMG_TRUST_UNTRUSTED, .port = GMG_PORT_UNPROTECTED, .anonymous = true,
	};
	u64 items = gmg_sip_matrix_items(&gmg_sip_matrix_default, gmg_sip_boundary(&c));
	u64 params = *how == 'n' ? 0 : GMG_SIP_FACTS_PARAMS;
	char name[512];

	CALLGRIND_ZERO_STATS;
	CALLGRIND_TOGGLE_COLLECT;
	read_pieces(p, len, pieces, params, items, *how != 'n');
	if (*how == 'v') {
		c.emergency = gmg_sip_facts_emergency(&facts, gmg_sip_numbers_default,
						      GMG_SIP_NUMBERS_DEFAULT);
		verdict = gmg_sip_verdict(&facts, &c, &gmg_sip_matrix_default, mode);
	}
	CALLGRIND_TOGGLE_COLLECT;
	snprintf(name, sizeof(name), "%s|%u|%s-%u", file, len, how, pieces);
	CALLGRIND_DUMP_STATS_AT(name);
}

int main(int argc, char **argv)
{
	static const char *const ways[] = { "names", "facts", "verdict" };
	static u8 room[SIZE_MAX_READ];
	u8 *octets;
	size_t len;
	FILE *f;

	memset(mode, GMGUARD_MODE_ENFORCE, sizeof(mode));
	for (; *++argv; free(octets)) {
		f = fopen(*argv, "rb");
		len = f ? fread(room, 1, sizeof(room), f) : 0;
		if (!len || fclose(f))
			return 1;
		octets = malloc(len);
		if (!octets)
			return 1;
		memcpy(octets, room, len);
		for (u32 i = 0; i < 3; i++) {
			measure(*argv, octets, len, ways[i], 1);
			measure(*argv, octets, len, ways[i], 16);
		}
	}
	return argc < 2;
}
